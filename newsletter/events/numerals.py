"""Numbers that are written as words: "seven killed" and "7 killed" tell the same. Pure."""

_ENGLISH = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty
"""
_SPANISH = """
cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete dieciocho
diecinueve veinte
"""
# "One" and "uno" are articles and pronouns far more often than counts.
NUMERALS: dict[str, dict[str, str]] = {
    language: {word: str(number) for number, word in enumerate(words.split()) if number != 1}
    for language, words in {"en": _ENGLISH, "es": _SPANISH}.items()
}
