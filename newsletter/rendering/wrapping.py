"""Lines for the text part: at most 78 columns (RFC 5322, section 2.1.1), counted as a terminal shows them. Pure."""

import re
from collections.abc import Iterator

from rich.cells import cell_len, chop_cells

COLUMNS = 78
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def wrap(text: str, columns: int = COLUMNS) -> str:
    """Each line of `text` broken at its spaces; a word too long for a line is cut, but a web address never.

    A space follows "<" where it could begin a tag: programs that guess take a text with markup in it for HTML.
    """
    return "\n".join(line for paragraph in _TAG.sub("< ", text).splitlines() for line in _lines(paragraph, columns))


def without_gaps(text: str) -> str:
    """`text` with at most one empty line at a time and none at its ends: templates need not count theirs."""
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def _lines(paragraph: str, columns: int) -> Iterator[str]:
    line, used = "", 0
    for word in _words(paragraph, columns):
        width = cell_len(word)
        if line and used + 1 + width > columns:
            yield line
            line, used = word, width
        else:
            line, used = (f"{line} {word}", used + 1 + width) if line else (word, width)
    yield line


def _words(paragraph: str, columns: int) -> Iterator[str]:
    for word in paragraph.split():
        if cell_len(word) <= columns or word.startswith(("http://", "https://")):
            yield word
        else:
            yield from chop_cells(word, columns)
