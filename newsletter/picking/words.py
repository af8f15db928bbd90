"""How alike two texts are, by the words that they share: rare words count more than common ones."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

Vector = Mapping[str, float]  # word to weight, of length 1

_WORD = re.compile(r"[^\W_]{3,}")


@lru_cache(maxsize=20_000)
def words(text: str) -> frozenset[str]:
    """The different words of at least three letters, in lower case and without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return frozenset(_WORD.findall("".join(sign for sign in decomposed if not unicodedata.combining(sign))))


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
