"""What came in: stories by words, region and source, in the address of the page; and stories that a person adds."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from newsletter.editors.log import record
from newsletter.errors import InvalidInputError
from newsletter.regions.service import active_regions
from newsletter.stories.handing_over import hand_over, tag_given
from newsletter.stories.intake import read_given
from newsletter.stories.models import Story
from newsletter.stories.reading import stories
from newsletter.stories.sources import all_sources, own_source
from newsletter.web.desk_access import ReporterSeat
from newsletter.web.forms import Form, Posted
from newsletter.web.parts import Web
from newsletter.web.responses import private, see_other

router = APIRouter()

SHOWN = 50
_FIELDS = ("title", "url", "summary", "language", "region", "published_at")


@router.get("/desk/stories")
def list_stories(
    web: Web, seat: ReporterSeat, text: str = "", region: str = "", source: str = "", before: str = ""
) -> Response:
    text = text.replace("\0", "")[:200]
    source_id = source_number(source)
    with web.service.db.reading() as session:
        regions, sources = active_regions(session), all_sources(session)
        found = stories(
            session,
            region=region or None,
            source_id=source_id,
            text=text,
            before=_cursor(before),
            limit=SHOWN + 1,
        )
    filters = {"text": text, "region": region, "source": source}
    context = {
        "seat": seat,
        "stories": found[:SHOWN],
        "regions": regions,
        "sources": sources,
        "filters": filters,
        "more": _more(filters, found[SHOWN - 1]) if len(found) > SHOWN else None,
    }
    return private(web.pages.render("desk/stories.html", seat.language, **context))


@router.get("/desk/stories/new")
def new_story(web: Web, seat: ReporterSeat) -> Response:
    return _form(web, seat, dict.fromkeys(_FIELDS, ""), "")


@router.post("/desk/stories/new")
def add_story(web: Web, seat: ReporterSeat, form: Posted) -> Response:
    """One story, by the same way as those of a file or the API."""
    seat.check(form)
    given = _given(form)
    try:
        read = read_given({name: value for name, value in given.items() if value}, web.service.settings.base_url)
    except InvalidInputError as error:
        return _form(web, seat, given, str(error), status=422)
    now = web.service.clock.now()
    with web.service.db.writing() as session:
        source = own_source(session, "By hand", now)
        [result] = hand_over(session, source, read, now, tag_given(session, source, read))
        if result.story_id is not None:
            details = {"outcome": result.outcome, "title": result.title}
            subject = f"story {result.story_id}"
            record(session, actor=seat.editor.name, action="story added", subject=subject, details=details, now=now)
    if result.story_id is None:
        return _form(web, seat, given, result.reason or "This story cannot be used.", status=422)
    return see_other(f"{web.pages.root}/desk/stories")


def source_number(source: str) -> int | None:
    return int(source) if source.isdecimal() and len(source) < 16 else None


def _form(web: Web, seat: ReporterSeat, given: dict[str, str], wrong: str, *, status: int = 200) -> Response:
    page = web.pages.render("desk/story_new.html", seat.language, seat=seat, given=given, wrong=wrong)
    return private(page, status=status)


def _given(form: Form) -> dict[str, str]:
    return {name: form.one(name).strip() for name in _FIELDS}


def _more(filters: dict[str, Any], last: Story) -> str:
    """The query of the page after this one."""
    return urlencode({name: value for name, value in filters.items() if value} | {"before": _named(last)})


def _named(story: Story) -> str:
    return f"{story.dated_at.timestamp()}:{story.id}"


def _cursor(before: str) -> tuple[datetime, int] | None:
    """Where a page begins; what is no cursor begins at the newest."""
    at, _, story_id = before.partition(":")
    try:
        return (datetime.fromtimestamp(float(at), UTC), int(story_id)) if before else None
    except (ValueError, OverflowError, OSError):
        return None
