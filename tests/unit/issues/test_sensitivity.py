"""What asks for care, by words."""

import pytest

from newsletter.issues.sensitivity import Care, words_of_care


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "Two dead after storm in Puebla", {Care.DEATH: "dead after"}),
        ("en", "A man killed his neighbour", {Care.DEATH: "killed"}),
        ("en", "He took his own life", {Care.SUICIDE: "took his own life"}),
        ("en", "Teen charged with murder", {Care.DEATH: "murder", Care.MINORS: "Teen"}),
        ("en", "A 15-year-old was abducted", {Care.MINORS: "15-year-old"}),
        ("en-GB", "Priest accused of sexual abuse", {Care.SEXUAL_VIOLENCE: "sexual abuse"}),
        ("es", "El alcalde MURIÓ el sábado", {Care.DEATH: "MURIÓ"}),
        ("es_MX", "Niña de 7 años herida", {Care.MINORS: "Niña"}),
        ("es", "Mujer denuncia violación", {Care.SEXUAL_VIOLENCE: "denuncia violación"}),
        ("fr", "Trois morts dans un accident", {Care.DEATH: "morts"}),
        ("pt", "Criança ferida em acidente", {Care.MINORS: "Criança"}),
    ],
)
def test_an_item_with_such_words_asks_for_care(language, text, found):
    assert words_of_care(text, language) == found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Deadline for taxes moved to Tue, 12 May"),
        ("en", "A dead heat in the regatta; the dead heat ends"),
        ("en", "Senate kills the bill"),
        ("en", "School opens for 300 children"),
        ("en", "Grapes ripen, mortgage rates fall"),
        ("en", "Holiday at the Dead Sea"),
        ("es", "Abren una escuela para 300 niños"),
        ("es", "Menores que las del año pasado, las lluvias"),
        ("fr", "Les enfants chantent"),
        ("ar", "killed"),  # English in a letter of a language without words
        ("en", ""),
    ],
)
def test_everyday_words_ask_for_none(language, text):
    assert words_of_care(text, language) == {}
