"""Reading labelled lines: one JSON object a line, each with a clear complaint where it can't be used."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from newsletter.errors import InvalidInputError

LONGEST_LINE = 1_000_000  # bytes; a story is some thousands
MOST_COMPLAINTS = 10  # shown at one time

Found = TypeVar("Found")


class BadLineError(InvalidInputError):
    message = "This line can't be used."


@dataclass(frozen=True, slots=True)
class LabelledStory:
    """A story of a labelled file. Keys that are not asked for are passed over."""

    id: str
    language: str  # its primary tag, such as "es"
    title: str
    summary: str
    published_at: datetime | None = None
    source: str = ""
    home: str | None = None  # of its source: a code of the catalogue


def read(name: str, lines: Iterable[bytes], parse: Callable[[dict[str, Any]], Found]) -> list[Found]:
    """Every line as `parse` makes it; blank lines are passed over.

    Raises InvalidInputError that names the file and, line by line, what is wrong with it: the first ten complaints.
    """
    found: list[Found] = []
    complaints: list[str] = []
    for number, line in enumerate(lines, start=1):
        if line.strip() and len(complaints) < MOST_COMPLAINTS:
            try:
                found.append(parse(_object(line)))
            except BadLineError as error:
                complaints.append(f"  line {number}: {error}")
    if complaints:
        raise InvalidInputError(f"{name} can't be used.\n" + "\n".join(complaints))
    if not found:
        raise InvalidInputError(f"{name} holds no lines.")
    return found


def story(data: object, *, what: str = "the line") -> LabelledStory:
    """Raises BadLineError."""
    if not isinstance(data, dict):
        raise BadLineError(f"{what} must be a story: an object with id, language, title and summary.")
    return LabelledStory(
        id=identity(data.get("id"), f"{what}: id"),
        language=text(data, "language", what, default="en").replace("_", "-").split("-")[0].lower(),
        title=text(data, "title", what),
        summary=text(data, "summary", what, default=""),
        published_at=instant(data.get("published_at"), f"{what}: published_at"),
        source=text(data, "source", what, default=""),
        home=text(data, "home", what, default="") or None,
    )


def identity(value: object, what: str) -> str:
    """An id that was written as a text or as a whole number. Raises BadLineError."""
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise BadLineError(f"{what} must be a text or a whole number.")
    return str(value)


def text(data: dict[str, Any], key: str, what: str = "the line", *, default: str | None = None) -> str:
    """The text under a key; `default` where it is missing or null. Raises BadLineError."""
    value = data.get(key)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise BadLineError(f"{what}: {key} must be a text.")
    return value


def texts(data: dict[str, Any], key: str, what: str = "the line") -> frozenset[str]:
    """The list of texts under a key, as a set. Raises BadLineError."""
    value = data.get(key)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadLineError(f"{what}: {key} must be a list of texts.")
    return frozenset(value)


def instant(value: object, what: str) -> datetime | None:
    """ISO 8601; a time without a zone is taken as UTC; None where there is none. Raises BadLineError."""
    if value is None or value == "":
        return None
    try:
        if not isinstance(value, str):
            raise ValueError("not a text")
        instant = datetime.fromisoformat(value)
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadLineError(f"{what} must look like 2026-05-14T12:00:00Z.") from error


def refuse_twice(ids: Iterable[str], name: str) -> None:
    """Raises InvalidInputError where an id occurs again: predictions could not be told apart."""
    seen: set[str] = set()
    for number, one in enumerate(ids, start=1):
        if one in seen:
            raise InvalidInputError(f"{name} has the id {one!r} twice, the second time as number {number}.")
        seen.add(one)


def lines_of(records: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Records as JSON lines; lone surrogates, which UTF-8 has no bytes for, are written as escapes."""
    for record in records:
        yield (json.dumps(record, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def _object(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise BadLineError(f"it is longer than {LONGEST_LINE:,} bytes.")
    try:
        data = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadLineError("it is not in UTF-8.") from error
    except json.JSONDecodeError as error:
        raise BadLineError(f"it is not JSON: {error.msg.removesuffix(' at')}, in column {error.colno}.") from error
    except (RecursionError, ValueError) as error:  # ValueError: a number of thousands of digits
        raise BadLineError("its JSON is nested too deeply or holds a number that is too long.") from error
    if not isinstance(data, dict):
        raise BadLineError("it must be a JSON object: {...}.")
    return data
