"""What editors write, made safe for a headline, a subject or an intro. Pure."""

import re
import unicodedata

from newsletter.errors import InvalidInputError

HEADLINE_LENGTH = 500
SUBJECT_LENGTH = 200
TEXT_LENGTH = 5000

_BLANK_LINE = re.compile(r"\n\s*\n")


def one_line(text: str, what: str, most: int) -> str:
    """`text` on one line without control characters. Raises InvalidInputError where it is empty or too long."""
    line = " ".join(_printable(text).split())
    if not line:
        raise InvalidInputError(f"{what} can't be empty.")
    return _within(line, what, most)


def paragraphs(text: str, what: str, most: int = TEXT_LENGTH) -> str:
    """`text` as paragraphs of one line each, separated by blank lines; may be empty. Raises InvalidInputError."""
    lines = [" ".join(paragraph.split()) for paragraph in _BLANK_LINE.split(_printable(text).strip())]
    return _within("\n\n".join(line for line in lines if line), what, most)


def _within(text: str, what: str, most: int) -> str:
    if len(text) > most:
        raise InvalidInputError(f"{what} may have {most} characters; this has {len(text)}.")
    return text


def _printable(text: str) -> str:
    """Line and paragraph separators as line feeds, other control characters and lone surrogates left out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
