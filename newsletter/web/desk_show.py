"""The desk's first page: the rounds and issues of these weeks."""

from collections.abc import Sequence

from fastapi import APIRouter, Response

from newsletter.events.doubting import open_doubts
from newsletter.sending.models import Round
from newsletter.sending.progress import Progress
from newsletter.web.desk_access import ReporterSeat
from newsletter.web.desk_reading import cards_of_this_week, recent_rounds, sources, waves_of
from newsletter.web.desk_week import Card, silent, time_line
from newsletter.web.parts import Web
from newsletter.web.responses import private

router = APIRouter()


@router.get("/desk")
@router.get("/desk/")  # so mails about waves name it
def week(web: Web, seat: ReporterSeat) -> Response:
    now = web.service.clock.now()
    with web.service.db.reading() as session:
        rounds, cards = recent_rounds(session), cards_of_this_week(session, now)
        waves = waves_of(session, rounds[0][0]) if rounds else []
        quiet = silent(sources(session), now)
        doubts = len(open_doubts(session)) if seat.may("editor") else 0
    theirs = [card for card in cards if seat.may("reporter", card.region)]
    context = {
        "rounds": rounds,
        "cards": theirs,
        "line": time_line(waves, now, _cards_of(rounds, theirs), seat.time_zone),
        "silent": quiet,
        "now": now,
        "doubts": doubts,
    }
    return private(web.pages.render("desk/week.html", seat.language, seat=seat, **context))


def _cards_of(rounds: Sequence[tuple[Round, Progress]], cards: Sequence[Card]) -> list[Card]:
    """Those of the newest round."""
    return [
        card
        for round, _ in rounds[:1]
        for card in cards
        if (card.region.schedule_id, card.week) == (round.schedule_id, round.week)
    ]
