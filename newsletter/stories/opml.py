"""Lists of feeds (OPML 1.0 and 2.0, http://opml.org/spec2.opml), read entry by entry with their lines. Pure.

Such lists are written by many programs and by hand: a bare `<` or `&` in a title is common. So they are read as a
browser would read them, which also expands no entities. The libraries for OPML give no line numbers, and a list of
three hundred feeds has always three lines that are wrong.
"""

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

from newsletter.errors import InvalidInputError
from newsletter.stories.cleaning import NAME_LIMIT, one_line
from newsletter.stories.encodings import decode
from newsletter.stories.languages import primary
from newsletter.stories.survey import root_of

SIZE_LIMIT = 5_000_000  # bytes; a list of ten thousand feeds has two million

_ATTRIBUTE = re.compile(r"""\s([\w:]{1,40})\s*=\s*"(.*?)"(?=\s+[\w:]{1,40}\s*=|\s*/?>)""", re.DOTALL)


@dataclass(frozen=True)
class Outline:
    """One feed of a list."""

    line: int
    url: str
    name: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class FeedList:
    outlines: list[Outline]
    problem: str | None = None  # what is wrong with a list that could be read in part


def read_opml(body: bytes) -> FeedList:
    """The feeds of a list, folders flattened. Raises InvalidInputError for what is no such list."""
    if len(body) > SIZE_LIMIT:
        raise InvalidInputError(f"The file is larger than {SIZE_LIMIT:,} bytes, too large for a list of feeds.")
    text = decode(body)
    if not text.strip():
        raise InvalidInputError("The file is empty.")
    if root_of(text) != "opml":
        raise InvalidInputError("This is not a list of feeds: an OPML file begins with <opml>.")
    if re.search("<!entity", text, re.IGNORECASE):
        raise InvalidInputError("The list declares XML entities, which no list of feeds needs, so it was not read.")
    reader = _Reader()
    try:
        reader.feed(text)
    except AssertionError:  # how html.parser leaves a document with a malformed declaration ("<![ ")
        return FeedList(reader.outlines, f"The list was read up to line {reader.getpos()[0]}, where it is malformed.")
    is_whole = "</opml" in text[-2000:].lower()
    return FeedList(reader.outlines, None if is_whole else "The list breaks off before its end.")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.outlines: list[Outline] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: (value or "").strip() for name, value in attrs}
        if any('"' in name for name in given):
            given |= _with_bare_quotes(self.get_starttag_text() or "")
        if tag == "outline" and (url := given.get("xmlurl")):
            name = one_line(given.get("title") or given.get("text") or "", NAME_LIMIT)
            self.outlines.append(Outline(self.getpos()[0], url, name or None, primary(given.get("language"))))


def _with_bare_quotes(tag: str) -> dict[str, str]:
    """Attributes of a tag in whose values quotes stand unescaped: a value ends where the next name begins."""
    return {match[1].lower(): unescape(match[2]).strip() for match in _ATTRIBUTE.finditer(tag)}
