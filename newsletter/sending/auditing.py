"""The accounting of a round: every letter that was frozen is in one of its states, and no reader has an issue twice."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from newsletter.issues.models import Issue, Item
from newsletter.regions.models import Region
from newsletter.sending.models import Edition, EditionIssue, Letter, LetterState, Round, RoundState, Wave
from newsletter.sending.progress import progress


@dataclass(frozen=True)
class IssueReaders:
    region: str
    number: int | None
    items: int
    letters: int  # that carry it
    readers: int  # whose letter was accepted


@dataclass(frozen=True)
class Audit:
    """`audience` is what the waves were frozen for, counted apart from the letters whose states it is compared with."""

    week: str
    state: RoundState
    editions: int
    audience: int
    accepted: int
    refused: int
    unknown: int
    skipped: int
    open: int
    doubled: int  # readers who have letters with one issue more than once
    issues: Sequence[IssueReaders]

    @property
    def total(self) -> int:
        """All letters by their states."""
        return self.accepted + self.refused + self.unknown + self.skipped + self.open

    @property
    def adds_up(self) -> bool:
        return self.audience == self.total

    @property
    def is_sound(self) -> bool:
        return self.adds_up and not self.doubled

    def as_data(self) -> dict[str, Any]:
        """For scripts."""
        return asdict(self) | {"adds_up": self.adds_up, "is_sound": self.is_sound}


def audit(session: Session, round: Round) -> Audit:
    """The accounting of a round, as its rows stand."""
    counts = select(Letter.state, func.count()).where(Letter.round_id == round.id).group_by(Letter.state)
    sums = progress(dict(session.execute(counts).all()))
    frozen = select(func.coalesce(func.sum(Wave.letters), 0)).where(Wave.round_id == round.id)
    editions = select(func.count(Edition.id)).where(Edition.round_id == round.id)
    return Audit(
        week=round.week,
        state=round.state,
        editions=session.scalar(editions) or 0,
        audience=int(session.scalar(frozen) or 0),
        accepted=sums.accepted,
        refused=sums.refused,
        unknown=sums.unknown,
        skipped=sums.skipped,
        open=sums.waiting + sums.deferred,
        doubled=_doubled(session, round),
        issues=_issues(session, round),
    )


def _doubled(session: Session, round: Round) -> int:
    """Readers of whose letters two or more carry one issue: there must be none."""
    twice = (
        select(Letter.subscriber_id)
        .join(EditionIssue, EditionIssue.edition_id == Letter.edition_id)
        .where(Letter.round_id == round.id)
        .group_by(Letter.subscriber_id, EditionIssue.issue_id)
        .having(func.count() > 1)
        .subquery()
    )
    return session.scalar(select(func.count(twice.c.subscriber_id.distinct()))) or 0


def _issues(session: Session, round: Round) -> list[IssueReaders]:
    items = select(func.count(Item.id)).where(Item.issue_id == Issue.id).correlate(Issue).scalar_subquery()
    accepted = func.count().filter(Letter.state == LetterState.ACCEPTED)
    query = (
        select(Region.code, Issue.number, items, func.count(), accepted)
        .select_from(Letter)
        .join(EditionIssue, EditionIssue.edition_id == Letter.edition_id)
        .join(Issue, Issue.id == EditionIssue.issue_id)
        .join(Region, Region.id == Issue.region_id)
        .where(Letter.round_id == round.id)
        .group_by(Region.code, Issue.number, Issue.id)
        .order_by(Region.code)
    )
    return [IssueReaders(*row) for row in session.execute(query)]
