"""Small phrases for reasons, as a person would write them."""

from collections.abc import Sequence
from datetime import timedelta

from newsletter.picking.harm import Harm

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


def grave(harm: Harm) -> str:
    """ "Reports give 7 dead and 12 injured."; what nobody counts is not named."""
    people = [
        f"{count:,} {what}"
        for count, what in ((harm.killed, "dead"), (harm.missing, "missing"), (harm.injured, "injured"))
        if count
    ]
    if harm.magnitude:
        people.append(f"a magnitude of {harm.magnitude:g}")
    if people:
        return f"Reports give {listed(people)}."
    if harm.killed == 0 or harm.injured == 0:
        return "Reports say that nobody came to harm."
    return "No report counts dead, missing or injured people."


def touched(harm: Harm) -> str:
    """ "Some 40 people are touched directly, by what reports count."; or the money that is at stake."""
    people = sum(count or 0 for count in (harm.killed, harm.injured, harm.arrested, harm.missing))
    told = [f"{people:,} {'person' if people == 1 else 'people'} directly"] if people else []
    if harm.dollars and harm.dollars > 1e6:
        told.append(f"some {_money(harm.dollars)}")
    return (
        f"By what reports count, it touches {listed(told)}." if told else "No report says how many people it touches."
    )


def _money(dollars: float) -> str:
    """ "3 million dollars"."""
    for name, size in (("thousand million", 1e9), ("million", 1e6)):
        if dollars >= size:
            return f"{dollars / size:,.0f} {name} dollars"
    return f"{dollars:,.0f} dollars"


def quoted(text: str, most: int = 70) -> str:
    """The text in quotation marks, cut at a word where it is long."""
    if len(text) > most:
        text = text[:most].rsplit(" ", 1)[0].rstrip(" ,;:.-") + "…"
    return f"“{text}”"


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
