"""Sources: which there are, how each is, and what it gave that could not be used. They feed all regions."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.editors.log import record
from newsletter.errors import NotAllowedError, NotFoundError
from newsletter.stories import sources
from newsletter.stories.models import Rejection, Source, SourceAnswer, SourceKind
from newsletter.stories.trying import FeedTrial, try_feed
from newsletter.web.api.calling import AdminChangesAll, AdminEditsAll, AdminReadsAll, Caller, EditorReads, ReporterReads
from newsletter.web.api.paging import Page, Window, earliest_first, latest_first
from newsletter.web.api.problems import problems
from newsletter.web.api.shapes import Given, Id, Line

router = APIRouter(tags=["sources"])

TRIED_SHOWN = 50
_COLUMNS = (
    *("id", "kind", "name", "url", "home", "language", "weight", "added_at"),
    *("due_at", "fetched_at", "succeeded_at", "failures", "trouble"),
)
_MAY_BE_NONE = ("home", "language")


class SourceView(BaseModel):
    id: int
    kind: SourceKind
    name: str
    url: str | None
    home: str | None = Field(description="The region that it speaks for where a story names none.")
    language: str | None
    weight: float
    is_on: bool
    added_at: datetime
    due_at: datetime | None
    fetched_at: datetime | None
    succeeded_at: datetime | None
    failures: int = Field(description="In a row.")
    trouble: str | None = Field(description="Why the last fetch failed; null: all is well.")

    @classmethod
    def of(cls, source: Source) -> "SourceView":
        return cls(is_on=source.active, **{column: getattr(source, column) for column in _COLUMNS})


class RejectionView(BaseModel):
    id: int
    at: datetime
    reason: str
    raw: str = Field(description="The beginning of what it gave; text from outside, as it came.")

    @classmethod
    def of(cls, rejection: Rejection) -> "RejectionView":
        raw = rejection.raw.decode("utf-8", "replace")
        return cls(id=rejection.id, at=rejection.at, reason=rejection.reason, raw=raw)


class AnswerView(BaseModel):
    """What came of asking a source once."""

    id: int
    at: datetime
    outcome: str
    milliseconds: int
    new: int
    changed: int
    known: int
    rejected: int
    trouble: str | None

    @classmethod
    def of(cls, answer: SourceAnswer) -> "AnswerView":
        return cls(**{field: getattr(answer, field) for field in cls.model_fields})


class TriedStory(BaseModel):
    title: str
    url: str
    published_at: datetime | None
    is_known: bool = Field(description="It is stored already.")


class TrialView(BaseModel):
    """What a feed gave just now, of which nothing is kept."""

    url: str
    title: str
    kind: str
    milliseconds: int
    trouble: str | None
    stories: list[TriedStory]
    rejected: list[str] = Field(description="Why entries could not be used.")

    @classmethod
    def of(cls, trial: FeedTrial) -> "TrialView":
        stories = [
            TriedStory(
                title=story.title,
                url=story.url,
                published_at=story.published_at,
                is_known=story.canonical_url in trial.known,
            )
            for story in trial.stories[:TRIED_SHOWN]
        ]
        values = {field: getattr(trial, field) for field in ("url", "title", "kind", "milliseconds", "trouble")}
        return cls(stories=stories, rejected=[entry.reason for entry in trial.rejected[:TRIED_SHOWN]], **values)


class FeedGiven(Given):
    url: str = Field(max_length=2000, pattern=r"^[^\x00]+$", examples=["https://news.example/feed.xml"])


class SourceGiven(Given):
    url: str = Field(max_length=2000, pattern=r"^[^\x00]+$", examples=["https://news.example/feed.xml"])
    name: Line | None = None
    home: Line | None = Field(None, examples=["MX"])
    language: Line | None = Field(None, examples=["es"])
    weight: float = Field(1.0, gt=0, le=10, strict=False)


class SourceChangeGiven(Given):
    """What is left out stays."""

    is_on: bool | None = Field(None, description="Whether it is asked for news.")
    name: Line | None = None
    home: Line | None = Field(None, examples=["MX"], description="null: none.")
    language: Line | None = Field(None, examples=["es"], description="null: what each story says.")
    weight: Annotated[float, Field(gt=0, le=10, strict=False)] | None = None


@router.get("/sources", operation_id="listSources", response_model=Page[SourceView])
def list_sources(caller: ReporterReads, window: Annotated[Window, Query()]) -> Page[SourceView]:
    with caller.web.service.db.reading() as session:
        return earliest_first(session, select(Source), Source.id, window, SourceView.of)


@router.get(
    "/sources/{source_id}", operation_id="getSource", response_model=SourceView, responses={304: {}, **problems(404)}
)
def show_source(request: Request, caller: ReporterReads, source_id: Id) -> Response:
    with caller.web.service.db.reading() as session:
        return caller.show(request, SourceView.of(_source(session, source_id)))


@router.get(
    "/sources/{source_id}/rejections",
    operation_id="listRejections",
    response_model=Page[RejectionView],
    responses=problems(404),
)
def list_rejections(caller: ReporterReads, source_id: Id, window: Annotated[Window, Query()]) -> Page[RejectionView]:
    """What could not be used, the latest first."""
    query = select(Rejection).where(Rejection.source_id == source_id)
    with caller.web.service.db.reading() as session:
        _source(session, source_id)
        return latest_first(session, query, Rejection.id, window, RejectionView.of)


@router.get(
    "/sources/{source_id}/answers", operation_id="listAnswers", response_model=Page[AnswerView], responses=problems(404)
)
def list_answers(caller: ReporterReads, source_id: Id, window: Annotated[Window, Query()]) -> Page[AnswerView]:
    """What came of asking it, the latest first."""
    query = select(SourceAnswer).where(SourceAnswer.source_id == source_id)
    with caller.web.service.db.reading() as session:
        _source(session, source_id)
        return latest_first(session, query, SourceAnswer.id, window, AnswerView.of)


@router.post("/sources/try", operation_id="tryFeed", response_model=TrialView)
def try_address(caller: AdminReadsAll, given: FeedGiven) -> TrialView:
    """Ask for a feed and read it, and keep nothing of it."""
    service = caller.web.service
    return TrialView.of(try_feed(service.db, service.fetcher, given.url, caller.now))


@router.post(
    "/sources/{source_id}/try", operation_id="trySource", response_model=TrialView, responses=problems(404, 409)
)
def try_source(caller: EditorReads, source_id: Id) -> TrialView:
    """The same with the feed of a source."""
    service = caller.web.service
    with service.db.reading() as session:
        url = _source(session, source_id).url
    if url is None:
        raise NotAllowedError("This source comes by the API: there is nothing to ask.")
    return TrialView.of(try_feed(service.db, service.fetcher, url, caller.now))


@router.post("/sources", operation_id="addSource", response_model=SourceView, status_code=201, responses=problems(404))
def add_source(caller: AdminChangesAll, given: SourceGiven) -> Response:
    """A feed; it is asked with the next tick."""

    def do(session: Session) -> SourceView:
        values = given.model_dump(exclude={"url"})
        source = sources.add_source(session, given.url, now=caller.now, **values)
        _log(session, caller, "source added", source)
        return SourceView.of(source)

    return caller.change(do, status=201)


@router.patch(
    "/sources/{source_id}", operation_id="patchSource", response_model=SourceView, responses=problems(404, 412)
)
def change_source(caller: AdminEditsAll, source_id: Id, given: SourceChangeGiven) -> Response:
    """Describe it otherwise, pause it, or ask it again as if it had never failed."""

    def do(session: Session) -> SourceView:
        source = _source(session, source_id)
        caller.check_etag(SourceView.of(source))
        _describe(session, caller, source, given)
        if given.is_on is not None:
            if given.is_on:
                sources.resume(session, source_id, caller.now)
            else:
                sources.pause(session, source_id)
            _log(session, caller, "source resumed" if given.is_on else "source paused", source)
        return SourceView.of(source)

    return caller.change(do)


@router.delete("/sources/{source_id}", operation_id="deleteSource", status_code=204, responses=problems(404, 412))
def remove_source(caller: AdminEditsAll, source_id: Id) -> Response:
    """One that has given no story; others can be paused."""

    def do(session: Session) -> None:
        source = _source(session, source_id)
        caller.check_etag(SourceView.of(source))
        _log(session, caller, "source removed", source)
        sources.remove(session, source_id)

    return caller.change(do)


def _describe(session: Session, caller: Caller, source: Source, given: SourceChangeGiven) -> None:
    wanted = given.model_dump(exclude_unset=True, exclude={"is_on"})
    if not wanted:
        return
    before = {column: getattr(source, column) for column in ("name", "home", "language", "weight")}
    values = before | {column: value for column, value in wanted.items() if value is not None or column in _MAY_BE_NONE}
    sources.change(session, source.id, **values)
    _log(session, caller, "source changed", source)


def _source(session: Session, source_id: int) -> Source:
    source = session.get(Source, source_id)
    if source is None:
        raise NotFoundError(f"There is no source {source_id}.")
    return source


def _log(session: Session, caller: Caller, action: str, source: Source) -> None:
    details = {"name": source.name, "url": source.url}
    subject = f"source {source.id}"
    record(session, actor=caller.by, action=action, subject=subject, details=details, now=caller.now)
