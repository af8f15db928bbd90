"""Lists of readers given at the desk: read without effect first, line by line, then merged on a person's word."""

import csv
import io
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask
from starlette.datastructures import UploadFile

from newsletter.errors import InvalidInputError, NotFoundError
from newsletter.regions.service import active_regions
from newsletter.subscribers.lists.importing import Source
from newsletter.subscribers.lists.judging import Options
from newsletter.subscribers.lists.models import ImportRun, UploadState
from newsletter.subscribers.lists.services import SERVICES
from newsletter.subscribers.lists.uploads import is_lost, latest_uploads, upload_of
from newsletter.web import list_taking
from newsletter.web.desk_access import PublisherSeatEverywhere
from newsletter.web.forms import Form, Posted
from newsletter.web.parts import Web
from newsletter.web.responses import private, see_other

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]

_LOOK_AGAIN = "3"  # seconds, while it goes on by itself


@router.get("/desk/imports")
def imports(web: Web, seat: PublisherSeatEverywhere) -> Response:
    with web.service.db.reading() as session:
        context = {
            "uploads": latest_uploads(session),
            "regions": active_regions(session),
            "services": [service.name for service in SERVICES],
        }
        page = web.pages.render("desk/imports.html", seat.language, seat=seat, **context)
    return private(page)


@router.post("/desk/imports")
async def give(request: Request, web: Web, seat: PublisherSeatEverywhere) -> Response:
    """Whoever may not is refused before a byte of the file is read."""
    async with request.form(max_files=1, max_fields=400, max_part_size=64 * 1024) as data:
        form, file = Form(data), data.get("file")
        seat.check(form)
        if not isinstance(file, UploadFile) or not file.filename:
            raise InvalidInputError("Choose a CSV or XLSX file.")
        source, name = _source(form, list_taking.place_for_list(web)), file.filename
        with list_taking.kept_if_taken(source.path):
            await run_in_threadpool(_save, file, source.path)
            upload_id = await run_in_threadpool(list_taking.begin, web, name, by=seat.editor.name)
    answer = see_other(f"{web.pages.root}/desk/imports/{upload_id}")
    answer.background = BackgroundTask(list_taking.read, web, upload_id, source)
    return answer


@router.get("/desk/imports/{upload_id}")
def show(web: Web, seat: PublisherSeatEverywhere, upload_id: Id) -> Response:
    with web.service.db.reading() as session:
        upload = upload_of(session, upload_id)
        run = session.get(ImportRun, upload.run_id) if upload.run_id else None
    lost = is_lost(upload, web.service.clock.now())
    refused = _rows(upload.report)
    page = web.pages.render(
        "desk/import.html", seat.language, seat=seat, upload=upload, run=run, is_lost=lost, refused=refused
    )
    answer = private(page)
    if upload.state in (UploadState.READING, UploadState.MERGING) and not lost:
        answer.headers["Refresh"] = _LOOK_AGAIN
    return answer


@router.get("/desk/imports/{upload_id}/refused.csv")
def refused(web: Web, seat: PublisherSeatEverywhere, upload_id: Id) -> Response:
    with web.service.db.reading() as session:
        report = upload_of(session, upload_id).report or b""
    return Response(report, media_type="text/csv; charset=utf-8", headers=_attached(f"refused-{upload_id}.csv"))


@router.get("/desk/imports/{upload_id}/plan.csv")
def plan(web: Web, seat: PublisherSeatEverywhere, upload_id: Id) -> Response:
    """What would become of each line that could be read."""
    with web.service.db.reading() as session:
        upload = upload_of(session, upload_id)
        run = session.get(ImportRun, upload.run_id) if upload.run_id else None
    if run is None or upload.state is not UploadState.READ:
        raise NotFoundError("What would become of its lines is told between reading and merging.")
    rows = list_taking.plan_as_csv(web, run)
    return StreamingResponse(rows, media_type="text/csv; charset=utf-8", headers=_attached(f"plan-{upload_id}.csv"))


@router.post("/desk/imports/{upload_id}/merge")
def merge(web: Web, seat: PublisherSeatEverywhere, upload_id: Id, form: Posted) -> Response:
    seat.check(form)
    with web.service.db.writing() as session:
        list_taking.let_be_merged(session, upload_id, by=seat.editor.name, now=web.service.clock.now())
    web.bell.ring(list_taking.MERGE)
    return see_other(f"{web.pages.root}/desk/imports/{upload_id}")


def _source(form: Form, path: FilePath) -> Source:
    consent = " ".join(form.one("consent").split())[: list_taking.CONSENT_LENGTH]
    if not consent:
        raise InvalidInputError("Say where their consent is on record, such as: form on news.example, since 2019.")
    options = Options(
        regions=tuple(form.many("region")),
        region_column=form.one("region_column").strip() or None,
        language=form.one("language").strip() or None,
        time_zone=form.one("time_zone").strip() or None,
    )
    service = form.one("service") if form.one("service") in {one.name for one in SERVICES} else None
    return Source(path, options, consent, service, form.one("address_column").strip() or None)


def _save(file: UploadFile, path: FilePath) -> None:
    with path.open("wb") as out:
        while piece := file.file.read(1 << 20):
            out.write(piece)


def _rows(report: bytes | None, most: int = 50) -> list[list[str]]:
    """The first refused lines: line, what, reason, address."""
    rows = csv.reader(io.StringIO((report or b"").decode("utf-8", "replace"), newline=""))
    next(rows, None)
    return [row for _, row in zip(range(most), rows, strict=False) if len(row) == 4]


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
