"""A publisher's hand on a round: pause, resume, cancel, send unknown letters again."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from newsletter.errors import InvalidInputError
from newsletter.sending import controlling
from newsletter.sending.rounds import find_round
from newsletter.web.desk_access import PublisherSeatEverywhere
from newsletter.web.forms import Form, Posted
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import see_other
from newsletter.web.ringing import TICK

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]


@router.post("/desk/rounds/{round_id}/pause")
def pause(web: Web, seat: PublisherSeatEverywhere, round_id: Id, form: Posted) -> Response:
    seat.check(form)
    with web.service.db.writing() as session:
        round, now = find_round(session, str(round_id)), web.service.clock.now()
        controlling.pause(session, round, by=seat.editor.name, now=now, reason=_why(form))
    return _back(web, round_id)


@router.post("/desk/rounds/{round_id}/resume")
def resume(web: Web, seat: PublisherSeatEverywhere, round_id: Id, form: Posted) -> Response:
    seat.check(form)
    with web.service.db.writing() as session:
        round, now = find_round(session, str(round_id)), web.service.clock.now()
        controlling.resume(session, round, by=seat.editor.name, now=now)
    web.bell.ring(TICK)
    return _back(web, round_id)


@router.post("/desk/rounds/{round_id}/cancel")
def cancel(web: Web, seat: PublisherSeatEverywhere, round_id: Id, form: Posted) -> Response:
    seat.check(form)
    if form.one("sure") != "yes":
        raise InvalidInputError("A cancelled round stays so. Please tick the box if you are sure.")
    with web.service.db.writing() as session:
        round, now = find_round(session, str(round_id)), web.service.clock.now()
        controlling.cancel(session, round, by=seat.editor.name, now=now, reason=_why(form))
    return _back(web, round_id)


@router.post("/desk/rounds/{round_id}/send-unknown-again")
def send_unknown_again(web: Web, seat: PublisherSeatEverywhere, round_id: Id, form: Posted) -> Response:
    """As many as the person was shown, or none: others may have become unknown meanwhile."""
    seat.check(form)
    shown = form.one("letters")
    size, now = web.service.settings.batch_size, web.service.clock.now()
    with web.service.db.writing() as session:
        controlling.send_unknown_again(
            session,
            find_round(session, str(round_id)),
            size,
            by=seat.editor.name,
            now=now,
            expected=int(shown) if shown.isdecimal() and len(shown) < 16 else -1,
        )
    web.bell.ring(TICK)
    return _back(web, round_id)


def _why(form: Form) -> str:
    return " ".join(form.one("why").split())[:300]


def _back(web: Parts, round_id: int) -> Response:
    return see_other(f"{web.pages.root}/desk/rounds/{round_id}")
