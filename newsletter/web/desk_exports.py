"""The desk's tables as files for a spreadsheet, with the filters that stand in the page's address."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from newsletter.editors.log import entries
from newsletter.editors.models import LogEntry
from newsletter.regions.catalogue import covers
from newsletter.stories.models import Source, Story
from newsletter.stories.reading import stories
from newsletter.subscribers.lists.cells import defused
from newsletter.web.desk_access import ReporterSeat
from newsletter.web.desk_log_show import filters_of
from newsletter.web.desk_reading import rejections_by_source, sources
from newsletter.web.desk_story_list import source_number
from newsletter.web.parts import Web

router = APIRouter()

PAGE = 1_000
MOST = 100_000  # rows of a file, the newest; more than a spreadsheet can be read by


@router.get("/desk/log.csv")
def log(web: Web, seat: ReporterSeat, who: str = "", what: str = "", about: str = "") -> Response:
    asked = filters_of(who, what, about)

    def rows() -> Iterator[Sequence[str]]:
        last: int | None = None
        for _ in range(0, MOST, PAGE):
            with web.service.db.reading() as session:
                page = entries(
                    session,
                    actor=asked["who"],
                    action=asked["what"],
                    subject=asked["about"],
                    before=last,
                    limit=PAGE,
                )
                yield from map(_entry, page)
            if len(page) < PAGE:
                return
            last = page[-1].id

    return _sheet("log", ("at", "who", "did", "to", "details"), rows())


@router.get("/desk/stories.csv")
def all_stories(web: Web, seat: ReporterSeat, text: str = "", region: str = "", source: str = "") -> Response:
    text, source_id = text.replace("\0", "")[:200], source_number(source)
    if region:
        covers(region)  # or its error, before the first line is out

    def rows() -> Iterator[Sequence[str]]:
        before = None
        for _ in range(0, MOST, PAGE):
            with web.service.db.reading() as session:
                page = stories(
                    session, region=region or None, source_id=source_id, text=text, before=before, limit=PAGE
                )
                yield from map(_story, page)
            if len(page) < PAGE:
                return
            before = page[-1].dated_at, page[-1].id

    return _sheet("stories", ("id", "at", "source", "language", "title", "url", "regions", "summary"), rows())


@router.get("/desk/sources.csv")
def all_sources(web: Web, seat: ReporterSeat) -> Response:
    with web.service.db.reading() as session:
        rejected = rejections_by_source(session)
        rows = [_source(source, rejected.get(source.id, 0)) for source in sources(session)]
    columns = ("id", "name", "url", "language", "weight", "on", "answered_at", "trouble", "unusable")
    return _sheet("sources", columns, rows)


def _entry(entry: LogEntry) -> Sequence[str]:
    details = json.dumps(entry.details, ensure_ascii=False)
    return entry.at.isoformat(), entry.actor, entry.action, entry.subject, details


def _story(story: Story) -> Sequence[str]:
    regions = " ".join(tag.code for tag in sorted(story.regions, key=lambda tag: -tag.confidence))
    at = story.dated_at.isoformat()
    return str(story.id), at, story.source.name, story.language, story.title, story.url, regions, story.summary


def _source(source: Source, unusable: int) -> Sequence[str]:
    answered_at = source.succeeded_at.isoformat() if source.succeeded_at else ""
    state = "yes" if source.active else "no"
    return (
        *(str(source.id), source.name, source.url or "", source.language or "", str(source.weight)),
        *(state, answered_at, source.trouble or "", str(unusable)),
    )


def _sheet(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(_lines(columns, rows), media_type="text/csv; charset=utf-8", headers=headers)


def _lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A hundred at a time: to hand over each by itself costs more than to write it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for number, row in enumerate(rows, 1):
        writer.writerow([defused(cell) for cell in row])
        if number % 100 == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()
