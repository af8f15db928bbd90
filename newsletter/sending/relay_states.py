"""How each relay does, by the rows: what it has in hand, how its latest letters ended, and what it last said."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from newsletter.sending.models import Batch, Letter, LetterState, Round, WayTally

ROUNDS, ANSWERS = 3, 5  # so many latest rounds are looked at, and so many answers of each relay are shown
_TROUBLE = (LetterState.REFUSED, LetterState.DEFERRED, LetterState.UNKNOWN)


@dataclass(frozen=True)
class Answer:
    """What a relay said, to how many letters, and when last."""

    code: int | None
    text: str
    letters: int
    at: datetime | None


@dataclass
class RelayState:
    in_hand: int = 0  # batches on their way to it at this moment
    ends: dict[str, int] = field(default_factory=dict)  # of the latest rounds' letters: by accepted, refused, unknown
    answers: list[Answer] = field(default_factory=list)  # to letters that it did not take, the latest first


def relay_states(session: Session) -> dict[str, RelayState]:
    """By the name of a relay ("host:port"), also of one that is in the settings no more. Few statements for all."""
    found: dict[str, RelayState] = defaultdict(RelayState)
    round_ids = session.scalars(select(Round.id).order_by(Round.id.desc()).limit(ROUNDS)).all()
    taken = (Batch.ended_at.is_(None), Batch.leased_until.is_not(None), Batch.relay.is_not(None))
    for relay, batches in session.execute(select(Batch.relay, func.count()).where(*taken).group_by(Batch.relay)):
        found[str(relay)].in_hand = batches
    for relay, state, letters in session.execute(_ends(round_ids)):
        if letters:
            found[str(relay)].ends[state.value] = int(letters)
    for relay, code, text, letters, at in session.execute(_answers(round_ids)):
        if len(found[str(relay)].answers) < ANSWERS:
            found[str(relay)].answers.append(Answer(code, text or "", letters, at))
    return dict(found)


def _ends(round_ids: Sequence[int]) -> Select[str | None, LetterState, int]:
    key = (WayTally.relay, WayTally.state)
    ended = (LetterState.ACCEPTED, LetterState.REFUSED, LetterState.UNKNOWN)
    query = select(*key, func.sum(WayTally.letters)).where(WayTally.round_id.in_(round_ids))
    return query.where(WayTally.relay.is_not(None), WayTally.state.in_(ended)).group_by(*key)


def _answers(round_ids: Sequence[int]) -> Select[str | None, int | None, str | None, int, datetime]:
    last = func.max(func.coalesce(Letter.ended_at, Letter.first_attempt_at))
    return (
        select(Letter.relay, Letter.reply_code, Letter.reply_text, func.count(), last)
        .where(Letter.round_id.in_(round_ids), Letter.state.in_(_TROUBLE), Letter.relay.is_not(None))
        .group_by(Letter.relay, Letter.reply_code, Letter.reply_text)
        .order_by(last.desc())
        .limit(200)
    )
