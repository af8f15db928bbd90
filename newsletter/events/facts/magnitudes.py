"""How strong a quake was. Pure."""

from collections.abc import Iterator

from newsletter.events.facts.fact import Fact
from newsletter.events.facts.quantities import Quantity, number_at
from newsletter.events.facts.tokens import Sentence
from newsletter.events.facts.words import Words, bag

_AFTERSHOCKS = bag("aftershock aftershocks replica replicas foreshock")
_SCALES = bag("magnitude magnitud richter mag")
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
        value = Quantity(read[0], read[0], read[0], None, at, read[2])
        shown = sentence.between(at, read[2]).replace(" ", "")
        yield Fact("magnitude", subject, value, shown, None, sentence.quote, in_title=sentence.in_title)


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
