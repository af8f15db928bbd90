import pytest

from newsletter.regions.catalogue import catalogue
from newsletter.regions.placenames import lexicon
from newsletter.regions.tables import rows
from newsletter.regions.terms import Kind, word_key

COUNTRIES = {code for code, territory in catalogue().items() if territory.kind == "country"}


@pytest.mark.parametrize("table", ["countries.txt", "cities.txt", "signs.txt"])
def test_each_line_of_the_tables_names_a_country_of_the_catalogue(table):
    assert {row[0] for row in rows(table, 6)} <= COUNTRIES


def test_a_name_for_several_countries_means_countries_of_the_catalogue():
    assert {code for codes, *_ in rows("several.txt", 3) for code in codes.split()} <= COUNTRIES


def test_what_the_press_calls_a_country_in_another_language_means_one_of_the_catalogue():
    assert {code for _, code, _ in rows("names.txt", 3)} <= COUNTRIES


def test_a_trap_means_a_country_of_the_catalogue_or_none():
    assert {code for _, code in rows("traps.txt", 2)} <= COUNTRIES | {""}


def test_each_city_of_the_gazetteer_lies_in_a_country_or_division_of_the_catalogue():
    assert {code for code, _ in rows("gazetteer.txt", 2)} <= catalogue().keys()


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_name_is_only_punctuation_or_marks(language):
    assert all(word for terms in lexicon(language).everything.values() for term in terms for word in term.words)


@pytest.mark.parametrize(
    ("name", "division"),
    [
        ("jalisco", "MX-JAL"),
        ("guadalajara", "MX-JAL"),  # the city is known by hand, its state by the gazetteer
        ("california", "US-CA"),
        ("wolfsburg", "DE-NI"),
        ("scotland", "GB-SCT"),
        ("toronto", "CA-ON"),
    ],
)
def test_a_name_knows_its_division(name, division):
    (term,) = (term for term in lexicon("en").everything[name] if term.words == (name,))
    assert term.codes == (division[:2], division)


def test_what_others_read_as_places_are_names_that_readers_know():
    assert "wolfsburg" not in lexicon("en").terms
    assert "putin" not in lexicon("en").terms


def test_every_country_has_its_line_once():
    codes = [row[0] for row in rows("countries.txt", 6)]
    assert sorted(codes) == sorted(COUNTRIES)


def test_no_trap_is_listed_twice_with_two_meanings():
    meanings: dict[str, str] = {}
    for phrase, code in rows("traps.txt", 2):
        assert meanings.setdefault(phrase.lower(), code) == code, phrase


@pytest.mark.parametrize("language", ["en", "es", "ar", "fr", "pt", "he", "zh"])
def test_every_country_can_be_named_in_a_language(language):
    named = {term.code for terms in lexicon(language).terms.values() for term in terms}
    assert named >= COUNTRIES


def test_the_longest_name_comes_first():
    assert [len(term.words) for term in lexicon("en").terms["south"]] == sorted(
        (len(term.words) for term in lexicon("en").terms["south"]), reverse=True
    )


def test_our_own_table_wins_over_cldr():
    (jordan,) = (term for term in lexicon("en").terms["jordan"] if term.words == ("jordan",))
    assert (jordan.code, jordan.kind, jordan.weak, jordan.name_like) == ("JO", Kind.NAME, True, True)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("México", "mexico"),
        ("Me\u0301xico", "mexico"),
        ("U.S.", "us"),
        ("TÜRKİYE", "turkiye"),
        ("لُبْنَان", "لبنان"),
        ("أمريكا", "امريكا"),
    ],
)
def test_words_are_compared_without_accents_dots_and_vowel_signs(written, key):
    assert word_key(written) == key
