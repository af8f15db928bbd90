"""A publisher's hand on a round: pause, resume, cancel, send unknown letters again."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from newsletter.errors import InvalidInputError, NotAllowedError
from newsletter.sending import controlling
from newsletter.sending.models import Letter, LetterState, Round
from newsletter.sending.rounds import find_round
from newsletter.web.desk_access import PublisherSeat, Seat
from newsletter.web.forms import Form, Posted
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import see_other

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]

_TICK = ("workers.tasks.tick", "default")


@router.post("/desk/rounds/{round_id}/pause")
def pause(web: Web, seat: PublisherSeat, round_id: Id, form: Posted) -> Response:
    seat.check(form)
    with web.service.db.writing() as session:
        round, now = find_round(session, str(round_id)), web.service.clock.now()
        controlling.pause(session, round, by=seat.editor.name, now=now, reason=_why(form))
    return _back(web, round_id)


@router.post("/desk/rounds/{round_id}/resume")
def resume(web: Web, seat: PublisherSeat, round_id: Id, form: Posted) -> Response:
    seat.check(form)
    with web.service.db.writing() as session:
        round, now = find_round(session, str(round_id)), web.service.clock.now()
        controlling.resume(session, round, by=seat.editor.name, now=now)
    web.bell.ring(_TICK)
    return _back(web, round_id)


@router.post("/desk/rounds/{round_id}/cancel")
def cancel(web: Web, seat: PublisherSeat, round_id: Id, form: Posted) -> Response:
    seat.check(form)
    if form.one("sure") != "yes":
        raise InvalidInputError("A cancelled round stays so. Please tick the box if you are sure.")
    with web.service.db.writing() as session:
        round, now = find_round(session, str(round_id)), web.service.clock.now()
        controlling.cancel(session, round, by=seat.editor.name, now=now, reason=_why(form))
    return _back(web, round_id)


@router.post("/desk/rounds/{round_id}/send-unknown-again")
def send_unknown_again(web: Web, seat: PublisherSeat, round_id: Id, form: Posted) -> Response:
    """As many as the person was shown, or none: others may have become unknown meanwhile."""
    seat.check(form)
    with web.service.db.writing() as session:
        round = find_round(session, str(round_id))
        if form.one("letters") != str(_unknown(session, round)):
            raise NotAllowedError("Other letters are unknown now than when you looked. Please look again.")
        _send_again(session, web, seat, round)
    web.bell.ring(_TICK)
    return _back(web, round_id)


def _send_again(session: Session, web: Parts, seat: Seat, round: Round) -> None:
    size, now = web.service.settings.batch_size, web.service.clock.now()
    controlling.send_unknown_again(session, round, size, by=seat.editor.name, now=now)


def _unknown(session: Session, round: Round) -> int:
    query = select(func.count()).where(Letter.round_id == round.id, Letter.state == LetterState.UNKNOWN)
    return session.scalar(query) or 0


def _why(form: Form) -> str:
    return " ".join(form.one("why").split())[:300]


def _back(web: Parts, round_id: int) -> Response:
    return see_other(f"{web.pages.root}/desk/rounds/{round_id}")
