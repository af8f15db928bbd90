"""Signed links by which a letter's stories are opened where clicks are counted. They name a place in an issue.

No reader is in them, so they are the same in every letter of an issue. Where they lead is not in them either: our rows
say it, so that nobody can make one that leads elsewhere.
"""

from dataclasses import dataclass

from itsdangerous import BadSignature, Signer

from newsletter.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class StoryPlace:
    """Which report a link opens. An item is named by its place: the content hash, and so an approval, covers it."""

    issue_id: int
    position: int  # of the item, from 1
    report: int = 0  # 0: its lead story; 1, 2 ...: those that it is "also reported by"


class ClickLinks:
    """`keys` as those of all signed links: the first signs, all verify. `base_url` without a slash at its end."""

    def __init__(self, keys: list[str], base_url: str) -> None:
        self._signer = Signer(list(reversed(keys)), salt="click")  # itsdangerous signs with the last key
        self.base_url = base_url

    def url(self, place: StoryPlace) -> str:
        value = f"{place.issue_id}.{place.position}.{place.report}"
        return f"{self.base_url}/s/{self._signer.sign(value).decode()}"

    def read(self, token: str) -> StoryPlace:
        """Raises NotFoundError for a token that we never made."""
        try:
            return StoryPlace(*(int(part) for part in self._signer.unsign(token).decode().split(".")))
        except (BadSignature, ValueError, TypeError) as error:
            raise NotFoundError("There is no such page.") from error
