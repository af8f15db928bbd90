"""The accounting of a round: every letter that was frozen is in one of its states, and no reader has an issue twice.

It reads the tally, which takes no longer for ten million letters. On demand, and at the end of every send, it also
counts the letters one by one and compares.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import SQLColumnExpression, case, func, literal_column, select
from sqlalchemy.orm import Session

from newsletter.issues.models import Issue, Item
from newsletter.regions.models import Region
from newsletter.sending.models import (
    Edition,
    EditionIssue,
    Letter,
    LetterState,
    Round,
    RoundState,
    Tally,
    Wave,
    WayTally,
)
from newsletter.sending.progress import progress
from newsletter.sending.states import OPEN
from newsletter.sending.tallying import counts_of

_Key = tuple[SQLColumnExpression[Any], ...]


@dataclass(frozen=True)
class IssueReaders:
    region: str
    number: int | None
    items: int
    letters: int  # that carry it
    readers: int  # whose letter was accepted


@dataclass(frozen=True)
class Audit:
    """`audience` is what the waves were frozen for, counted apart from the letters whose states it is compared with.

    `miscounted` says of how many letters the tally and the rows disagree; None: they were not compared.
    """

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
    miscounted: int | None
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
        return self.adds_up and not self.doubled and not self.miscounted

    def as_data(self) -> dict[str, Any]:
        """For scripts."""
        return asdict(self) | {"adds_up": self.adds_up, "is_sound": self.is_sound}


def audit(session: Session, round: Round, *, recount: bool = False) -> Audit:
    """The accounting of a round. `recount`: look at every letter as well, some seconds for ten million of them."""
    sums = progress(counts_of(session, [round.id]).get(round.id, {}))
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
        miscounted=miscounted(session, round) if recount and round.rolled_up_at is None else None,
        issues=_issues(session, round),
    )


def miscounted(session: Session, round: Round) -> int:
    """Of how many letters of a round the tallies and the rows disagree: there must be none."""
    state = case((Letter.state.in_(OPEN), LetterState.QUEUED), else_=Letter.state)
    return _differences(
        session, round, (Tally.edition_id, Tally.state), Tally, (Letter.edition_id, Letter.state)
    ) + _differences(
        session,
        round,
        (WayTally.relay, WayTally.domain, WayTally.state),
        WayTally,
        (Letter.relay, Letter.domain, state),
    )


def _differences(session: Session, round: Round, tallied: _Key, table: type[Tally | WayTally], counted: _Key) -> int:
    """`tallied` are the columns of a tally's key, `counted` what they are of a letter."""
    sums = select(*tallied, func.sum(table.letters)).where(table.round_id == round.id).group_by(*tallied)
    rows = select(*counted, func.count()).where(Letter.round_id == round.id).group_by(*counted)
    differences: Counter[tuple[Any, ...]] = Counter()
    for *key, letters in session.execute(sums):
        differences[tuple(key)] += int(letters)
    for *key, letters in session.execute(rows):
        differences[tuple(key)] -= letters
    return sum(map(abs, differences.values()))


def _doubled(session: Session, round: Round) -> int:
    """Readers of whose letters two or more carry one issue: there must be none. It takes a second part."""
    second = Letter.part > literal_column("1")  # written out, so that SQLite sees that it may use the index
    readers = select(Letter.subscriber_id).where(Letter.round_id == round.id, second)
    twice = (
        select(Letter.subscriber_id)
        .join(EditionIssue, EditionIssue.edition_id == Letter.edition_id)
        .where(Letter.round_id == round.id, Letter.subscriber_id.in_(readers))
        .group_by(Letter.subscriber_id, EditionIssue.issue_id)
        .having(func.count() > 1)
        .subquery()
    )
    return session.scalar(select(func.count(twice.c.subscriber_id.distinct()))) or 0


def _issues(session: Session, round: Round) -> list[IssueReaders]:
    items = select(func.count(Item.id)).where(Item.issue_id == Issue.id).correlate(Issue).scalar_subquery()
    by_edition = (
        select(
            Tally.edition_id,
            func.sum(Tally.letters).label("letters"),
            func.sum(Tally.letters).filter(Tally.state == LetterState.ACCEPTED).label("accepted"),
        )
        .where(Tally.round_id == round.id)
        .group_by(Tally.edition_id)
        .subquery()
    )
    letters, accepted = func.sum(by_edition.c.letters), func.coalesce(func.sum(by_edition.c.accepted), 0)
    query = (
        select(Region.code, Issue.number, items, letters, accepted)
        .select_from(by_edition)
        .join(EditionIssue, EditionIssue.edition_id == by_edition.c.edition_id)
        .join(Issue, Issue.id == EditionIssue.issue_id)
        .join(Region, Region.id == Issue.region_id)
        .group_by(Region.code, Issue.number, Issue.id)
        .having(letters > 0)
        .order_by(Region.code)
    )
    return [
        IssueReaders(region, number, items, int(letters), int(accepted))
        for region, number, items, letters, accepted in session.execute(query)
    ]
