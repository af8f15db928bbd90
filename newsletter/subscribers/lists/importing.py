"""An import: look at a file, read it, say what would happen, merge it. It goes on where a kill left it."""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from newsletter.clock import Clock
from newsletter.db import Database
from newsletter.errors import InvalidInputError
from newsletter.regions.service import active_regions
from newsletter.subscribers.lists.cells import defused
from newsletter.subscribers.lists.judging import Fit, Home, Judge, Options
from newsletter.subscribers.lists.merging import merge
from newsletter.subscribers.lists.models import ImportLine, ImportRun
from newsletter.subscribers.lists.reading import Broken, Table, digest_and_lines
from newsletter.subscribers.lists.services import OURS, Service, recognised
from newsletter.subscribers.lists.staging import BLOCKED, Choices, stage, unstage
from newsletter.subscribers.lists.verdicts import REFUSED, Verdict, of_existing
from newsletter.subscribers.models import Subscriber, SubscriberState
from newsletter.subscribers.suppression import suppressed

_PER_READ = 20_000  # lines in one commit
_PER_MERGE = 50_000
_PER_WORD = 5000  # lines between two words on how far a plan is
_UNFIT = "refused"  # at reading; what is refused at merging has a verdict
_COLUMNS = ("line", "what", "reason", "address")

Line = tuple[int, Sequence[str] | Broken]
Progress = Callable[[int], None]  # told how many lines further it is


@dataclass(frozen=True)
class Source:
    """A list and what a person said about it."""

    path: Path
    options: Options
    consent: str  # where consent is on record; empty only for our own export
    service: str | None = None
    address_column: str | None = None
    encoding: str | None = None


@dataclass(frozen=True)
class Found:
    """A file that was looked at."""

    table: Table
    service: Service
    digest: str  # of the file and the options
    lines: int | None  # about so many has the file; None: nobody knows before it is read


@dataclass(frozen=True)
class Importer:
    """`keys` are the service's secret keys, newest first. Each piece is one commit."""

    db: Database
    clock: Clock
    keys: Sequence[str]
    most_bytes: int

    def look(self, source: Source) -> Found:
        """Raises InvalidInputError for a file that cannot be used, or whose consent nobody says anything of."""
        table = Table.open(source.path, encoding=source.encoding, most_bytes=self.most_bytes)
        service = recognised(table.columns, service=source.service, address_column=source.address_column)
        if service.name != OURS and not source.consent:
            raise InvalidInputError(
                'Say where their consent is on record, such as --consent "Form on news.example, since 2019".'
            )
        said = json.dumps([service.name, service.address, source.consent, asdict(source.options)], sort_keys=True)
        of_file, lines = digest_and_lines(source.path)
        digest = hashlib.sha256((of_file + said).encode()).hexdigest()
        return Found(table, service, digest, lines if table.encoding else None)

    def read(self, source: Source, found: Found, report: Path, progress: Progress = lambda _: None) -> ImportRun:
        """Stage every line that is fit; the others go into the report. What a run had read already is passed over."""
        run = self._run(source, found)
        read_before = run.read_lines
        if read_before:
            progress(read_before)
        with Report(report, keep=lambda line, what: what == _UNFIT and line <= read_before) as refusals:
            judge = self._judge(source, found)
            choices: Choices | None = None
            for piece in _pieces(_after(found.table, run.read_lines), _PER_READ):
                fit: list[tuple[int, Fit]] = []
                for line, row in piece:
                    try:
                        fit.append((line, judge.judge(row)))
                    except InvalidInputError as error:
                        refusals.add(line, _UNFIT, str(error), _shown(row))
                refusals.flush()
                with self.db.writing() as session:
                    run = session.get_one(ImportRun, run.id)
                    choices = choices or Choices(session, run.id)
                    stage(session, run.id, choices, fit)
                    further = piece[-1][0] - run.read_lines
                    run.read_lines = piece[-1][0]
                progress(further)
        with self.db.writing() as session:
            run = session.get_one(ImportRun, run.id)
            run.is_read = True
        return run

    def plan(
        self, run: ImportRun, write: Callable[[int, str, str, str], None], progress: Progress = lambda _: None
    ) -> Counter[str]:
        """What merging would do, line by line, without doing it: `write` is given line, what, reason and address."""
        counts: Counter[str] = Counter()
        with self.db.reading() as session:
            before = 0
            for line in _planned(session, run.id, self.keys):
                counts[line[1]] += 1
                write(*line)
                if line[0] - before >= _PER_WORD:
                    progress(line[0] - before)
                    before = line[0]
        return counts

    def merge(self, run: ImportRun, report: Path, progress: Progress = lambda _: None) -> Counter[str]:
        """Merge all that is staged and put what was refused on the way into the report; then nothing stays staged."""
        with self.db.reading() as session:
            last = session.scalar(select(func.max(ImportLine.line)).where(ImportLine.run_id == run.id)) or 0
        if run.merged_line:
            progress(run.merged_line)
        while True:
            with self.db.writing() as session:
                run = session.get_one(ImportRun, run.id)
                if run.merged_line >= last:
                    break
                before = run.merged_line
                until = min(before + _PER_MERGE, last)
                counts = merge(session, run, until, self.keys, self.clock.now())
                run.counts = dict(Counter(run.counts) + Counter(counts))
            progress(until - before)
        self._end(run, report)
        return Counter(run.counts)

    def _end(self, run: ImportRun, report: Path) -> None:
        with self.db.writing() as session:
            run = session.get_one(ImportRun, run.id)
            query = select(ImportLine.line, ImportLine.verdict, ImportLine.address).order_by(ImportLine.line)
            refused = query.where(ImportLine.run_id == run.id, ImportLine.verdict.in_(list(REFUSED)))
            with Report(report, keep=lambda _line, what: what == _UNFIT) as refusals:
                for line, verdict, address in session.execute(refused):
                    refusals.add(line, str(verdict), REFUSED[Verdict(str(verdict))], address)
            unstage(session, run)
            run.ended_at = self.clock.now()

    def _run(self, source: Source, found: Found) -> ImportRun:
        """The one that a kill broke off, or a new one."""
        with self.db.writing() as session:
            run = session.scalar(select(ImportRun).where(ImportRun.digest == found.digest))
            if run is not None and run.ended_at is not None:
                session.execute(delete(ImportRun).where(ImportRun.id == run.id))
                run = None
            if run is None:
                consent = source.consent or "Our own export."
                name = found.service.name
                run = ImportRun(digest=found.digest, service=name[:20], consent=f"{consent} ({name})", counts={})
                run.started_at = self.clock.now()
                session.add(run)
                session.flush()
        return run

    def _judge(self, source: Source, found: Found) -> Judge:
        with self.db.reading() as session:
            homes = {region.code: Home(region.language, region.time_zone) for region in active_regions(session)}
        missing = [code for code in source.options.regions if code not in homes]
        if missing:
            raise InvalidInputError(f"There is no letter for {missing[0]!r}: switch the region on first.")
        return Judge(found.table.columns, found.service, source.options, homes, self.clock.now())


