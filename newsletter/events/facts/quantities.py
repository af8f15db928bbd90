"""Numbers in words and digits, with what hedges them, as a span of values that they can mean. Pure."""

import math
import re
from dataclasses import dataclass

from newsletter.events.facts.tokens import Sentence
from newsletter.events.facts.words import Phrase, Phrases, Words

_GROUPED = {"en": re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?"), "es": re.compile(r"\d{1,3}([.,]\d{3})+")}
FAR_APART = 2.0  # times
_LONGEST_HEDGE = 4  # words
_YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with the least and the most that it can mean; `start` and `end` are its tokens, hedge included."""

    value: float
    low: float
    high: float
    hedge: str | None  # as written: "at least"
    start: int
    end: int

    def agrees(self, other: object) -> bool:
        """Whether both can be true. Two floors far apart, "at least 5" and "at least 22", are two figures."""
        if not isinstance(other, Quantity):
            return True
        if math.isinf(self.high) and math.isinf(other.high):
            return max(self.low, other.low) < FAR_APART * min(self.low, other.low)
        return self.low <= other.high and other.low <= self.high


def number_at(sentence: Sentence, at: int, words: Words) -> tuple[float, float, int] | None:
    """The number that begins at a token: its value, half of its last digit's worth, and the token after it.

    "4.1 billion" is given as 4.1e9, 0.05e9; whole numbers are exact.
    """
    if at >= len(sentence.tokens):
        return None
    token = sentence.tokens[at]
    if token.is_number:
        read = _digits(token.text.replace(" ", ""), words)
        if read is None:
            return None
        value, half = read
        end = at + 1
    else:
        spelled = _spelled(sentence, at, words)
        if spelled is None:
            return None
        value, end = spelled
        half = 0.0
    scaled = False
    if sentence.low(end) == "-" and sentence.low(end + 1) in ("million", "billion", "trillion"):
        end += 1
    while sentence.low(end) in words.scales and (not scaled or sentence.low(end) not in ("m", "b", "k")):
        scale = words.scales[sentence.low(end)]
        half = (half or 0.5) * scale if scale >= 1e6 else half * scale
        value = round(value * scale, 2)
        end += 1
        scaled = True
    if sentence.low(end) in ("st", "nd", "rd", "th", "º", "ª", "°") and not scaled:
        return None
    return value, half, end


def quantity_at(sentence: Sentence, at: int, words: Words) -> Quantity | None:
    """The number at a token, with the hedge before it, or a vague one such as "dozens"."""
    vague = _vague_at(sentence, at, words)
    if vague is not None:
        return vague
    read = number_at(sentence, at, words)
    if read is None:
        return None
    value, half, end = read
    start, kind = hedge_before(sentence, at, words)
    hedge = sentence.between(start, at) if start < at else None
    second = _range_end(sentence, end, words)
    if second is not None and second[0] > value:
        return Quantity(value, value, second[0], sentence.between(start, second[1]), start, second[1])
    low, high = span(value, half, kind)
    return Quantity(value, low, high, hedge, start, end)


def is_year(quantity: Quantity) -> bool:
    return quantity.value in _YEARS


def longest(sentence: Sentence, at: int, phrases: Phrases) -> Phrase | None:
    """The longest of the phrases that stands at a token."""
    return phrases.longest_at(sentence.lows, at)


def _digits(text: str, words: Words) -> tuple[float, float] | None:
    language = "es" if words.joint == "y" else "en"
    if len(text) > 18:
        return None
    if _GROUPED[language].fullmatch(text):
        whole = text.replace(",", "") if language == "en" else re.sub("[.,]", "", text)
        return float(whole), 0.0
    parts = re.split("[.,]", text)
    if len(parts) == 1:
        return float(text), 0.0
    if len(parts) == 2 and parts[1]:
        return float(f"{parts[0]}.{parts[1]}"), 0.5 * 10 ** -len(parts[1])
    return None


def _spelled(sentence: Sentence, at: int, words: Words) -> tuple[float, int] | None:
    low = sentence.low(at)
    if low in words.tens:
        value, end = words.tens[low], at + 1
        joint = end + 1 if sentence.low(end) == words.joint else end
        ones = words.numbers.get(
            sentence.low(joint), 1 if words.joint == "y" and sentence.low(joint) in ("un", "una") else 0
        )
        if 0 < ones < 10 and (joint > end or words.joint == "-"):
            return value + ones, joint + 1
        return value, end
    if low in words.numbers:
        value, end = words.numbers[low], at + 1
        rest = _spelled(sentence, end, words) if value >= 100 else None
        return (value + rest[0], rest[1]) if rest and rest[0] < 100 else (value, end)
    following = sentence.low(at + 1)
    if low in ("a", "un") and following in words.scales and following not in ("m", "b", "k", "mm"):
        return 1, at + 1
    if low == "mil" and low in words.scales:
        return 1, at
    return None


def _vague_at(sentence: Sentence, at: int, words: Words) -> Quantity | None:
    phrase = longest(sentence, at, words.vague_ones)
    if phrase is None:
        return None
    low, high = words.vague[phrase]
    end = at + len(phrase)
    if sentence.low(end) == "of" or (words.joint == "y" and sentence.low(end) == "de"):
        end += 1
    return Quantity(low, low, high, sentence.between(at, at + len(phrase)), at, end)


def hedge_before(sentence: Sentence, at: int, words: Words) -> tuple[int, str]:
    """Where the hedge before a number begins (the number itself if there is none), and its kind."""
    for length in range(_LONGEST_HEDGE, 0, -1):
        phrase = sentence.lows[max(0, at - length) : at]
        if len(phrase) == length:
            for kind in ("at_least", "more_than", "nearly", "at_most", "about"):
                if phrase in getattr(words, kind):
                    return at - length, kind
    return at, ""


def _range_end(sentence: Sentence, end: int, words: Words) -> tuple[float, int] | None:
    """The upper end of "7-8", "7 to 8", "entre 7 y 8"."""
    joint = sentence.low(end)
    if joint not in ("-", "–", "to", "a", words.and_) or end + 1 >= len(sentence.tokens):
        return None
    if joint in ("to", "a") and {"from", "de"}.intersection(sentence.lows[max(0, end - 4) : end]):
        return None  # "rose from seven to twelve"
    if sentence.low(end) == words.and_ and "between" not in sentence.lows[:end] and "entre" not in sentence.lows[:end]:
        return None
    read = number_at(sentence, end + 1, words)
    return (read[0], read[2]) if read else None


def span(value: float, half: float, kind: str) -> tuple[float, float]:
    """What a number can mean, given the hedge before it."""
    match kind:
        case "at_least" | "more_than":
            return value - half, math.inf
        case "about":
            return value - max(half, 0.1 * value, 1), value + max(half, 0.1 * value, 1)
        case "nearly":
            return value - max(half, 0.1 * value, 1), value + half
        case "at_most":
            return 0, value + half
    return value - half, value + half
