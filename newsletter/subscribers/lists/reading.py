"""Reading lists of readers, CSV or XLSX, a line at a time: however large the file, memory stays flat."""

import csv
import hashlib
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from charset_normalizer import from_bytes

from newsletter.errors import InvalidInputError

MOST_COLUMNS = 1000
CELL_CHARACTERS = 131_072  # a longer one is an unclosed quote
_SAMPLE = 262_144  # bytes by which encoding and delimiter are told
_PIECE = 1_048_576  # bytes
_PROLOGUE_PIECE = 4096  # bytes
_XLSX_FACTOR = 100  # how much larger a spreadsheet may be than its zip
_XLSX_SHARED = 256_000_000  # bytes of its texts, which are held in memory
_ENCRYPTED = 0x1  # bit 0 of a part's flags: APPNOTE.TXT of PKWARE, section 4.4.4
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Broken:
    """A line that cannot be read; the ones after it can."""

    reason: str


@dataclass(frozen=True)
class Table:
    """A file that was looked at: its kind, encoding and columns. Lines are counted as an editor shows them."""

    path: Path
    columns: tuple[str, ...]
    encoding: str = ""  # empty: a spreadsheet
    delimiter: str = ","

    @classmethod
    def open(cls, path: Path, *, encoding: str | None = None, most_bytes: int) -> "Table":
        """Raises InvalidInputError for a file that is no list, too large, or in an encoding that it is not in."""
        if not path.is_file():
            raise InvalidInputError(f"There is no file {path}.")
        if path.stat().st_size > most_bytes:
            raise InvalidInputError(
                f"{path.name} is larger than {most_bytes // 1_000_000:,} MB: split it, or raise "
                "NEWSLETTER_IMPORT_MEGABYTES."
            )
        with path.open("rb") as file:
            sample = file.read(_SAMPLE)
        if sample.startswith(b"PK\x03\x04"):
            _check_spreadsheet(path, most_bytes)
            return _with_columns(cls(path, ()))
        found = _encoding(sample, encoding)
        text = sample.decode(found, errors="replace")
        if "\0" in text:
            raise InvalidInputError(f"{path.name} holds binary data and is no CSV file.")
        return _with_columns(cls(path, (), found, _delimiter(text)))

    def lines(self) -> Iterator[tuple[int, Sequence[str] | Broken]]:
        """Every line after that of the columns, with its number; empty ones are left out."""
        rows = self._csv() if self.encoding else self._xlsx()
        first = next(rows, None)
        for number, row in rows if first else ():
            if isinstance(row, Broken) or any(row):
                yield number, row

    def rows(self) -> Iterator[tuple[int, Sequence[str] | Broken]]:
        return self._csv() if self.encoding else self._xlsx()

    def _csv(self) -> Iterator[tuple[int, Sequence[str] | Broken]]:
        csv.field_size_limit(CELL_CHARACTERS)
        with self.path.open(encoding=self.encoding, errors="surrogateescape", newline="") as file:
            reader = csv.reader(file, delimiter=self.delimiter)
            while True:
                try:
                    row = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield reader.line_num, Broken(f"The line cannot be read: {error}.")
                else:
                    yield reader.line_num, row

    def _xlsx(self) -> Iterator[tuple[int, Sequence[str] | Broken]]:
        import openpyxl  # slow to import

        with self.path.open("rb") as file:  # by its content: the library would go by the name
            try:
                book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            except Exception as error:  # whatever the library meets in a file that is no workbook
                raise InvalidInputError(f"{self.path.name} is no spreadsheet that can be read: {error}") from error
            if not book.worksheets:
                raise InvalidInputError(f"{self.path.name} has no sheet.")
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what the file says of its size is not believed
            rows = enumerate(sheet.iter_rows(values_only=True), start=1)
            while True:
                try:
                    number, row = next(rows)
                except StopIteration:
                    return
                except Exception as error:  # likewise, of a row that is read only now
                    raise InvalidInputError(f"{self.path.name} is a damaged spreadsheet: {error}") from error
                yield number, [_written(cell) for cell in row[: MOST_COLUMNS + 1]]


