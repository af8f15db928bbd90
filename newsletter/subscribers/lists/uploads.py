"""Lists that people give at the desk: read at once by whoever took the file, merged by a worker on a person's word.

As around SMTP, this is an exception to "only the edge commits": a file is read and merged in pieces of one commit each,
and the upload's row says how far it is.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from newsletter.errors import NewsletterError, NotAllowedError, NotFoundError
from newsletter.subscribers.lists.importing import Importer, Source
from newsletter.subscribers.lists.models import ImportRun, ImportUpload, UploadState

SHOWN = 20
LOST_AFTER = timedelta(minutes=5)  # without a sign of life of whoever reads or merges
LOST = "Whoever read it has died. Give the file again: it goes on where it stood."

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Uploads:
    importer: Importer

    def begin(self, session: Session, file_name: str, *, by: str, now: datetime) -> ImportUpload:
        """The row of a file that is about to be read."""
        upload = ImportUpload(file_name=file_name[:200], state=UploadState.READING, at=now, by=by, touched_at=now)
        session.add(upload)
        session.flush()
        return upload

    def read(self, upload_id: int, source: Source) -> None:
        """Stage the lines that are fit and count what would become of each. Trouble is the upload's; nothing is raised.

        The file is the caller's to delete.
        """
        try:
            with tempfile.TemporaryDirectory() as folder:
                self._read(upload_id, source, Path(folder) / "refused.csv")
        except NewsletterError as error:
            self._fail(upload_id, str(error))
        except Exception:  # nobody waits for it: the page must not say for ever that it is being read
            log.exception("a list could not be read", upload=upload_id)
            self._fail(upload_id, "The list could not be read; the log says why.")

    def merge_next(self) -> bool:
        """Merge one list that waits for it, however long it takes, or go on with one whose worker died."""
        with self.importer.db.writing() as session:
            upload_id = _claimed(session, self.importer.clock.now())
        if upload_id is not None:
            with tempfile.TemporaryDirectory() as folder:
                self._merge(upload_id, Path(folder) / "refused.csv")
        return upload_id is not None

    def _read(self, upload_id: int, source: Source, report: Path) -> None:
        found = self.importer.look(source)
        self._touch(upload_id, lines=found.lines)
        run = self.importer.read(source, found, report, self._alive(upload_id))
        counts = self.importer.plan(run, lambda *_line: None, self._alive(upload_id))
        self._touch(upload_id, run_id=run.id, counts=dict(counts), report=report.read_bytes(), state=UploadState.READ)

    def _merge(self, upload_id: int, report: Path) -> None:
        with self.importer.db.reading() as session:
            upload = session.get_one(ImportUpload, upload_id)
            run = session.get(ImportRun, upload.run_id) if upload.run_id else None
        if run is None:
            self._fail(upload_id, "Its lines were let go, because nobody merged it for long. Give the file again.")
            return
        report.write_bytes(upload.report or b"")
        counts = self.importer.merge(run, report, self._alive(upload_id))
        now = self.importer.clock.now()
        self._touch(upload_id, counts=dict(counts), report=report.read_bytes(), state=UploadState.DONE, ended_at=now)
        log.info("list merged", upload=upload_id, lines=counts.total())

    def _alive(self, upload_id: int) -> Callable[[int], None]:
        return lambda _lines: self._touch(upload_id)

    def _fail(self, upload_id: int, trouble: str) -> None:
        self._touch(upload_id, state=UploadState.FAILED, trouble=trouble, ended_at=self.importer.clock.now())

    def _touch(self, upload_id: int, **values: object) -> None:
        with self.importer.db.writing() as session:
            touched = {"touched_at": self.importer.clock.now(), **values}
            session.execute(update(ImportUpload).where(ImportUpload.id == upload_id).values(touched))


def let_merge(session: Session, upload_id: int, now: datetime) -> ImportUpload:
    """A person's word on what they have seen; ring for a worker after it. Raises NotAllowedError, NotFoundError."""
    upload = session.scalar(select(ImportUpload).where(ImportUpload.id == upload_id).with_for_update())
    if upload is None:
        raise NotFoundError("There is no such list.")
    if upload.state is not UploadState.READ or upload.run_id is None:
        raise NotAllowedError(f"This list is {upload.state}: it is merged once, after it was read.")
    upload.state, upload.touched_at = UploadState.MERGING, now - LOST_AFTER  # nobody has it yet
    return upload


def latest_uploads(session: Session) -> list[ImportUpload]:
    return list(session.scalars(select(ImportUpload).order_by(ImportUpload.id.desc()).limit(SHOWN)))


def upload_of(session: Session, upload_id: int) -> ImportUpload:
    """Raises NotFoundError."""
    found = session.get(ImportUpload, upload_id)
    if found is None:
        raise NotFoundError("There is no such list.")
    return found


def is_lost(upload: ImportUpload, now: datetime) -> bool:
    """Whether whoever read it has died. A merge that was broken off is taken up by itself."""
    return upload.state is UploadState.READING and now - upload.touched_at > LOST_AFTER


def drop_old_uploads(session: Session, before: datetime) -> None:
    """Their reports hold addresses."""
    session.execute(delete(ImportUpload).where(ImportUpload.at < before))


def forget_in_reports(session: Session, normalised: str) -> None:
    """A report of refused lines that names somebody who is erased goes; the counts stay."""
    for upload in session.scalars(select(ImportUpload).where(ImportUpload.report.is_not(None))):
        if normalised in (upload.report or b"").decode("utf-8", "replace").lower():
            upload.report = None


def _claimed(session: Session, now: datetime) -> int | None:
    waiting = select(ImportUpload.id).where(
        ImportUpload.state == UploadState.MERGING, ImportUpload.touched_at <= now - LOST_AFTER
    )
    upload_id = session.scalar(waiting.order_by(ImportUpload.id).limit(1).with_for_update(skip_locked=True))
    if upload_id is not None:
        session.execute(update(ImportUpload).where(ImportUpload.id == upload_id).values(touched_at=now))
    return upload_id


@contextmanager
def kept_for(path: Path) -> Iterator[Path]:
    """The file, which is deleted at the end: it holds addresses."""
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
