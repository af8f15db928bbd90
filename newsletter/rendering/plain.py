"""Text from outside made fit for a mail: one line, no control characters, no slot tokens, no reordering. Pure."""

import re
import unicodedata
from urllib.parse import urlsplit

from w3lib.url import safe_url_string

from newsletter.rendering.slots import without_slots

# Directional embeddings, overrides and isolates: left open, they would turn around what follows them. The marks
# (U+200E, U+200F, U+061C) act on one place only and stay.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Zero-width joiners are letters' and emojis' own and stay.
_UNFIT = {"Cc", "Cs", "Cn", "Co", "Zl", "Zp"}
_PICTURES = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u20e3]")
_SENTENCE_END = re.compile(r"[.!?…](?=\s)|[。！？]|[؟۔।](?=\s)")
_TRAILING = " ,;:–—-/([{«“‘|·،؛"


def tidy(text: str) -> str:
    """`text` on one line, with single spaces."""
    text = _REORDERING.sub("", text)
    fit = "".join(" " if sign.isspace() or unicodedata.category(sign) in _UNFIT else sign for sign in text)
    return " ".join(without_slots(fit).split())


def paragraphs(text: str) -> list[str]:
    """The paragraphs of `text`, each tidied; an empty line parts them."""
    parts = (tidy(part) for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")))
    return [part for part in parts if part]


def web_address(url: str, *, instead: str) -> str:
    """`url` in ASCII, the same in HTML and text; `instead` where it is not one of the web."""
    address = safe_url_string(tidy(url))
    parts = urlsplit(address)
    return address if parts.scheme in ("http", "https") and parts.netloc else instead


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters: cut after a sentence if that keeps half of them, else at a word, with an ellipsis."""
    if len(text) <= limit:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, limit + 1) if match.end() <= limit]
    if ends and ends[-1] >= limit // 2:
        return text[: ends[-1]]
    return cut_at_word(text, limit)


def cut_at_word(text: str, limit: int) -> str:
    """At most `limit` characters, the last an ellipsis if anything was cut. Scripts without spaces are cut anywhere."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    if not text[limit - 1].isspace():
        before = kept.rpartition(" ")[0]
        kept = before if len(before) >= limit // 2 else _whole_signs(kept, text[limit - 1])
    return kept.rstrip(_TRAILING) + "…"


def without_pictures(text: str) -> str:
    """`text` without emojis: a subject stays calm, whatever the news."""
    return " ".join(_PICTURES.sub("", text).split())


def direction_of(text: str, otherwise: str) -> str:
    """ "ltr" or "rtl", by the first letter that has a direction (UAX #9, rule P2)."""
    for sign in text:
        if (kind := unicodedata.bidirectional(sign)) in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return otherwise


def _whole_signs(kept: str, following: str) -> str:
    """`kept` without a last sign whose accents or joined parts were cut off."""
    while kept and (unicodedata.combining(following) or following in "\u200d\ufe0f" or kept[-1] == "\u200d"):
        kept, following = kept[:-1], kept[-1]
    return kept
