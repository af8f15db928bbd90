"""The message of each edition, built once in a worker and kept while its letters are sent."""

from collections import OrderedDict
from threading import Lock

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.clock import Clock
from newsletter.db import Database
from newsletter.issues.models import Correction, Issue
from newsletter.rendering.service import Rendering
from newsletter.sending.correcting import correction_of
from newsletter.sending.dkim import Signer
from newsletter.sending.editions import Wanted, editions_by_id
from newsletter.sending.headers import Sender
from newsletter.sending.mastheads import letter_pattern
from newsletter.sending.message import Pattern

KEPT = 64  # patterns of up to 150 KB

log = structlog.get_logger(__name__)


class UnrenderableError(Exception):
    """An edition could not be built; the cause is chained, and in the log."""


class Patterns:
    """Builds patterns; its threads share those that are kept."""

    def __init__(
        self, db: Database, rendering: Rendering, sender: Sender, clock: Clock, signer: Signer | None = None
    ) -> None:
        self._db = db
        self._rendering = rendering
        self._sender = sender
        self._clock = clock
        self._signer = signer
        self._kept: OrderedDict[int, Pattern] = OrderedDict()
        self._lock = Lock()
        self._building = Lock()  # threads want the same edition at the same time, which is one wait and not many

    def of(self, edition_id: int) -> Pattern:
        """The message of an edition. Raises UnrenderableError."""
        with self._lock:
            if edition_id in self._kept:
                self._kept.move_to_end(edition_id)
                return self._kept[edition_id]
        return self.build(edition_id)

    def has(self, edition_id: int) -> bool:
        """Whether it is built."""
        return edition_id in self._kept

    def build(self, edition_id: int) -> Pattern:
        """Build the message of an edition, and keep it; one thread at a time. Raises UnrenderableError."""
        with self._building:
            return self._kept.get(edition_id) or self._built_and_kept(edition_id)

    def _built_and_kept(self, edition_id: int) -> Pattern:
        pattern = self._built(edition_id)
        with self._lock:
            self._kept[edition_id] = pattern
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return pattern

    def _built(self, edition_id: int) -> Pattern:
        try:
            with self._db.writing() as session:  # pieces that are rendered for the first time are kept as rows
                edition = editions_by_id(session, [edition_id])[edition_id]
                if (correction := correction_of(session, edition_id)) is not None:
                    return self._compose_correction(correction, edition)
                return self._compose(session, edition)
        except Exception as error:  # whatever is wrong with one edition must not hold up the others
            log.exception("edition could not be built", edition=edition_id)
            raise UnrenderableError from error

    def _compose_correction(self, correction: Correction, edition: Wanted) -> Pattern:
        mail = self._rendering.correction(correction, edition.language)
        return letter_pattern(mail, self._sender, correction.issue.week, self._signer)

    def _compose(self, session: Session, edition: Wanted) -> Pattern:
        issues = {issue.id: issue for issue in session.scalars(select(Issue).where(Issue.id.in_(edition.issue_ids)))}
        in_order = [issues[issue_id] for issue_id in edition.issue_ids]
        letter = self._rendering.letter(session, in_order, edition.language, self._clock.now())
        return letter_pattern(letter, self._sender, in_order[0].week, self._signer)
