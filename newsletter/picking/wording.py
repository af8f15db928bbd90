"""Small phrases for reasons, as a person would write them."""

from collections.abc import Sequence
from datetime import timedelta

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def number(count: int) -> str:
    """ "three"; digits above twelve."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """ "one source", "three sources"."""
    return f"{number(count)} {noun if count == 1 else plural or noun + 's'}"


def listed(names: Sequence[str], most: int = 4) -> str:
    """ "A, B and C"; of more than `most` names the rest are counted."""
    shown = list(names[:most])
    if len(names) > most:
        shown.append(counted(len(names) - most, "other"))
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def age(span: timedelta) -> str:
    """ "less than an hour old", "five hours old", "two days old"; a negative span counts as none."""
    hours = int(span.total_seconds() // 3600)
    if hours < 1:
        return "less than an hour old"
    if hours < 48:
        return f"{counted(hours, 'hour')} old"
    return f"{counted(hours // 24, 'day')} old"


def quoted(text: str, most: int = 70) -> str:
    """The text in quotation marks, cut at a word where it is long."""
    if len(text) > most:
        text = text[:most].rsplit(" ", 1)[0].rstrip(" ,;:.-") + "…"
    return f"“{text}”"


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
