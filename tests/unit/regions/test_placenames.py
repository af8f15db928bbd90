import pytest

from newsletter.regions.catalogue import catalogue
from newsletter.regions.placenames import Kind, lexicon, word_key
from newsletter.regions.tables import rows

COUNTRIES = {code for code, territory in catalogue().items() if territory.kind == "country"}


@pytest.mark.parametrize("table", ["countries.txt", "cities.txt", "states.txt", "traps.txt"])
def test_each_line_of_the_tables_names_a_country_of_the_catalogue(table):
    for row in rows(table, 6):
        code = row[1] if table == "traps.txt" else row[0]
        assert code in COUNTRIES | ({""} if table == "traps.txt" else set()), row


def test_every_country_has_its_line_once():
    codes = [row[0] for row in rows("countries.txt", 6)]
    assert sorted(codes) == sorted(COUNTRIES)


def test_no_trap_is_listed_twice_with_two_meanings():
    meanings: dict[str, str] = {}
    for phrase, code in rows("traps.txt", 2):
        assert meanings.setdefault(phrase.lower(), code) == code, phrase


@pytest.mark.parametrize("language", ["en", "es", "ar", "fr", "zh"])
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
