"""Shortening a summary to what a letter shows: whole sentences, never half of one where that can be. Pure."""

import re

SUMMARY_LENGTH = 320  # characters; three or four lines of a letter
SHORTER_LENGTHS = (220, 120)  # characters; what an item below the lead shows of it, and a sentence
SHORTEST = 60  # characters; a first sentence of less ("Breaking.") tells too little alone

# A run of signs is tried from its first one only: a text of nothing else would take the square of its length.
_END = re.compile(r"(?<![.!?…؟۔])[.!?…؟۔]+[\"'”’»)\]]*(?=\s)|[。！？]+[」』”’）]*")
# A dot after one of these ends no sentence; so does one after a single letter ("J. R.", "U.S.", "a.m.").
_ABBREVIATION = re.compile(
    r"mr|mrs|ms|dr|prof|gen|col|lt|sgt|capt|sen|rep|gov|st|jr|no|vs|inc|ltd|corp"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
    r"|sra?|srta|dra|gral|cnel|lic|ing|arq|av|núm|ee|uu"
)


def shorten(text: str, limit: int = SUMMARY_LENGTH) -> str:
    """The first whole sentences of `text` that fit into `limit` characters, on one line.

    Where no more than a few words do, it is cut after a word and marked with "…".
    """
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    whole = [end for end in _sentence_ends(line) if min(SHORTEST, limit // 2) <= end <= limit]
    if whole:
        return line[: whole[-1]].rstrip()
    cut = line[: limit - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:–—-") + "…"


def shorter(text: str) -> str | None:
    """`text` cut after a sentence, to the longest of the set lengths that makes it shorter.

    None for what is short already, or has no sentence that ends sooner.
    """
    line = " ".join(text.split())
    for limit in (SUMMARY_LENGTH, *SHORTER_LENGTHS):
        cut = shorten(line, limit)
        if len(cut) < len(line) and (limit == SUMMARY_LENGTH or not cut.endswith("…")):
            return cut
    return None


def _sentence_ends(line: str) -> list[int]:
    """Where sentences end, as offsets past their last sign."""
    return [match.end() for match in _END.finditer(line) if _ends_sentence(line, match)]


def _ends_sentence(line: str, match: re.Match[str]) -> bool:
    following = line[match.end() :].lstrip()[:1]
    if following.islower():
        return False
    if not match.group().startswith("."):
        return True
    word = line[: match.start()].rsplit(" ", 1)[-1].lstrip("(\"'“‘«¿¡").lower()
    return len(word) > 1 and "." not in word and not _ABBREVIATION.fullmatch(word)
