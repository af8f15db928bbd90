"""The sentences that explain a pick, a join and a region to a reader of newspapers. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from newsletter.picking.wording import listed, quoted

MOST_REASONS = 3  # parts that a sentence names; all of them stand beside it
_UNSURE = 1.2  # times the cut: a likeness below is a near one


def why_in(parts: Sequence[Mapping[str, Any]], score: float, *, pinned: bool, of: int) -> str:
    """ "It is one of the letter's ten items, with 6.30 points, mostly because three sources report it: ..."."""
    if pinned:
        return f"An editor wants it in the letter. By itself it has {score:.2f} points: {_mostly(parts)}"
    items = "the letter's only item" if of == 1 else f"one of the letter's {of} items"
    return f"It is {items} with {score:.2f} points: {_mostly(parts)}"


def why_missed(reason: str, parts: Sequence[Mapping[str, Any]], score: float) -> str:
    return f"It missed with {score:.2f} points. {reason} For it spoke: {_mostly(parts)}"


def why_joined(source: str, words: Sequence[tuple[str, str | None]], likeness: float | None, cut: float) -> str:
    """ "The Post's report tells of the same names (“Harbourton”) and words (“tanker”): its likeness to ..."."""
    if likeness is None:
        return f"{source} was the first to report it here; the others were joined to it."
    sure = "well above" if likeness >= _UNSURE * cut else "just above" if likeness >= cut else "below"
    near = f"its likeness to the other reports is {likeness:.2f}, {sure} the {cut:.2f} that joining takes"
    if not words:
        return f"{source}'s report was put here by a person or shares no words that are kept: {near}."
    return f"{source}'s report tells of the same {_kinds(words)}: {near}."


def why_told_elsewhere(words: Sequence[str], likeness: float, cut: float) -> str:
    """Of two events in two languages: "Both tell of “Sabinas” and “10”: their likeness is 0.41, just above ..."."""
    sure = "well above" if likeness >= _UNSURE * cut else "just above"
    named = listed([_marked(word) for word in words], most=6)
    return f"Both tell of {named}: their likeness is {likeness:.2f}, {sure} the {cut:.2f} that it takes."


def why_one_in_meaning(nearness: float, cut: float) -> str:
    """Of two events in two languages that no name ties. The reader is to look, for numbers alone say it."""
    return (
        f"No name or number ties them. In meaning they are {nearness:.2f} times as near to each other as to the "
        f"reports next to them, and {cut:.2f} is enough: read both."
    )


def why_about(source: str, region: str, spans: Sequence[Mapping[str, Any]], confidence: float, *, at_home: bool) -> str:
    """ "The Post's report counts as about Mexico for “Zapopan” in its headline: 93% sure."."""
    sure = f"{confidence:.0%} sure"
    if any(span["field"] not in _FIELDS for span in spans):
        return f"{source} itself says that its report is about {region}."
    words = list(dict.fromkeys(f"“{span['text']}” in the {_FIELDS[span['field']]}" for span in spans))
    if not words:
        return f"{source} is at home in {region}, and its report names no other country: {sure}."
    home = f", and {source} is at home there" if at_home else ""
    return f"{source}'s report counts as about {region} for {listed(words)}{home}: {sure}."


_FIELDS = {"title": "headline", "summary": "text"}


def _mostly(parts: Sequence[Mapping[str, Any]]) -> str:
    """The reasons that counted most, with what they counted."""
    weighty = sorted((part for part in parts if part["value"]), key=lambda part: -abs(part["value"]))[:MOST_REASONS]
    if not weighty:
        return "nothing in particular."
    return " ".join(f"{part['reason'].rstrip('.')} ({part['value']:+.2f})." for part in weighty)


def _kinds(words: Sequence[tuple[str, str | None]]) -> str:
    """Names, places, numbers and other words apart, where their kinds are kept."""
    groups: dict[str, list[str]] = {}
    for word, kind in words:
        groups.setdefault(kind or _kind(word), []).append(_marked(word))
    found = [(kind, groups[kind]) for kind in ("name", "place", "number", "word") if kind in groups]
    return listed([f"{kind if len(marked) == 1 else kind + 's'} ({', '.join(marked)})" for kind, marked in found])


def _kind(word: str) -> str:
    """By how it is written: what came in before kinds were kept."""
    return "number" if word[:1].isdecimal() else "name" if word[:1].isupper() else "word"


def _marked(word: str) -> str:
    return quoted(word, most=40)
