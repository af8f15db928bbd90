"""Previews: the letter of one issue as its readers get it, with links in the personal places that change nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from newsletter.editors.log import record
from newsletter.errors import InvalidInputError
from newsletter.issues.models import Issue
from newsletter.issues.states import log_subject
from newsletter.rendering.pieces import Composed
from newsletter.rendering.service import Rendering
from newsletter.rendering.slots import Slot
from newsletter.sending.message import Personal
from newsletter.sending.models import Notice, NoticeKind
from newsletter.sending.notices import queue_notice
from newsletter.subscribers.addresses import normalise

SAMPLE_READER = "reader@example.com"
MOST_MAILS = 20  # previews that go out at once


def queue_preview(session: Session, issue: Issue, *, address: str, language: str, now: datetime) -> Notice:
    """Queue a preview to any address, as often as asked. Raises InvalidInputError for what is no address."""
    return queue_notice(
        session,
        NoticeKind.PREVIEW,
        address=normalise(address).address,
        language=language,
        arguments={"issue": issue.id},
        now=now,
    )


def mail_previews(
    session: Session, issue: Issue, addresses: Sequence[str], language: str, *, by: str, now: datetime
) -> None:
    """Queue a preview to each address; ring for notices after it. The log keeps how many, not to whom.

    Raises InvalidInputError for what is no address, and for too many of them.
    """
    if len(addresses) > MOST_MAILS:
        raise InvalidInputError(f"A preview goes to at most {MOST_MAILS} people at once.")
    for address in addresses:
        queue_preview(session, issue, address=address, language=language, now=now)
    details = {"mails": len(addresses), "language": language}
    record(session, actor=by, action="preview", subject=log_subject(issue), details=details, now=now)


@dataclass(frozen=True)
class Preview:
    """One issue's letter, marked as a preview in its subject and otherwise what readers get, byte for byte."""

    composed: Composed
    sample_url: str  # for every personal link

    @classmethod
    def of(
        cls, rendering: Rendering, session: Session, issue: Issue, language: str, *, base_url: str, now: datetime
    ) -> "Preview":
        """Needs a writing session: what is rendered is kept. Raises NotAllowedError for an issue without items."""
        letter = rendering.letter(session, [issue], language, now)
        return cls(rendering.preview(letter), f"{base_url}/#preview")

    def personal(self, recipient: str, message_id: str, now: datetime) -> Personal:
        return Personal(recipient, message_id, now, self.sample_url, self.sample_url)

    @property
    def html(self) -> str:
        """The HTML part, filled for a sample reader."""
        return self._filled(self.composed.html)

    @property
    def text(self) -> str:
        """The text part, filled for a sample reader."""
        return self._filled(self.composed.text)

    def _filled(self, content: str) -> str:
        return _filled(content, self.sample_url)


def sample(content: str, base_url: str) -> str:
    """A mail to readers, filled for none of them."""
    return _filled(content, f"{base_url}/#preview")


def _filled(content: str, sample_url: str) -> str:
    for slot in Slot:
        content = content.replace(slot, SAMPLE_READER if slot is Slot.ADDRESS else sample_url)
    return content
