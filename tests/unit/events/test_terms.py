import pytest

from newsletter.events.terms import MOST_WORDS, term_of, terms_of


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "killed", "killing"),
        ("en", "Márquez", "Marquez"),
        ("es", "elección", "elecciones"),
        ("es", "México", "Mexico"),
        ("es", "explosión", "EXPLOSIONES"),
        ("ar", "المكسيك", "المَكسيك"),
        ("fr", "manifestation", "manifestations"),
        ("xx", "Élan", "elan"),
        ("en", "Me\u0301xico", "México"),
    ],
)
def test_forms_of_one_word_are_one_term(language, one, other):
    assert term_of(one, language) == term_of(other, language) != ""


@pytest.mark.parametrize(("language", "word"), [("en", "The"), ("es", "Según"), ("ar", "في"), ("en", "a"), ("xx", "z")])
def test_stop_words_and_single_letters_are_no_terms(language, word):
    assert term_of(word, language) == ""


SIGNS = [
    ("a country and its people", "en", "Mexicans leave the Republic", "@MX"),
    ("a country in another language", "es", "Los mexicanos se van", "@MX"),
    ("an acronym with dots", "en", "U.S. bombs hills", "@US"),
    ("a name of two words", "en", "Quake in Saudi Arabia", "@SA"),
    ("an institution", "en", "United Nations sends food", "&UN"),
    ("an institution by its acronym", "es", "La ONU manda comida", "&UN"),
    ("a word of news", "es", "Un sismo sacude la costa", "~quake"),
    ("another word for it", "en", "Earthquakes and an earthquake", "~quake"),
    ("a number as a word", "en", "Seven hurt", "7"),
    ("a number as a word in Spanish", "es", "Siete heridos", "7"),
    ("thousands", "en", "41,000 flee", "41000"),
    ("thousands in Spanish", "es", "Huyen 41.000", "41000"),
    ("text that a program cut up", "en", "Iran 's rescuers leave", "@IR"),
]


@pytest.mark.parametrize(("language", "text", "sign"), [row[1:] for row in SIGNS], ids=[row[0] for row in SIGNS])
def test_what_has_several_names_has_one_sign(language, text, sign):
    assert sign in terms_of(text, "", language).terms


@pytest.mark.parametrize(
    ("text", "sign"), [("they told us so", "@US"), ("who said it is", "&WHO"), ("as it is", "&IS")]
)
def test_small_words_are_no_acronyms(text, sign):
    assert sign not in terms_of(text, "", "en").terms


@pytest.mark.parametrize(
    ("language", "text", "magnitudes"),
    [
        ("en", "A magnitude 6.1 quake", {6.1}),
        ("en", "A 5.6 -magnitude quake", {5.6}),
        ("es", "Un sismo de magnitud 5,8", {5.8}),
        ("en", "A 5.6 percent rise", set()),
    ],
)
def test_magnitudes_of_quakes_are_read(language, text, magnitudes):
    assert terms_of("", text, language).magnitudes == magnitudes


def test_a_capital_tells_a_name_only_inside_of_a_sentence():
    terms = terms_of("Mayor Ortega Leaves Town Hall", "Later the mayor Ortega spoke. Nobody heard Ortega.", "en")
    capitals = dict(zip(terms.terms, terms.capitals, strict=True))
    assert capitals["ortega"] == 1
    assert capitals["~mayor"] == 2
    assert capitals["nobodi"] == 0


def test_neighbours_with_capitals_may_be_one_name():
    assert ("black", "ridg") in terms_of("Fire on Black Ridge", "", "en").joints


def test_the_title_counts_more_and_repetition_counts():
    terms = terms_of("Quake", "A quake struck. The quake was strong.", "en")
    assert terms.counts["~quake"] == 1.5 + 2
    assert terms.counts["strong"] == 1


def test_numbers_are_kept():
    assert {"7000", "1:30", "23"} <= terms_of("", "7,000 arrests at 1:30 by a 23-year-old", "en").counts.keys()


def test_a_term_remembers_how_it_was_written_first():
    assert terms_of("Márquez", "MARQUEZ", "en").written_as("marquez") == "Márquez"


def test_names_of_places_are_known_as_such():
    assert terms_of("Mexicans protest in Mexico City, Mexico", "", "en").places == {"@MX"}


def test_scripts_without_spaces_are_cut_into_pairs():
    assert list(terms_of("墨西哥地震", "", "zh").terms) == ["墨西", "西哥", "哥地", "地震"]


def test_only_the_beginning_of_a_long_summary_is_read():
    words = " ".join(f"w{chr(97 + number % 26)}{chr(97 + number // 26)}x" for number in range(600))
    assert len(terms_of("", words, "xx").counts) == MOST_WORDS


@pytest.mark.parametrize("text", ["", "\x00\u2028", "….!?", "{{7*191}}", "(" * 5000])
def test_odd_text_does_no_harm(text):
    terms_of(text, text, "en")


def test_a_town_of_several_words_is_known_as_one_in_whole_only():
    found = terms_of("Mayor of Los Angeles meets Angeles Pardo", "", "en")
    assert set(found.towns) == {"los", "angel"}
    assert terms_of("Angeles Pardo sings", "", "en").towns == ()


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("GMOs are safe", "Genetically modified crops are safe", "en"),
        ("PIB crece", "El producto interno bruto crece", "es"),
        ("Court overturns ban", "Ban is quashed", "en"),
        ("Juez revoca la orden", "Orden anulada", "es"),
    ],
)
def test_what_is_abbreviated_or_has_two_verbs_is_one_term(one, other, language):
    shared = set(terms_of(one, "", language).terms) & set(terms_of(other, "", language).terms)
    assert any(term[0] in "&~" for term in shared)
