"""How strong a quake was. Pure."""

import math
from collections.abc import Iterator

from newsletter.events.facts.fact import Fact
from newsletter.events.facts.quantities import Quantity, hedge_before, number_at
from newsletter.events.facts.tokens import Sentence
from newsletter.events.facts.words import Words, bag

_AFTERSHOCKS = bag("aftershock aftershocks replica replicas foreshock")
_SCALES = bag("magnitude magnitud richter mag")
_BETWEEN = ("-", "a", "of", "de", "un", "una")
_ABOUT = 0.25
_DEGREES = bag("grados grado")
_MEASURED = bag("measured measuring measures registered quake earthquake temblor sismo terremoto")


def find(sentence: Sentence, words: Words) -> Iterator[Fact]:
    """Numbers from 1 to 10 beside "magnitude", "Richter", "grados"; aftershocks are a subject of their own."""
    quake = bool(_MEASURED.intersection(sentence.lows)) or bool(_SCALES.intersection(sentence.lows))
    if not quake:
        return
    for at in range(len(sentence.tokens)):
        read = number_at(sentence, at, words) if sentence.tokens[at].is_number else None
        if read is None or not 1 <= read[0] < 10 or not _is_magnitude(sentence, at, read[2], words):
            continue
        after = sentence.lows[read[2] : read[2] + 4]
        before = sentence.lows[max(0, at - 6) : at]
        subject = "aftershock" if _AFTERSHOCKS.intersection([*before, *after]) else None
        start, kind = _hedge(sentence, at, words)
        hedge = sentence.between(start[0], start[1]) if kind else None
        low, high = _span(read[0], kind)
        value = Quantity(read[0], low, high, hedge, at, read[2])
        shown = sentence.between(at, read[2]).replace(" ", "")
        yield Fact("magnitude", subject, value, shown, hedge, sentence.quote, in_title=sentence.in_title)


def _hedge(sentence: Sentence, at: int, words: Words) -> tuple[tuple[int, int], str]:
    """The hedge before a number, or before the scale that stands between: "at least magnitude - 5.9"; and its kind."""
    place = at
    while place > 0 and (sentence.low(place - 1) in _SCALES or sentence.low(place - 1) in _BETWEEN):
        place -= 1
    for end in dict.fromkeys((at, place)):
        start, kind = hedge_before(sentence, end, words)
        if kind:
            return (start, end), kind
    return (at, at), ""


def _span(value: float, kind: str) -> tuple[float, float]:
    """What a magnitude can mean; agencies differ by a quarter on one quake, and say "about" of that."""
    match kind:
        case "at_least" | "more_than":
            return value, math.inf
        case "about" | "nearly":
            return value - _ABOUT, value + _ABOUT
        case "at_most":
            return 0, value
    return value, value


def _is_magnitude(sentence: Sentence, at: int, end: int, words: Words) -> bool:
    near_before = sentence.lows[max(0, at - 4) : at]
    near_after = sentence.lows[end : end + 3]
    if _SCALES.intersection(near_before) and not {",", ";", "and"}.intersection(near_before[-2:]):
        return True
    if near_after[:1] == ("magnitude",) or near_after[:2] == ("-", "magnitude") or near_after[:1] == ("magnitud",):
        return True
    if _DEGREES.intersection(near_after[:1]) and not {"c", "celsius", "centigrados"}.intersection(near_after):
        return True
    if "richter" in sentence.lows[end : end + 5]:
        return True
    decimal = "." in sentence.tokens[at].text or "," in sentence.tokens[at].text
    beside = {*near_before[-2:], *near_after[:2]} & {
        "quake",
        "earthquake",
        "temblor",
        "sismo",
        "terremoto",
        "aftershock",
    }
    return decimal and bool(beside) and sentence.low(end) not in words.units
