"""Previews: the letter of one issue as its readers get it, with links in the personal places that change nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from newsletter.issues.models import Issue
from newsletter.rendering.pieces import Composed
from newsletter.rendering.service import Rendering
from newsletter.rendering.slots import Slot
from newsletter.sending.message import Personal
from newsletter.sending.models import Notice, NoticeKind
from newsletter.sending.notices import queue_notice
from newsletter.subscribers.addresses import normalise

SAMPLE_READER = "reader@example.com"


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
        for slot in Slot:
            content = content.replace(slot, SAMPLE_READER if slot is Slot.ADDRESS else self.sample_url)
        return content
