"""Signed links with which a reader says a word on an issue. They name the issue and the word, and no reader.

So they are the same in every letter of an issue, and all that a press can do is to add one to a number. The signature
keeps numbers to issues whose letters somebody got.
"""

from itsdangerous import BadSignature, Signer

from newsletter.errors import NotFoundError
from newsletter.issues.models import OpinionKind


class OpinionLinks:
    """`keys` as those of all signed links: the first signs, all verify. `base_url` without a slash at its end."""

    def __init__(self, keys: list[str], base_url: str) -> None:
        self._signer = Signer(list(reversed(keys)), salt="opinion")  # itsdangerous signs with the last key
        self.base_url = base_url

    def url(self, issue_id: int, kind: OpinionKind) -> str:
        return f"{self.base_url}/o/{self._signer.sign(f'{issue_id}.{kind}').decode()}"

    def read(self, token: str) -> tuple[int, OpinionKind]:
        """The issue's id and the word. Raises NotFoundError for a token that we never made."""
        try:
            issue_id, _, kind = self._signer.unsign(token).decode().partition(".")
            return int(issue_id), OpinionKind(kind)
        except (BadSignature, ValueError) as error:
            raise NotFoundError("There is no such page.") from error
