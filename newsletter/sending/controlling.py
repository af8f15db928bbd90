"""What a person may do with a round: pause, resume, cancel, release what was held, send unknown letters again."""

from datetime import datetime

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from newsletter.editors.log import record
from newsletter.errors import NotAllowedError
from newsletter.issues import holding
from newsletter.issues.approving import is_approved
from newsletter.issues.models import IssueState
from newsletter.sending.batches import put_into_batches
from newsletter.sending.models import Letter, LetterState, Round, RoundState
from newsletter.sending.rounds import issues_of
from newsletter.sending.states import may_become, move
from newsletter.sending.telling import REACHED_NOBODY

CANCELLED = "the round was cancelled"

log = structlog.get_logger(__name__)


def pause(session: Session, round: Round, *, by: str, now: datetime, reason: str = "") -> None:
    """Send nothing more of it until it is resumed; workers stop at their next letter. Raises NotAllowedError."""
    _move(session, round, RoundState.PAUSED, "round paused", by, reason, now)


def resume(session: Session, round: Round, *, by: str, now: datetime) -> None:
    """Go on where it was paused. Raises NotAllowedError."""
    if round.state is not RoundState.PAUSED:
        raise NotAllowedError(f"The round of {round.week} is {round.state}, not paused.")
    to = RoundState.SENDING if round.started_at else RoundState.PLANNED
    _move(session, round, to, "round resumed", by, "", now)
    round.resumed_at = now
    if round.canary_left == 0:  # they have looked at it
        round.canary_left = None
    # What was put off because the relay refused us has all its time once more, and leaves at once.
    session.execute(
        update(Letter)
        .where(Letter.round_id == round.id, Letter.state == LetterState.DEFERRED, Letter.reply_code >= 500)
        .values(due_at=now, first_attempt_at=None, attempts=0)
        .execution_options(synchronize_session=False)
    )


def cancel(session: Session, round: Round, *, by: str, now: datetime, reason: str = "") -> None:
    """Send nothing more of it, for ever. Raises NotAllowedError."""
    _move(session, round, RoundState.CANCELLED, "round cancelled", by, reason, now)
    round.ended_at = now
    skip_cancelled(session, now)


def skip_cancelled(session: Session, now: datetime) -> int:
    """End what waits in cancelled rounds: also letters that a worker has given back meanwhile."""
    cancelled = select(Round.id).where(Round.state == RoundState.CANCELLED)
    skipped = session.scalars(
        update(Letter)
        .where(
            Letter.round_id.in_(cancelled),
            Letter.state.in_(may_become(LetterState.SKIPPED) - {LetterState.ATTEMPTING}),
        )
        .values(state=LetterState.SKIPPED, reply_text=CANCELLED, ended_at=now, due_at=None)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    )
    return len(skipped.all())


def release(session: Session, round: Round, *, by: str, now: datetime) -> None:
    """Owe every reader whose wave has opened the issues that are approved now, however late it is.

    That is for waves that were held, and for issues that were approved after the window. Freeze the round afterwards.
    Raises NotAllowedError where nothing was left behind.
    """
    for issue in issues_of(session, round, IssueState.HELD):
        if issue.note == REACHED_NOBODY and is_approved(issue):
            holding.release(session, issue, by=by, now=now)
    issue_ids = {issue.id for issue in issues_of(session, round, IssueState.APPROVED, IssueState.OUT)}
    behind = [wave for wave in round.waves if wave.opens_at <= now and not issue_ids <= set(wave.issue_ids)]
    if not behind:
        raise NotAllowedError(
            f"The round of {round.week} has left nothing behind: approve what is to be sent, then release it."
        )
    if round.state is not RoundState.SENDING:
        move(round, RoundState.SENDING)
        round.started_at, round.ended_at = round.started_at or now, None
    for wave in behind:
        wave.held_at, wave.frozen_at = None, wave.frozen_at or now
        wave.issue_ids = sorted({*wave.issue_ids, *issue_ids})
    _log(session, round, "round released", by, {"waves": len(behind), "issues": sorted(issue_ids)}, now)


def send_unknown_again(
    session: Session, round: Round, batch_size: int, *, by: str, now: datetime, expected: int | None = None
) -> int:
    """Queue the unknown letters once more: some of these readers will get theirs twice. How many they are.

    `expected` is how many a person was shown. Raises NotAllowedError where others have become unknown since.
    """
    query = select(Letter.id).where(Letter.round_id == round.id, Letter.state == LetterState.UNKNOWN)
    letter_ids = session.scalars(query.order_by(Letter.edition_id, Letter.id).with_for_update()).all()
    if expected is not None and expected != len(letter_ids):
        raise NotAllowedError("Other letters are unknown now than when you looked. Please look again.")
    if not letter_ids:
        return 0
    if round.state is RoundState.DONE:
        move(round, RoundState.SENDING)
        round.ended_at = None
    elif round.state is RoundState.CANCELLED:
        raise NotAllowedError(f"The round of {round.week} is cancelled; nothing of it is sent any more.")
    put_into_batches(session, round.id, letter_ids, batch_size)
    _log(session, round, "unknown letters sent again", by, {"letters": len(letter_ids)}, now)
    return len(letter_ids)


def _move(session: Session, round: Round, to: RoundState, action: str, by: str, reason: str, now: datetime) -> None:
    before = round.state
    move(round, to)
    round.note = reason or None
    _log(session, round, action, by, {"before": before, "after": to, "reason": reason}, now)


def _log(session: Session, round: Round, action: str, by: str, details: dict[str, object], now: datetime) -> None:
    subject = f"round {round.schedule.name} {round.week}"
    record(session, actor=by, action=action, subject=subject, details=details, now=now)
    log.info(action, round=round.id, week=round.week)
