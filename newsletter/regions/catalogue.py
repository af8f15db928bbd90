"""The catalogue of what a letter can be about: countries, states of large ones, groups of countries. Pure; built once.

Countries are those of ISO 3166-1 (pycountry) and Kosovo, which CLDR names by its user-assigned code XK. Names and
languages come from CLDR (Babel), time zones from the tz database.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Literal

import pycountry
from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from newsletter.errors import NotFoundError
from newsletter.regions.divisions import Division, division_name, divisions
from newsletter.regions.groups import GROUPS, Group
from newsletter.regions.tables import other_names
from newsletter.regions.zones import zones_by_country

KOSOVO = "XK"
# The languages of the press, where CLDR's order by speakers or its scripts say something else.
_PRESS_LANGUAGES = {
    "BA": ("bs", "hr", "sr"),
    "BI": ("fr", "rn", "en"),
    "CF": ("fr", "sg"),
    "KE": ("en", "sw"),
    "LS": ("en", "st"),
    "MG": ("fr", "mg"),
    "MW": ("en", "ny"),
    "PG": ("en", "tpi", "ho"),
    "PW": ("en", "pau"),
    "PY": ("es", "gn"),
    "RS": ("sr",),
    "RW": ("en", "rw", "fr"),
    "SN": ("fr", "wo"),
    "SX": ("nl", "en"),
    "UG": ("en", "sw"),
    "ZW": ("en", "sn", "nd"),
}
_SPOKEN = ("ar", "en", "es", "fr", "he", "pt")  # that people look for regions in
_DIVISION_LANGUAGES = {"CA-QC": ("fr", "en")}


@dataclass(frozen=True)
class Territory:
    code: str  # "MX" for a country, "MX-JAL" for a division of one, "latin-america" for a group
    kind: Literal["country", "division", "group"]
    flag: str
    time_zones: tuple[str, ...]  # the main one first
    languages: tuple[str, ...]  # the main one first; BCP 47, such as "es" or "zh-Hant"
    members: frozenset[str]  # country codes; a country or a division is its own only member


@cache
def catalogue() -> Mapping[str, Territory]:
    """Every territory by its code: countries first, then groups, then divisions of countries."""
    codes = sorted([country.alpha_2 for country in pycountry.countries] + [KOSOVO])
    countries = {code: _country(code) for code in codes}
    groups = {code: _group(code, group, countries) for code, group in GROUPS.items()}
    parts = {code: _division(division, countries[division.country]) for code, division in divisions().items()}
    return countries | groups | parts


def find(code: str) -> Territory:
    """The territory of a code, in whatever case. Raises NotFoundError, which suggests what may have been meant."""
    wanted = code.strip()
    territory = catalogue().get(wanted.upper()) or catalogue().get(wanted.lower())
    if territory is None:
        raise NotFoundError(f"There is no region {wanted!r}. {_suggestion(wanted)}")
    return territory


def covers(code: str) -> frozenset[str]:
    """The codes, of countries or of one division, that stories of a region are tagged with. Raises NotFoundError."""
    return find(code).members


def country_of(code: str) -> str | None:
    """The country of a country's or a division's code; None for groups and for what is unknown."""
    territory = catalogue().get(code)
    if territory is None or territory.kind == "group":
        return None
    return code.partition("-")[0]


def name_of(code: str, language: str = "en") -> str:
    """The territory's name in a language; in English where that language has none. Raises NotFoundError."""
    territory = find(code)
    if territory.kind == "division":
        return division_name(territory.code, locale_of(language).language)
    group = GROUPS.get(territory.code)
    key = (group.m49 if group else territory.code) or ""
    for locale in (locale_of(language), locale_of("en")):
        name = (group.names.get(locale.language) if group else None) or locale.territories.get(key)
        if name:
            return name
    return territory.code


def search(text: str, language: str = "en") -> list[Territory]:
    """Territories whose code or name fits, best first; near misses if none does.

    Names are looked for in the language and in those that the service speaks; accents and capitals don't matter.
    """
    wanted = fold(text)
    if not wanted:
        return []
    ranked = [(rank, code) for code, names in _names(language).items() if (rank := _rank(wanted, names)) is not None]
    if not ranked:
        by_name = {name: code for code, names in _names(language).items() for name in names}
        close = get_close_matches(wanted, by_name, n=5, cutoff=0.7)
        ranked = [(0, code) for code in dict.fromkeys(by_name[name] for name in close)]
        return [catalogue()[code] for _, code in ranked]
    order = list(catalogue())
    return [catalogue()[code] for _, code in sorted(ranked, key=lambda pair: (pair[0], order.index(pair[1])))]


def fold(text: str) -> str:
    """Lower case without accents and with single spaces: what is compared when people type a name."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in decomposed if not unicodedata.combining(sign)).split())


@cache
def locale_of(language: str) -> Locale:
    """CLDR's data of a language tag such as "es" or "zh-Hant"; English where it knows none."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale("en")


def _country(code: str) -> Territory:
    official = tuple(tag.replace("_", "-") for tag in get_official_languages(code, de_facto=True))
    return Territory(
        code=code,
        kind="country",
        flag="".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in code),  # regional indicator symbols
        time_zones=zones_by_country().get(code, ("UTC",)),
        languages=_PRESS_LANGUAGES.get(code) or official or ("en",),
        members=frozenset({code}),
    )


def _group(code: str, group: Group, countries: Mapping[str, Territory]) -> Territory:
    main_first = [group.main, *sorted(group.members - {group.main})]
    zones = dict.fromkeys(zone for member in main_first for zone in countries[member].time_zones)
    return Territory(code, "group", group.flag, tuple(zones), group.languages, group.members)


def _division(division: Division, country: Territory) -> Territory:
    """It has the flag of its country: few have a sign of their own in any font."""
    zone = division.zone or country.time_zones[0]
    languages = _DIVISION_LANGUAGES.get(division.code, country.languages)
    return Territory(division.code, "division", country.flag, (zone,), languages, frozenset({division.code}))


@cache
def _names(language: str) -> Mapping[str, tuple[str, ...]]:
    """Code to everything that a person may type for it, folded."""
    names = {}
    for code, territory in catalogue().items():
        written = {code, code.replace("-", " "), *(name_of(code, each) for each in (*_SPOKEN, language))}
        written |= set(other_names().get(code, ()))
        if territory.kind == "division":
            written |= {name.lstrip("~*") for name in (*divisions()[code].english, *divisions()[code].spanish)}
        record = pycountry.countries.get(alpha_2=code) if territory.kind == "country" else None
        if record is not None:
            written |= {record.alpha_3, record.name, getattr(record, "common_name", record.name)}
        names[code] = tuple(sorted({fold(name) for name in written}))
    return names


def _rank(wanted: str, names: tuple[str, ...]) -> int | None:
    """0 for an exact name, 1 for its beginning, 2 for a word's beginning, 3 for any part; None for no match."""
    if wanted in names:
        return 0
    if any(name.startswith(wanted) for name in names):
        return 1
    if any(f" {wanted}" in name for name in names):
        return 2
    return 3 if len(wanted) > 2 and any(wanted in name for name in names) else None


def _suggestion(wanted: str) -> str:
    close = [f"{territory.code} ({name_of(territory.code)})" for territory in search(wanted)[:3]]
    if close:
        return f"Did you mean {' or '.join(close)}?"
    return "`newsletter regions list --all` shows every code."
