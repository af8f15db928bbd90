"""At the moment of sending: which letters of a batch still may leave."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from newsletter.db import among, is_among, is_sqlite, listing
from newsletter.issues.models import Issue
from newsletter.sending.editions import Wanted, editions_by_id, find_or_make_editions
from newsletter.sending.models import EditionIssue, Letter, LetterState, Round, RoundState
from newsletter.sending.recording import skip
from newsletter.subscribers.models import Subscriber, SubscriberState, Subscription
from newsletter.subscribers.suppression import suppressed

LEFT, SUPPRESSED, NO_REGION = "has left", "suppressed", "has left the regions of this letter"


class FitLetter(NamedTuple):
    """A letter that may leave, with what it takes to fill and to send it."""

    id: int
    subscriber_id: int
    part: int
    edition_id: int
    first_attempt_at: datetime | None
    attempts: int  # so far
    address: str
    subscriber_key: str  # stands for the person in links


class Look(NamedTuple):
    is_sending: bool  # False once a person has paused or cancelled the round
    reasons: Mapping[int, str]  # of letters that must not leave after all, by their ids


# Whether a letter has an issue of a region that its reader does not subscribe to any more. Asked of each letter by
# itself, issue after issue by their keys: where Postgres may choose, it goes by figures from before the letters were
# frozen, and reads all subscriptions, or all issues that there ever were.
_REGION = select(Issue.region_id).where(Issue.id == EditionIssue.issue_id).correlate(EditionIssue).scalar_subquery()
_IS_READ = (
    exists()
    .where(Subscription.subscriber_id == Letter.subscriber_id, Subscription.region_id == _REGION)
    .where(Subscription.confirmed_at.is_not(None))
    .correlate(Letter, EditionIssue)
)
_HAS_TOO_MUCH = exists().where(EditionIssue.edition_id == Letter.edition_id, ~_IS_READ).correlate(Letter)

# Letters that wait, each with what a FitLetter is made of and what bars it. `is_confirmed` None: the person was erased.
QUEUED = (
    select(
        Letter.id, Letter.subscriber_id, Letter.part, Letter.edition_id, Letter.first_attempt_at, Letter.attempts,
        Subscriber.address, Subscriber.key, (Subscriber.state == SubscriberState.CONFIRMED).label("is_confirmed"),
        _HAS_TOO_MUCH.label("has_too_much"),
    )
    .outerjoin(Subscriber, Subscriber.id == Letter.subscriber_id)
    .where(Letter.state == LetterState.QUEUED)
)  # fmt: skip


def fit_letters(
    session: Session, round_id: int, queued: Sequence[Row[*tuple[Any, ...]]], now: datetime, keys: Sequence[str]
) -> list[FitLetter]:
    """Those of these letters, by `QUEUED`, whose readers still want them, by edition; the others are skipped.

    A reader who has left some of the letter's regions gets the edition of those that remain.
    """
    reasons = {row.id: LEFT for row in queued if not row.is_confirmed}
    fit = [FitLetter._make(row[:-2]) for row in queued if row.is_confirmed]
    barred = suppressed(session, (letter.address for letter in fit), keys)
    reasons |= {letter.id: SUPPRESSED for letter in fit if letter.address in barred}
    if having_too_much := {row.id for row in queued if row.has_too_much}:
        changed = [letter for letter in fit if letter.id in having_too_much]
        kept = [letter for letter in fit if letter.id not in having_too_much]
        fit = [*kept, *_for_regions_left(session, round_id, changed, reasons)]
    skip(session, reasons, now)
    remaining = (letter for letter in fit if letter.id not in reasons)
    return sorted(remaining, key=lambda letter: (letter.edition_id, letter.id))


def look(session: Session, round_id: int, letters: Sequence[FitLetter], keys: Sequence[str]) -> Look:
    """Whether these letters may leave now, by the rows: asked again and again while they are being sent.

    They were found fit when they were claimed, so that one statement is enough as long as nobody has left since: a
    suppression is also told by the row of the subscriber whom it concerns.
    """
    readers = {letter.subscriber_id for letter in letters}
    asked = {"round": round_id, "readers": readers}
    # By the connection, for the session would first make sure that no object is meant, at twice the cost.
    seen = session.connection().execute(_look(is_sqlite(session)), asked).one()
    if seen.state is not RoundState.SENDING:
        return Look(is_sending=False, reasons={})
    if seen.unchanged == len(readers):
        return Look(is_sending=True, reasons={})
    confirmed = among(session, Subscriber.id, readers), Subscriber.state == SubscriberState.CONFIRMED
    still_here = set(session.scalars(select(Subscriber.id).where(*confirmed)))
    barred = suppressed(session, (letter.address for letter in letters), keys)
    reasons = {letter.id: SUPPRESSED for letter in letters if letter.address in barred}
    reasons |= {letter.id: LEFT for letter in letters if letter.subscriber_id not in still_here}
    return Look(is_sending=True, reasons=reasons)


@cache
def _look(is_sqlite: bool) -> Select[Any]:
    """The state of a round, and how many of some readers are as they were; made once, for to make it costs more."""
    readers = bindparam("readers", type_=listing(Subscriber.id, is_sqlite=is_sqlite))
    unchanged = select(func.count()).where(
        is_among(Subscriber.id, readers, is_sqlite=is_sqlite),
        Subscriber.state == SubscriberState.CONFIRMED,
        Subscriber.suppressed_at.is_(None),
    )
    state = Round.state.label("state")
    return select(state, unchanged.scalar_subquery().label("unchanged")).where(Round.id == bindparam("round"))


def _for_regions_left(
    session: Session, round_id: int, letters: Sequence[FitLetter], reasons: dict[int, str]
) -> list[FitLetter]:
    editions = editions_by_id(session, (letter.edition_id for letter in letters))
    read = _issues_read(session, letters, editions.values())
    wanted: dict[int, Wanted] = {}
    for letter in letters:
        edition = editions[letter.edition_id]
        remaining = tuple(issue for issue in edition.issue_ids if (letter.subscriber_id, issue) in read)
        if not remaining:
            reasons[letter.id] = NO_REGION
        elif remaining != edition.issue_ids:
            wanted[letter.id] = replace(edition, issue_ids=remaining)
    ids = find_or_make_editions(session, round_id, wanted.values())
    for letter_id, edition in wanted.items():
        session.execute(update(Letter).where(Letter.id == letter_id).values(edition_id=ids[edition]))
    return [letter._replace(edition_id=ids[wanted[letter.id]]) if letter.id in wanted else letter for letter in letters]


def _issues_read(session: Session, letters: Sequence[FitLetter], editions: Iterable[Wanted]) -> set[tuple[int, int]]:
    """Pairs of a subscriber and an issue of a region that they subscribe to now."""
    query = (
        select(Subscription.subscriber_id, Issue.id)
        .join(Issue, Issue.region_id == Subscription.region_id)
        .where(
            among(session, Subscription.subscriber_id, [letter.subscriber_id for letter in letters]),
            Subscription.confirmed_at.is_not(None),
            among(session, Issue.id, {issue_id for edition in editions for issue_id in edition.issue_ids}),
        )
    )
    return {(subscriber_id, issue_id) for subscriber_id, issue_id in session.execute(query)}
