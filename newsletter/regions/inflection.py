"""The forms that a name for a people takes: plurals, genders, articles and prefixes. Pure."""

from collections.abc import Iterator

_SAME_IN_PLURAL = ("ese", "sh", "ch", "ss", "men", "x")
# Conjunctions and prepositions that Arabic writes as part of the next word: "and", "so", "in", "like", "for".
_ARABIC_PREFIXES = ("", "و", "ف", "ب", "ك", "ل", "وب", "ول", "وك", "فب", "فل")
_ARABIC_ARTICLE = "ال"
# The same in Hebrew: "in", "to", "from", "the", "and", "that", "as", and pairs of them.
_HEBREW_PREFIXES = ("", "ב", "ל", "מ", "ה", "ו", "ש", "כ", "וב", "ול", "ומ", "וה", "שב", "שה", "של")


def english_plural(word: str) -> list[str]:
    """["Mexican", "Mexicans"]; words such as "Dutch" and "Japanese" have one form."""
    return [word] if word.endswith(_SAME_IN_PLURAL) else [word, f"{word}s"]


def spanish_forms(word: str) -> list[str]:
    """The genders and numbers of a gentilicio given in the masculine singular, accents aside."""
    match word[-2:]:
        case "és" | "án" | "ín" | "ón" | "ol" | "uz":
            stem = word[:-2] + {"é": "e", "á": "a", "í": "i", "ó": "o"}.get(word[-2], word[-2]) + word[-1]
            plural = stem[:-1] + "ces" if stem.endswith("z") else stem + "es"
            return [word, stem + "a", plural, stem + "as"]
    match word[-1]:
        case "o":
            return [word, word[:-1] + "a", word + "s", word[:-1] + "as"]
        case "í":
            return [word, word + "es", word + "s"]
        case "a" | "e":
            return [word, word + "s"]
        case _:
            return [word, word + "es"]


def arabic_forms(nisba: str) -> list[str]:
    """A nisba's genders and numbers with and without the article; in two words both agree (كوري جنوبي)."""
    parts = nisba.split()
    if not all(part.endswith("ي") for part in parts):
        return [nisba]
    forms = []
    for ending in ("", "ة", "ون", "ين", "ات", "ا"):
        bare = " ".join(part + ending for part in parts)
        forms += [bare, " ".join(_ARABIC_ARTICLE + part + ending for part in parts)]
    return forms


def arabic_prefixed(word: str) -> Iterator[str]:
    """A word as it stands in a sentence: with what Arabic writes together with it."""
    for prefix in _ARABIC_PREFIXES:
        if prefix.endswith("ل") and word.startswith(_ARABIC_ARTICLE):
            yield prefix + word[1:]  # ل and the article meet as لل
        else:
            yield prefix + word


def hebrew_prefixed(word: str) -> Iterator[str]:
    """A word as it stands in a sentence: with what Hebrew writes together with it."""
    return (prefix + word for prefix in _HEBREW_PREFIXES)
