"""Lists of readers: given as a file, read without effect, looked at line by line, merged on the program's word.

The file is the body of the request, and what is said about it stands in the address; neither is a reader's address.
The same list given once more goes on where it stood, so that giving takes no Idempotency-Key.
"""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask

from newsletter.errors import InvalidInputError, NotFoundError
from newsletter.subscribers.lists.importing import Source
from newsletter.subscribers.lists.judging import Options
from newsletter.subscribers.lists.models import ImportRun, ImportUpload, UploadState
from newsletter.subscribers.lists.services import SERVICES
from newsletter.subscribers.lists.uploads import is_lost, upload_of
from newsletter.web import list_taking
from newsletter.web.api.calling import Caller, PublisherChangesAll, PublisherReadsAll
from newsletter.web.api.figures import CSV
from newsletter.web.api.paging import Page, Window, latest_first
from newsletter.web.api.problems import problems
from newsletter.web.api.shapes import Absent, Id

router = APIRouter(tags=["imports"])

_Words = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
_FILE = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}  # fmt: skip  # noqa: E501 - one line of OpenAPI


class ImportView(BaseModel):
    id: int
    file_name: str
    state: UploadState
    at: datetime
    by: str
    lines: int | None = Field(description="About so many has the file; null: nobody knows yet.")
    counts: dict[str, int] = Field(description="What would become of its lines, or became.")
    trouble: str | None = Field(description="Why it failed.")
    is_lost: bool = Field(description="Whoever read it has died: give the file again.")
    ended_at: datetime | None

    @classmethod
    def of(cls, upload: ImportUpload, now: datetime) -> "ImportView":
        columns = ("id", "file_name", "state", "at", "by", "lines", "counts", "trouble", "ended_at")
        return cls(is_lost=is_lost(upload, now), **{column: getattr(upload, column) for column in columns})


class ListSaid(BaseModel):
    """What is said about a list."""

    model_config = ConfigDict(extra="forbid")

    consent: str = Field(
        min_length=1,
        max_length=list_taking.CONSENT_LENGTH,
        pattern=r"^[^\x00]*\S[^\x00]*$",
        description="Where their consent is on record.",
        examples=["Form on news.example, since 2019"],
    )
    file_name: _Words = Field("list", description="For people who look at it.")
    region: list[_Words] = Field([], max_length=300, description="Codes for readers whose line names none.")
    region_column: _Words | Absent = None
    address_column: _Words | Absent = None
    language: _Words | Absent = None
    time_zone: _Words | Absent = None
    service: _Words | Absent = Field(None, description=f"One of {', '.join(one.name for one in SERVICES)}.")


@router.get("/imports", operation_id="listImports", response_model=Page[ImportView])
def list_imports(caller: PublisherReadsAll, window: Annotated[Window, Query()]) -> Page[ImportView]:
    """The latest first."""
    with caller.web.service.db.reading() as session:
        query = select(ImportUpload)
        return latest_first(session, query, ImportUpload.id, window, lambda upload: ImportView.of(upload, caller.now))


@router.post("/imports", operation_id="giveImport", response_model=ImportView, status_code=202, openapi_extra=_FILE)
async def give(request: Request, caller: PublisherReadsAll, said: Annotated[ListSaid, Query()]) -> Response:
    """A CSV or XLSX file of at most 50 MB. It is read behind the answer; nothing becomes of it before it is merged."""
    source = _source(caller, said)
    with list_taking.kept_if_taken(source.path):
        if not await _save(request, source):
            raise InvalidInputError("Send the file as the body of the request.")
        upload_id = await run_in_threadpool(list_taking.begin, caller.web, said.file_name, by=caller.by)
    view = await run_in_threadpool(_view, caller, upload_id)
    reading = BackgroundTask(list_taking.read, caller.web, upload_id, source)
    headers = {"Cache-Control": "no-store", "Location": f"/api/v1/imports/{upload_id}"}
    return Response(view.model_dump_json(), 202, headers, media_type="application/json", background=reading)


@router.get("/imports/{upload_id}", operation_id="getImport", response_model=ImportView, responses=problems(404))
def show_import(caller: PublisherReadsAll, upload_id: Id) -> ImportView:
    return _view(caller, upload_id)


@router.get("/imports/{upload_id}/refused.csv", operation_id="getImportRefused", **CSV)
def refused(caller: PublisherReadsAll, upload_id: Id) -> Response:
    """The lines that cannot be used, each with its reason."""
    with caller.web.service.db.reading() as session:
        report = upload_of(session, upload_id).report or b""
    return Response(report, media_type="text/csv; charset=utf-8", headers=_attached(f"refused-{upload_id}.csv"))


@router.get("/imports/{upload_id}/plan.csv", operation_id="getImportPlan", **CSV)
def plan(caller: PublisherReadsAll, upload_id: Id) -> Response:
    """What would become of each line that could be read: the dry run, told between reading and merging."""
    with caller.web.service.db.reading() as session:
        upload = upload_of(session, upload_id)
        run = session.get(ImportRun, upload.run_id) if upload.run_id else None
    if run is None or upload.state is not UploadState.READ:
        raise NotFoundError("What would become of its lines is told between reading and merging.")
    rows = list_taking.plan_as_csv(caller.web, run)
    return StreamingResponse(rows, media_type="text/csv; charset=utf-8", headers=_attached(f"plan-{upload_id}.csv"))


@router.post(
    "/imports/{upload_id}/merge", operation_id="mergeImport", response_model=ImportView, responses=problems(404)
)
def merge(caller: PublisherChangesAll, upload_id: Id) -> Response:
    """Merge its lines, in the background. Once; 409 before it was read."""

    def do(session: Session) -> ImportView:
        upload = list_taking.let_be_merged(session, upload_id, by=caller.by, now=caller.now)
        return ImportView.of(upload, caller.now)

    return caller.change(do, then=lambda: caller.web.bell.ring(list_taking.MERGE))


def _source(caller: Caller, said: ListSaid) -> Source:
    if said.service is not None and said.service not in {one.name for one in SERVICES}:
        raise InvalidInputError(f"Known services are {', '.join(one.name for one in SERVICES)}.")
    options = Options(
        regions=tuple(said.region),
        region_column=said.region_column or None,
        language=said.language or None,
        time_zone=said.time_zone or None,
    )
    path = list_taking.place_for_list(caller.web)
    return Source(path, options, " ".join(said.consent.split()), said.service, said.address_column or None)


async def _save(request: Request, source: Source) -> int:
    """How many bytes came. They are bounded, in number and in time, before they come here (bodies.py)."""
    size = 0
    with source.path.open("wb") as out:
        async for piece in request.stream():
            size += len(piece)
            await run_in_threadpool(out.write, piece)
    return size


def _view(caller: Caller, upload_id: int) -> ImportView:
    with caller.web.service.db.reading() as session:
        return ImportView.of(upload_of(session, upload_id), caller.now)


def _attached(name: str) -> dict[str, Any]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