class Report:
    """The CSV of refused lines. Of an earlier try those stay that `keep` says yes to, by their number and what became
    of them."""

    def __init__(self, path: Path, *, keep: Callable[[int, str], bool]) -> None:
        part = path.with_name(f"{path.name}.part")
        with part.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(_COLUMNS)
            rows.writerows(row for row in _written(path) if keep(int(row[0]), row[1]))
        part.replace(path)  # a kill leaves the one or the other
        self._file = path.open("a", encoding="utf-8", newline="")
        self._rows = csv.writer(self._file)

    def add(self, line: int, what: str, reason: str, address: str) -> None:
        self._rows.writerow((line, what, reason, defused(address.encode(errors="replace").decode())))

    def flush(self) -> None:
        self._file.flush()

    def __enter__(self) -> "Report":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _written(path: Path) -> Iterator[list[str]]:
    """The rows of an earlier report, but for one that a kill cut off."""
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            yield from (row for row in csv.reader(file) if len(row) == len(_COLUMNS) and row[0].isdecimal())


def _after(table: Table, line: int) -> Iterator[Line]:
    return ((number, row) for number, row in table.lines() if number > line)


def _pieces(lines: Iterator[Line], size: int) -> Iterator[list[Line]]:
    while piece := list(islice(lines, size)):
        yield piece


def _shown(row: Sequence[str] | Broken) -> str:
    """Where the address stands does not matter to a person who looks for the line."""
    return next((cell[:254] for cell in row if "@" in cell), "") if isinstance(row, list) else ""


def _repeated(session: Session, run_id: int) -> Iterator[int]:
    """Lines, in order, whose address stands further up in the file. The database remembers the addresses, not we."""
    time = func.row_number().over(partition_by=ImportLine.normalised, order_by=ImportLine.line)
    lines = select(ImportLine.line, time.label("time")).where(ImportLine.run_id == run_id).subquery()
    query = select(lines.c.line).where(lines.c.time > 1).order_by(lines.c.line)
    return iter(session.scalars(query.execution_options(yield_per=1000)))


def _planned(session: Session, run_id: int, keys: Sequence[str]) -> Iterator[tuple[int, str, str, str]]:
    repeated = _repeated(session, run_id)
    next_repeated = next(repeated, None)
    query = (
        select(ImportLine.line, ImportLine.normalised, ImportLine.state, ImportLine.verdict)
        .add_columns(of_existing().label("known"), Subscriber.id)
        .join(Subscriber, Subscriber.normalised == ImportLine.normalised, isouter=True)
        .where(ImportLine.run_id == run_id)
        .order_by(ImportLine.line)
    )
    after = 0
    while rows := session.execute(query.where(ImportLine.line > after).limit(_PER_READ)).all():
        never = suppressed(session, [row.normalised for row in rows], keys)
        for line, address, state, mark, known, subscriber_id in rows:
            what = _verdict(state, mark, known if subscriber_id else None)
            is_repeated = line == next_repeated
            if is_repeated:
                next_repeated = next(repeated, None)
            if address in never:
                what = Verdict.SUPPRESSED
            elif is_repeated and not subscriber_id:
                what = Verdict.REPEATED
            yield line, what, REFUSED.get(what, ""), address
        after = rows[-1].line


def _verdict(state: str, mark: str | None, known: str | None) -> Verdict:
    if mark == BLOCKED:
        return Verdict.BLOCKED
    if known is not None:
        return Verdict(known)
    return Verdict.KEPT_LEFT if state == SubscriberState.LEFT.value else Verdict.NEW