def digest_and_lines(path: Path) -> tuple[str, int]:
    """SHA-256 of the file, in hex, and how many lines it has: both in one go, for it may be large."""
    digest, lines = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            lines += piece.count(b"\n")
    return digest.hexdigest(), lines


def _with_columns(table: Table) -> Table:
    first = next(table.rows(), None)
    if first is None or isinstance(first[1], Broken):
        raise InvalidInputError(f"{table.path.name} has no line with the names of its columns.")
    columns = tuple(cell.strip() for cell in first[1])
    if len(columns) > MOST_COLUMNS:
        raise InvalidInputError(f"{table.path.name} has more than {MOST_COLUMNS} columns.")
    return Table(table.path, columns, table.encoding, table.delimiter)


def _encoding(sample: bytes, named: str | None) -> str:
    if named is not None:
        try:
            "".encode(named)
        except LookupError as error:
            raise InvalidInputError(f"There is no encoding {named!r}; usual ones are utf-8 and cp1252.") from error
        return named
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    try:
        sample[: sample.rfind(b"\n") + 1 or None].decode("utf-8")
    except UnicodeDecodeError:
        best = from_bytes(
            sample[:32_768], cp_isolation=["utf_16_le", "utf_16_be", "cp1252", "latin_1", "cp1250"]
        ).best()
        return best.encoding if best else "cp1252"
    return "utf-8"


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(",;\t|", key=header.count)


def _check_spreadsheet(path: Path, most_bytes: int) -> None:
    """A zip says how large it unfolds; one that unfolds beyond measure is not unfolded."""
    try:
        with zipfile.ZipFile(path) as book:
            if any(part.flag_bits & _ENCRYPTED for part in book.infolist()):
                raise InvalidInputError(f"{path.name} is encrypted: save it without a password.")
            parts = {part.filename: part.file_size for part in book.infolist()}
            whole, shared = sum(parts.values()), parts.get("xl/sharedStrings.xml", 0)
            if whole > most_bytes or shared > _XLSX_SHARED or whole > _XLSX_FACTOR * path.stat().st_size + 10_000_000:
                raise InvalidInputError(
                    f"{path.name} unfolds to {whole // 1_000_000:,} MB: save it as CSV and import that."
                )
            if any(_declares_types(book, part) for part in parts if part.endswith((".xml", ".rels"))):
                raise InvalidInputError(
                    f"{path.name} declares XML entities, which no spreadsheet does: it is not read."
                )
    except InvalidInputError:
        raise
    except Exception as error:  # each way of packing has its own for damaged bytes, from ValueError to LZMAError
        raise InvalidInputError(f"{path.name} is a damaged spreadsheet.") from error


class _Prologue:
    """What stands before the first element of a document: there, and nowhere else, entities are declared."""

    def __init__(self) -> None:
        self.has_types = self.is_over = False

    def doctype(self, *_: object) -> None:
        self.has_types = self.is_over = True

    def element(self, *_: object) -> None:
        self.is_over = True


def _declares_types(book: zipfile.ZipFile, part: str) -> bool:
    """Whether a part has a document type, which ECMA-376-2, section 6.1.4, forbids; whatever its encoding."""
    seen, parser = _Prologue(), expat.ParserCreate()
    parser.StartDoctypeDeclHandler, parser.StartElementHandler = seen.doctype, seen.element
    with book.open(part) as file, suppress(expat.ExpatError):  # what is no XML is told when it is read
        while not seen.is_over and (piece := file.read(_PROLOGUE_PIECE)):
            parser.Parse(piece, False)
    return seen.has_types


def _written(cell: object) -> str:
    if cell is None:
        return ""
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat())
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
