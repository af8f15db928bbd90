"""How alike two texts are, by the words that they share: rare words count more than common ones."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

Vector = Mapping[str, float]  # word to weight, of length 1

_WORD = re.compile(r"[^\W_]{3,}")
_MARKS = re.compile("[\u0300-\u036f\u064b-\u065f\u0670]")  # accents, and the vowel signs of Arabic


@lru_cache(maxsize=500)  # the stories of one event are compared with each other
def words(text: str) -> frozenset[str]:
    """The different words of at least three letters, in lower case and without accents."""
    folded = text.casefold()
    if not folded.isascii():
        folded = _MARKS.sub("", unicodedata.normalize("NFKD", folded))
    return frozenset(_WORD.findall(folded))


class Vocabulary:
    """How rare each word is among some texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        collected = [words(text) for text in texts]
        self._texts = len(collected)
        self._counts = Counter(word for text in collected for word in text)

    def vector(self, text: str) -> Vector:
        """The text's words weighted by their rarity; empty for a text without words."""
        weights = {word: math.log((1 + self._texts) / max(1, self._counts[word])) for word in words(text)}
        length = math.sqrt(math.fsum(weight * weight for weight in weights.values()))
        return {word: weight / length for word, weight in weights.items()} if length else {}


def likeness(one: Vector, other: Vector) -> float:
    """Cosine of two vectors: 0 for nothing in common, 1 for the same words."""
    if len(other) < len(one):
        one, other = other, one
    return min(1.0, math.fsum(weight * other[word] for word, weight in one.items() if word in other))
