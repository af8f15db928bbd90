"""Cells of a CSV that a spreadsheet might take for formulas: defused on the way out, restored on the way in. Pure."""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_DEFUSED = re.compile(r"'+[=+\-@\t\r]")


def defused(text: str) -> str:
    """With an apostrophe before whatever a spreadsheet would run; one that stands there gets another."""
    return f"'{text}" if _FORMULA.match(text) else text


def restored(text: str) -> str:
    """What `defused` made of `text`, undone."""
    return text[1:] if _DEFUSED.match(text) else text
