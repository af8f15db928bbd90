"""The language of a story: as declared, or guessed where nobody says one. Pure.

Languages are kept as primary subtags ("es", not "es-MX"), because stories of one event are joined within a language.
"""

import re
from collections import Counter

_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*\Z", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")

# Short words that are frequent in one language and rare in the others of this list.
_SMALL_WORDS = {
    "en": "the and of to in is for on that with was at from by as after over his her their has been who will are",
    "es": "el la los las de del que y en un una por con para su sus al se lo como más fue han tras este esta ser sobre",
    "pt": "o os as do da dos das que e em um uma por com para não no na ao se mais foi após seu sua são pelo pela",
    "fr": "le la les des du de et en un une pour dans que qui sur au aux avec est par plus ce cette sont ont après",
    "de": "der die das und in den von zu mit dem ein eine ist im für auf des nicht sich auch nach bei wird aus einen",
    "it": "il lo la i gli le di del della e in un una per con che è sono dei nel alla dopo più si da non ha anche",
}
_LANGUAGES_OF = {
    word: [code for code, words in _SMALL_WORDS.items() if word in words.split()]
    for words in _SMALL_WORDS.values()
    for word in words.split()
}
# Scripts that one language, or one far more than others, is written in; before them, letters that tell one language
# from others of its script. With each the share of all letters from which on it decides.
_SCRIPTS = (
    ("ja", 0.05, re.compile("[\u3040-\u30ff]")),
    ("ko", 0.2, re.compile("[\uac00-\ud7af]")),
    ("zh", 0.2, re.compile("[\u4e00-\u9fff]")),
    ("ur", 0.01, re.compile("[\u0679\u0688\u0691\u06ba\u06be\u06c1\u06d2]")),
    ("fa", 0.01, re.compile("[\u067e\u0686\u0698\u06a9\u06af\u06cc]")),
    ("ar", 0.2, re.compile("[\u0620-\u064a]")),
    ("he", 0.2, re.compile("[\u05d0-\u05ea]")),
    ("el", 0.2, re.compile("[\u0370-\u03ff]")),
    ("uk", 0.01, re.compile("[іїєґІЇЄҐ]")),
    ("ru", 0.2, re.compile("[\u0400-\u04ff]")),
    ("hi", 0.2, re.compile("[\u0900-\u097f]")),
    ("bn", 0.2, re.compile("[\u0980-\u09ff]")),
    ("ta", 0.2, re.compile("[\u0b80-\u0bff]")),
    ("th", 0.2, re.compile("[\u0e00-\u0e7f]")),
    ("my", 0.2, re.compile("[\u1000-\u109f]")),
)


def primary(tag: str | None) -> str | None:
    """The primary subtag of a language tag, in lower case; None for what is no tag."""
    match = _TAG.match((tag or "").strip())
    return match[1].lower() if match else None


def guess(text: str) -> str | None:
    """The language of a title with its summary, by its script or its small words; None where they don't tell."""
    words = [word.lower() for word in _WORD.findall(text[:2000])]
    letters = sum(map(len, words))
    for code, share, script in _SCRIPTS:
        if letters and len(script.findall(text[:2000])) / letters > share:
            return code
    votes: Counter[str] = Counter()
    for word in words:
        for code in (known := _LANGUAGES_OF.get(word, [])):
            votes[code] += 6 // len(known)  # a word of one language alone says the most
    ranked = votes.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]
