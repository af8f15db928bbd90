"""A text as words: put back together where a program had cut it into tokens. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}|\d+(?:[.,:]\d+)*|(?:[^\W\d_]|[\u0300-\u036f\u064b-\u065f])+(?:['’](?:s|t|re|ve|ll|d|m)\b)?"
)
# Scripts that put no spaces between words.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{2,}")
_CLITIC = re.compile(r"['’](?:s|t|re|ve|ll|d|m)$", re.IGNORECASE)
_REPAIRS = (
    (re.compile(r"``|''"), '"'),
    (re.compile(r"\s+((?:n['’]t|['’](?:s|re|ve|ll|d|m))\b)"), r"\1"),  # "was n't", "Iran 's"
    (re.compile(r"(\w) - (\w)"), r"\1-\2"),  # "16 - year - old"
    (re.compile(r"(\d) ([.,:]) (\d)"), r"\1\2\3"),  # "41 , 000"
    (re.compile(r"\s+([.,;:!?)\]])"), r"\1"),
    (re.compile(r"([$(\[])\s+"), r"\1"),
)
_CUT_UP = re.compile(r"``|''| ['’.,:;)]| n['’]t\b|\w - \w|[$(\[] ")
_ENDS = ".!?:…"  # after one of these any word has a capital
_RUNNING = 0.35  # share of words in small letters from which on a text is no headline in capitals


class Word(NamedTuple):
    written: str
    gap: str  # what stands between it and the word before
    is_inside: bool  # of a sentence in running text, where a capital says something


def put_together(text: str) -> str:
    """Text as it was printed: tokenised text has spaces round its punctuation and odd quotes."""
    if _CUT_UP.search(text):
        for pattern, repaired in _REPAIRS:
            text = pattern.sub(repaired, text)
    return text


def words_of(text: str) -> list[Word]:
    """Scripts without spaces are cut into pairs of signs."""
    text = put_together(text)
    found = list(WORD.finditer(text))
    small = sum(match[0][0].islower() for match in found)
    is_running = small >= _RUNNING * len(found)
    words: list[Word] = []
    end = 0
    for match in found:
        gap = text[end : match.start()]
        begins = not words or any(sign in _ENDS for sign in gap)
        words.extend(Word(piece, gap, is_running and not begins) for piece in _pieces(match[0]))
        end = match.end()
    return words


def bare(word: str) -> str:
    """Without the 's or n't at its end."""
    return _CLITIC.sub("", word)


def _pieces(word: str) -> Iterator[str]:
    if _UNSPACED.match(word):
        yield from (word[at : at + 2] for at in range(len(word) - 1))
    else:
        yield word
