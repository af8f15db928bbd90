import pytest

from newsletter.events.terms import MOST_WORDS, term_of, terms_of


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "killed", "killing"),
        ("en", "Márquez", "Marquez"),
        ("en", "U.S.", "US"),
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


def test_the_title_counts_more_and_repetition_counts():
    terms = terms_of("Quake", "A quake struck. The quake was strong.", "en")
    assert terms.counts["quak"] == 1.5 + 2
    assert terms.counts["strong"] == 1


def test_numbers_are_kept_as_they_are_written():
    assert {"7,000", "1:30", "23"} <= terms_of("", "7,000 arrests at 1:30 by a 23-year-old", "en").counts.keys()


def test_a_term_remembers_how_it_was_written_first():
    assert terms_of("Márquez", "MARQUEZ", "en").written == {"marquez": "Márquez"}


def test_names_of_places_are_known_as_such():
    assert terms_of("Mexicans protest in Mexico City, Mexico", "", "en").places == {"mexican", "mexico"}


def test_scripts_without_spaces_are_cut_into_pairs():
    assert list(terms_of("墨西哥地震", "", "zh").counts) == ["墨西", "西哥", "哥地", "地震"]


def test_only_the_beginning_of_a_long_summary_is_read():
    words = " ".join(f"w{chr(97 + number % 26)}{chr(97 + number // 26)}x" for number in range(600))
    assert len(terms_of("", words, "xx").counts) == MOST_WORDS


@pytest.mark.parametrize("text", ["", "\x00\u2028", "….!?", "{{7*191}}", "(" * 5000])
def test_odd_text_does_no_harm(text):
    terms_of(text, text, "en")
