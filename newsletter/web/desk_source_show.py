"""Sources and their health: trouble in words, the latest answers, what could not be used; and dry runs of feeds."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from newsletter.errors import InvalidInputError, NotAllowedError
from newsletter.stories.answers import latest_answers
from newsletter.stories.fetching import Fetcher
from newsletter.stories.models import Rejection
from newsletter.stories.sources import rejections, source
from newsletter.stories.trying import FeedTrial, try_feed
from newsletter.stories.turns import SharedTurns
from newsletter.web.desk_access import AdminSeat, EditorSeat, ReporterSeat, Seat
from newsletter.web.desk_reading import rejections_by_source, sources
from newsletter.web.forms import Posted
from newsletter.web.limiting import FEED_TRIAL_BY_EDITOR
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import private

router = APIRouter()

REJECTIONS_SHOWN, ANSWERS_SHOWN, STORIES_SHOWN = 50, 20, 50
TRIAL_SECONDS = 20.0  # somebody waits

Id = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/desk/sources")
def all_sources(web: Web, seat: ReporterSeat) -> Response:
    return _all(web, seat)


@router.post("/desk/sources/try")
def try_address(web: Web, seat: AdminSeat, form: Posted) -> Response:
    """Any address that a feed may have; those of private networks are asked no more than for a source."""
    seat.check(form)
    url = form.one("url").strip()
    if not url or len(url) > 2000:
        raise InvalidInputError("Write the address of a feed.")
    return _all(web, seat, url, _tried(web, seat, url))


@router.get("/desk/sources/{source_id}")
def one_source(web: Web, seat: ReporterSeat, source_id: Id) -> Response:
    return _one(web, seat, source_id)


@router.post("/desk/sources/{source_id}/try")
def try_source(web: Web, seat: EditorSeat, source_id: Id, form: Posted) -> Response:
    seat.check(form)
    with web.service.db.reading() as session:
        url = source(session, source_id).url
    if url is None:
        raise InvalidInputError("This source comes by the API: there is nothing to ask.")
    return _one(web, seat, source_id, _tried(web, seat, url))


def _all(web: Parts, seat: Seat, url: str = "", trial: FeedTrial | None = None) -> Response:
    with web.service.db.reading() as session:
        found, rejected = sources(session), rejections_by_source(session)
    context = {"sources": found, "rejected": rejected, "url": url, "trial": trial, "stories_shown": STORIES_SHOWN}
    return private(web.pages.render("desk/sources.html", seat.language, seat=seat, **context))


def _one(web: Parts, seat: Seat, source_id: int, trial: FeedTrial | None = None) -> Response:
    with web.service.db.reading() as session:
        context = {
            "source": source(session, source_id),
            "rejections": [_rejection(row) for row in rejections(session, source_id)[:REJECTIONS_SHOWN]],
            "answers": latest_answers(session, source_id, ANSWERS_SHOWN),
            "trial": trial,
            "stories_shown": STORIES_SHOWN,
        }
    return private(web.pages.render("desk/source.html", seat.language, seat=seat, **context))


def _rejection(row: Rejection) -> tuple[object, str, str]:
    return row.at, row.reason, row.raw.decode("utf-8", "replace").replace("\0", "�")


def _tried(web: Parts, seat: Seat, url: str) -> FeedTrial:
    if not web.limiter.allows(FEED_TRIAL_BY_EDITOR, "feed trial", str(seat.editor.id)):
        raise NotAllowedError("That were many dry runs. Please wait some minutes before the next.")
    service = web.service
    seconds = min(service.settings.fetch_seconds, TRIAL_SECONDS)
    settings = service.settings.model_copy(update={"fetch_seconds": seconds})
    fetcher = Fetcher(settings, SharedTurns(service.redis_url, lease_seconds=seconds + 30))
    return try_feed(service.db, fetcher, url, service.clock.now())
