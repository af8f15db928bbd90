"""A list that somebody gives us, at the desk or over the API: kept as a file of our own, read behind the answer."""

import csv
import io
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from newsletter.editors.log import record
from newsletter.subscribers.lists.cells import defused
from newsletter.subscribers.lists.importing import Importer, Source
from newsletter.subscribers.lists.models import ImportRun, ImportUpload
from newsletter.subscribers.lists.uploads import Uploads, kept_for, let_merge
from newsletter.web.parts import Parts

MERGE = ("workers.tasks.merge_lists", "default")
CONSENT_LENGTH = 500
_ENDING = ".list"
_LEFT_AFTER_SECONDS = 86_400
_PIECE = 1 << 16  # characters
_UNFIT_NAME = re.compile(r"[^\w. -]")


def place_for_list(web: Parts) -> Path:
    """A name of our own, whatever the file was called. What a process that died left there goes."""
    folder = web.service.settings.data_dir / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob(f"*{_ENDING}"):
        with suppress(FileNotFoundError):  # another process lets it go
            if time.time() - left.stat().st_mtime > _LEFT_AFTER_SECONDS:
                left.unlink()
    return folder / f"{secrets.token_hex(16)}{_ENDING}"


@contextmanager
def kept_if_taken(path: Path) -> Iterator[None]:
    """The file goes where it was not taken to its end: it holds addresses, and nobody would read it."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def begin(web: Parts, name: str, *, by: str) -> int:
    """The id of an upload whose file is about to be read. `name` is what the giver's machine called it, for people."""
    now = web.service.clock.now()
    with web.service.db.writing() as session:
        upload = Uploads(importer(web)).begin(session, _UNFIT_NAME.sub("_", name)[-200:], by=by, now=now)
        record(session, actor=by, action="list given", subject="readers", details={"upload": upload.id}, now=now)
        return upload.id


def read(web: Parts, upload_id: int, source: Source) -> None:
    """Read the list and delete the file, which holds addresses."""
    with kept_for(source.path):
        Uploads(importer(web)).read(upload_id, source)


def let_be_merged(session: Session, upload_id: int, *, by: str, now: datetime) -> ImportUpload:
    """A word on what was read; ring MERGE after the commit. Raises NotAllowedError, NotFoundError."""
    upload = let_merge(session, upload_id, now)
    details = {"upload": upload.id, "lines": upload.counts}
    record(session, actor=by, action="readers imported", subject="readers", details=details, now=now)
    return upload


def plan_as_csv(web: Parts, run: ImportRun) -> Iterator[str]:
    """What would become of each line that could be read."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(("line", "what", "reason", "address"))
    importer(web).plan(run, lambda *row: rows.writerow((*row[:3], defused(row[3]))))
    out.seek(0)
    return iter(lambda: out.read(_PIECE), "")


def importer(web: Parts) -> Importer:
    service = web.service
    return Importer(service.db, service.clock, service.secret_keys, service.settings.import_megabytes * 1_000_000)
