"""A round on the desk: how it goes, by relay and by domain, what it waits for, and what may be done with it."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from sqlalchemy import select

from newsletter.sending.models import Letter, LetterState, Round, RoundState
from newsletter.sending.overview import overview_of
from newsletter.sending.refused_with import refused_with
from newsletter.sending.rounds import find_round
from newsletter.sending.states import ROUND_TRANSITIONS
from newsletter.web.desk_access import EditorSeat
from newsletter.web.parts import Web
from newsletter.web.responses import private
from newsletter.web.security import WITH_SCRIPT

router = APIRouter()

UNKNOWN_SHOWN = 50


Id = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/desk/rounds/{round_id}")
def show(web: Web, seat: EditorSeat, round_id: Id) -> Response:
    service = web.service
    with service.db.reading() as session:
        found = find_round(session, str(round_id))
        overview = overview_of(session, found, service.limits, service.clock.now())
        query = select(Letter).where(Letter.round_id == found.id, Letter.state == LetterState.UNKNOWN)
        unknown = session.scalars(query.order_by(Letter.id).limit(UNKNOWN_SHOWN)).all()
        refused = refused_with(session, found)
        corrects = found.correction.issue if found.correction else None
        if corrects is not None:
            seat.check_region(corrects.region)
    page = web.pages.render(
        "desk/round.html",
        seat.language,
        seat=seat,
        round=found,
        overview=overview,
        routes=overview.routes,
        unknown=unknown,
        refused=refused,
        corrects=corrects,
        can=_possible(found) if seat.may("publisher") and seat.is_everywhere else frozenset(),
    )
    response = private(page)
    response.headers["Content-Security-Policy"] = WITH_SCRIPT
    return response


def _possible(round: Round) -> frozenset[str]:
    """What may be done with a round in its state."""
    following = ROUND_TRANSITIONS[round.state]
    possible = {
        "pause": RoundState.PAUSED in following,
        "resume": round.state is RoundState.PAUSED,
        "cancel": RoundState.CANCELLED in following,
        "send_unknown_again": round.state is not RoundState.CANCELLED,
    }
    return frozenset(name for name, is_possible in possible.items() if is_possible)
