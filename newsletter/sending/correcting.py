"""A correction by mail, to exactly those who got the issue: a round of its own, by the ledger that all letters go by.

Whoever got the issue is read from the rows of its letters: the relay accepted theirs, or nobody knows whether it did.
While letters of the issue still leave, the correction's round stays open and takes in whoever gets one; so nobody is
asked to wait for the end of the world's waves before a mistake is put right.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from newsletter.db import among
from newsletter.editors.log import record
from newsletter.errors import NotAllowedError, NotFoundError
from newsletter.issues.finding import locked
from newsletter.issues.models import Correction, Issue
from newsletter.issues.states import log_subject, name_of
from newsletter.sending.models import Edition, EditionIssue, LetterState, Round, RoundState, Tally, Wave
from newsletter.sending.states import OPEN

GOT_IT = frozenset({LetterState.ACCEPTED, LetterState.UNKNOWN})
OVER = frozenset({RoundState.DONE, RoundState.CANCELLED})

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Reached:
    """Whom an issue reached: letters that carry it and were accepted or are unknown, one a reader."""

    readers: int
    to_come: int  # letters with it that have not ended
    is_over: bool  # no round can bring it to anybody any more by itself


def mail(session: Session, correction: Correction, *, seen: int, by: str, now: datetime) -> Round:
    """Begin the round that takes a correction to the readers of its issue, once for ever; ring for a tick after it.

    `seen` is how many readers a person was shown. Raises NotAllowedError where that is not how it is any more, where
    it is under way already, and where nobody got the issue or the rows that say who did are gone.
    """
    issue = locked(session, correction.issue)
    rounds = rounds_of(session, issue)
    _check(session, correction, issue, rounds, seen)
    round = Round(
        schedule_id=issue.region.schedule_id,
        week=issue.week,
        correction=correction,
        state=RoundState.SENDING,
        planned_at=now,
        first_wave_at=now,
        last_wave_at=now,
        closes_at=now + timedelta(hours=issue.region.schedule.window_hours),
        started_at=now,
        domains=rounds[0].domains,
        waves=[Wave(opens_at=now, time_zones=[], issue_ids=[], letters=0)],
    )
    session.add(round)
    session.flush()
    details = {"correction": correction.id, "readers": seen}
    record(session, actor=by, action="correction mailed", subject=log_subject(issue), details=details, now=now)
    log.info("correction mailed", round=round.id, issue=issue.id, readers=seen)
    return round


def round_of(session: Session, correction: Correction) -> Round | None:
    """The round that mails it, or did; None: it is not mailed."""
    return session.scalar(select(Round).where(Round.correction_id == correction.id))


def latest_unmailed(session: Session, issue: Issue) -> Correction:
    """The latest correction of an issue that nobody has mailed. Raises NotFoundError."""
    query = select(Correction).where(Correction.issue_id == issue.id)
    query = query.where(~exists().where(Round.correction_id == Correction.id))
    found = session.scalars(query.order_by(Correction.id.desc()).limit(1)).one_or_none()
    if found is None:
        raise NotFoundError(f"{name_of(issue)} has no correction that is not mailed.")
    return found


def corrections_of(session: Session, edition_ids: Collection[int]) -> dict[int, Correction]:
    """By edition, what its letters tell; those that are letters of a week are missing."""
    query = select(Edition.id, Correction).join(Round, Round.id == Edition.round_id)
    query = query.join(Correction, Correction.id == Round.correction_id).where(among(session, Edition.id, edition_ids))
    return dict(session.execute(query).all())


def rounds_of(session: Session, issue: Issue) -> Sequence[Round]:
    """The rounds whose letters carry the issue itself; one, unless its region changed schedules within the week."""
    carrying = select(Edition.round_id).join(EditionIssue).where(EditionIssue.issue_id == issue.id)
    query = select(Round).where(Round.id.in_(carrying), Round.correction_id.is_(None))
    return session.scalars(query.order_by(Round.id)).all()


def reached(session: Session, issue: Issue) -> Reached:
    """By the tally: it takes no longer for a million letters."""
    rounds = rounds_of(session, issue)
    query = (
        select(Tally.state, func.sum(Tally.letters))
        .join(EditionIssue, EditionIssue.edition_id == Tally.edition_id)
        .where(EditionIssue.issue_id == issue.id, Tally.round_id.in_([round.id for round in rounds]))
        .group_by(Tally.state)
    )
    letters = {state: int(count) for state, count in session.execute(query)}
    to_come = sum(letters.get(state, 0) for state in OPEN)
    return Reached(
        readers=sum(letters.get(state, 0) for state in GOT_IT),
        to_come=to_come,
        is_over=not to_come and all(round.state in OVER for round in rounds),
    )


def _check(session: Session, correction: Correction, issue: Issue, rounds: Sequence[Round], seen: int) -> None:
    found = reached(session, issue)
    if round_of(session, correction) is not None:
        raise NotAllowedError("This correction is mailed already; nobody gets it twice.")
    if any(round.rolled_up_at is not None for round in rounds):
        raise NotAllowedError(
            f"The letters of {name_of(issue)} have been rolled up: nobody knows any more who got it. "
            "The region's next letter tells the correction, and the issue's page for ever."
        )
    if not found.readers:
        raise NotAllowedError(f"Nobody has got {name_of(issue)} yet, so there is nobody to mail a correction to.")
    if seen > found.readers or (found.is_over and seen != found.readers):
        raise NotAllowedError(
            f"By now {found.readers:,} readers have got {name_of(issue)}, and you were shown {seen:,}. Look again."
        )
