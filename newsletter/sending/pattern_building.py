"""Builds the messages of editions: several at once, for those that are sent one after another share most issues."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.clock import Clock
from newsletter.db import among
from newsletter.issues.models import Correction, Issue
from newsletter.rendering.service import Rendering
from newsletter.sending.correcting import corrections_of
from newsletter.sending.dkim import Signer
from newsletter.sending.editions import Wanted, editions_by_id
from newsletter.sending.headers import Sender
from newsletter.sending.mastheads import letter_pattern
from newsletter.sending.message import Pattern


@dataclass(frozen=True)
class PatternBuilder:
    rendering: Rendering
    sender: Sender
    clock: Clock
    signer: Signer | None = None

    def build(self, session: Session, edition_ids: Sequence[int]) -> dict[int, Pattern]:
        """The messages of editions, by their ids and in this order.

        Needs a writing session: pieces that are rendered for the first time are kept as rows.
        """
        editions = editions_by_id(session, edition_ids)
        corrections = corrections_of(session, edition_ids)
        of_weeks = {key: editions[key] for key in edition_ids if key not in corrections}
        built = self._of_weeks(session, of_weeks) | {
            key: self._of_correction(correction, editions[key]) for key, correction in corrections.items()
        }
        return {key: built[key] for key in edition_ids}

    def _of_weeks(self, session: Session, editions: dict[int, Wanted]) -> dict[int, Pattern]:
        issues = _issues(session, editions.values())
        needed: defaultdict[str, dict[int, Issue]] = defaultdict(dict)
        for edition in editions.values():
            needed[edition.language] |= {key: issues[key] for key in edition.issue_ids}
        now = self.clock.now()
        pieces = {
            language: self.rendering.pieces_of(session, list(of.values()), language, now)
            for language, of in needed.items()
        }
        built: dict[int, Pattern] = {}
        for key, edition in editions.items():
            in_order = [pieces[edition.language][issue] for issue in edition.issue_ids]
            letter = self.rendering.compose(in_order, edition.language)
            built[key] = letter_pattern(letter, self.sender, issues[edition.issue_ids[0]].week, self.signer)
        return built

    def _of_correction(self, correction: Correction, edition: Wanted) -> Pattern:
        mail = self.rendering.correction(correction, edition.language)
        return letter_pattern(mail, self.sender, correction.issue.week, self.signer)


def _issues(session: Session, editions: Iterable[Wanted]) -> dict[int, Issue]:
    wanted = {issue_id for edition in editions for issue_id in edition.issue_ids}
    return {issue.id: issue for issue in session.scalars(select(Issue).where(among(session, Issue.id, wanted)))}
