import pycountry
import pytest

from newsletter.errors import NotFoundError
from newsletter.regions.catalogue import catalogue, covers, find, name_of, search
from newsletter.regions.zones import world_zones


def test_every_country_of_the_standard_is_in_the_catalogue():
    codes = {code for code, territory in catalogue().items() if territory.kind == "country"}
    assert codes == {country.alpha_2 for country in pycountry.countries} | {"XK"}


def test_every_territory_has_what_a_region_needs():
    for territory in catalogue().values():
        assert territory.flag
        assert territory.languages
        assert set(territory.time_zones) <= world_zones()
        assert territory.time_zones
        assert name_of(territory.code, "en") != territory.code
        assert name_of(territory.code, "es") != territory.code
        assert name_of(territory.code, "ar") != territory.code


def test_groups_consist_of_countries_and_a_country_of_itself():
    countries = {code for code, territory in catalogue().items() if territory.kind == "country"}
    for territory in catalogue().values():
        if territory.kind != "division":
            assert territory.members <= countries
        assert (territory.members == {territory.code}) == (territory.kind != "group")


def test_divisions_are_those_of_iso_3166_2():
    for code, territory in catalogue().items():
        if territory.kind == "division":
            assert pycountry.subdivisions.get(code=code), code
            assert territory.flag == catalogue()[code[:2]].flag


@pytest.mark.parametrize("country", ["AR", "AU", "BR", "CA", "CO", "DE", "ES", "GB", "IN", "MX", "US"])
def test_a_country_with_divisions_has_all_of_them(country):
    expected = {
        found.code
        for found in pycountry.subdivisions.get(country_code=country)
        if not found.parent_code and found.type != "Outlying area"  # Puerto Rico is a country of the catalogue
    }
    known = {code for code in catalogue() if code.startswith(f"{country}-")}
    assert known == expected


@pytest.mark.parametrize(
    ("code", "zone", "english", "spanish", "french"),
    [
        ("US-CA", "America/Los_Angeles", "California", "California", "Californie"),
        ("MX-JAL", "America/Mexico_City", "Jalisco", "Jalisco", "Jalisco"),
        ("MX-BCN", "America/Tijuana", "Baja California", "Baja California", "Basse Californie"),
        ("DE-BY", "Europe/Berlin", "Bavaria", "Baviera", "Bavière"),
        ("CA-QC", "America/Toronto", "Quebec", "Quebec", "Québec"),
        ("ES-CN", "Atlantic/Canary", "Canary Islands", "Canarias", "Canaries"),
        ("AR-B", "America/Argentina/Buenos_Aires", "Buenos Aires Province", "Provincia de Buenos Aires", None),
        ("US-GA", "America/New_York", "State of Georgia", "Estado de Georgia", None),
    ],
)
def test_a_division_has_a_time_zone_and_names(code, zone, english, spanish, french):
    assert find(code.lower()).time_zones == (zone,)
    assert (name_of(code, "en"), name_of(code, "es")) == (english, spanish)
    assert french in (None, name_of(code, "fr"))
    assert covers(code) == {code}


def test_every_inhabited_country_lies_on_a_continent():
    continents = set().union(*(covers(code) for code in ("africa", "americas", "asia", "europe", "oceania")))
    without_people = {"AQ", "BV", "GS", "HM", "TF"}
    assert {
        code for code, territory in catalogue().items() if territory.kind == "country"
    } - continents == without_people


@pytest.mark.parametrize(
    ("code", "zone", "language", "flag"),
    [
        ("MX", "America/Mexico_City", "es", "🇲🇽"),
        ("US", "America/New_York", "en", "🇺🇸"),
        ("ES", "Europe/Madrid", "es", "🇪🇸"),
        ("AU", "Australia/Sydney", "en", "🇦🇺"),
        ("BR", "America/Sao_Paulo", "pt", "🇧🇷"),
        ("CA", "America/Toronto", "en", "🇨🇦"),
        ("RU", "Europe/Moscow", "ru", "🇷🇺"),
        ("EG", "Africa/Cairo", "ar", "🇪🇬"),
        ("RS", "Europe/Belgrade", "sr", "🇷🇸"),
        ("XK", "Europe/Belgrade", "sq", "🇽🇰"),
        ("latin-america", "America/Mexico_City", "es", "🌎"),
        ("european-union", "Europe/Brussels", "en", "🇪🇺"),
    ],
)
def test_the_main_time_zone_and_language_come_first(code, zone, language, flag):
    territory = find(code)
    assert (territory.time_zones[0], territory.languages[0], territory.flag) == (zone, language, flag)


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("MX", "en", "Mexico"),
        ("MX", "es", "México"),
        ("MX", "ar", "المكسيك"),
        ("MX", "pt-BR", "México"),
        ("latin-america", "es", "Latinoamérica"),
        ("middle-east", "ar", "الشرق الأوسط"),
        ("nordic-countries", "fr", "Pays nordiques"),
        ("central-africa", "en", "Central Africa"),
        ("balkans", "ja", "Balkans"),  # not in our table: English
        ("MX", "no-such-language", "Mexico"),
    ],
)
def test_names_are_in_the_language_asked_for(code, language, name):
    assert name_of(code, language) == name


def test_codes_are_found_in_any_case():
    assert find(" mx ").code == "MX"
    assert find("Latin-America").code == "latin-america"


@pytest.mark.parametrize(
    ("wrong", "suggested"),
    [
        ("mexico", "MX (Mexico)"),
        ("germny", "DE (Germany)"),
        ("nordic", "nordic-countries"),
        ("zzzz", "regions list --all"),
    ],
)
def test_a_wrong_code_is_answered_with_what_may_have_been_meant(wrong, suggested):
    with pytest.raises(NotFoundError, match=r"There is no region") as caught:
        find(wrong)
    assert suggested in str(caught.value)


@pytest.mark.parametrize(
    ("text", "language", "first"),
    [
        ("mexi", "en", "MX"),
        ("MÉXICO", "en", "MX"),
        ("espana", "es", "ES"),
        ("المكسيك", "ar", "MX"),
        ("usa", "en", "US"),
        ("UK", "en", "GB"),
        ("Holland", "en", "NL"),
        ("EE. UU.", "es", "US"),
        ("latin am", "en", "latin-america"),
        ("germnay", "en", "DE"),
        ("Allemagne", "en", "DE"),
        ("alemanha", "es", "DE"),
        ("גרמניה", "en", "DE"),
        ("ألمانيا", "es", "DE"),
        ("deutschland", "de", "DE"),
        ("cote d'ivoire", "en", "CI"),
        ("sao tome", "en", "ST"),
        ("georgia", "en", "GE"),
        ("mexico", "en", "MX"),
        ("jalisco", "en", "MX-JAL"),
        ("nuevo leon", "es", "MX-NLE"),
        ("michoacan", "es", "MX-MIC"),
        ("californie", "fr", "US-CA"),
        ("us-tx", "en", "US-TX"),
    ],
)
def test_search_finds_by_code_name_other_names_and_near_misses(text, language, first):
    assert search(text, language)[0].code == first


def test_search_for_nothing_finds_nothing():
    assert search("  ") == []
    assert search("xyzzyq") == []
