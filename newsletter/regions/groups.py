"""Named groups of countries: a written table, since what newsrooms mean by "the Middle East" is in no standard.

Names come from `names`, else from CLDR where it has the group (`m49` is the UN's area code, or CLDR's own "EU").
Where the UN's set or name differs from what readers expect (it counts Mexico as Central America, and calls the centre
of Africa "Middle Africa"), readers win.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Group:
    main: str  # the country whose time zone stands for the group
    languages: tuple[str, ...]
    members: frozenset[str]
    flag: str = "🌐"
    m49: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CENTRAL_AMERICA = _codes("BZ CR GT HN NI PA SV")
_CARIBBEAN = _codes("AG AI AW BB BL BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC VG VI")
_SOUTH_AMERICA = _codes("AR BO BR CL CO EC FK GF GY PE PY SR UY VE")
_NORTH_AMERICA = _codes("BM CA GL MX PM US") | _CENTRAL_AMERICA | _CARIBBEAN
_LATIN_AMERICA = _codes("AR BO BR CL CO CR CU DO EC GT HN HT MX NI PA PE PR PY SV UY VE")

_EUROPEAN_UNION = _codes("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")
_NORDIC = _codes("AX DK FI FO GL IS NO SE")
_BALTIC = _codes("EE LT LV")
_BALKANS = _codes("AL BA BG GR HR ME MK RO RS SI XK")
_EUROPE = _EUROPEAN_UNION | _BALKANS | _codes("AD AX BY CH FO GB GG GI IM IS JE LI MC MD NO RU SJ SM UA VA")

_GULF = _codes("AE BH KW OM QA SA")
_MIDDLE_EAST = _GULF | _codes("CY EG IL IQ IR JO LB PS SY TR YE")
_NORTH_AFRICA = _codes("DZ EG EH LY MA SD TN")
_WEST_AFRICA = _codes("BF BJ CI CV GH GM GN GW LR ML MR NE NG SH SL SN TG")
_CENTRAL_AFRICA = _codes("AO CD CF CG CM GA GQ ST TD")
_EAST_AFRICA = _codes("BI DJ ER ET KE KM MG MU MW MZ RE RW SC SO SS TZ UG YT ZM ZW")
_SOUTHERN_AFRICA = _codes("BW LS NA SZ ZA")
_SUB_SAHARAN = _WEST_AFRICA | _CENTRAL_AFRICA | _EAST_AFRICA | _SOUTHERN_AFRICA | _codes("SD")

_SOUTH_ASIA = _codes("AF BD BT IN LK MV NP PK")
_SOUTH_EAST_ASIA = _codes("BN ID KH LA MM MY PH SG TH TL VN")
_EAST_ASIA = _codes("CN HK JP KP KR MN MO TW")
_CENTRAL_ASIA = _codes("KG KZ TJ TM UZ")
_CAUCASUS = _codes("AM AZ GE")
_ASIA = (
    _SOUTH_ASIA
    | _SOUTH_EAST_ASIA
    | _EAST_ASIA
    | _CENTRAL_ASIA
    | _CAUCASUS
    | (_MIDDLE_EAST - _codes("EG"))
    | _codes("IO")
)
_OCEANIA = _codes("AS AU CC CK CX FJ FM GU KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS")

GROUPS: Mapping[str, Group] = {
    "africa": Group("NG", ("en", "fr", "ar"), _NORTH_AFRICA | _SUB_SAHARAN, "🌍", "002"),
    "americas": Group("US", ("en", "es", "pt"), _NORTH_AMERICA | _SOUTH_AMERICA, "🌎", "019"),
    "asia": Group("CN", ("en",), _ASIA, "🌏", "142"),
    "balkans": Group(
        "RS",
        ("en",),
        _BALKANS,
        "🌍",
        names={"en": "Balkans", "es": "Balcanes", "ar": "البلقان", "fr": "Balkans", "pt": "Bálcãs", "he": "הבלקן"},
    ),
    "baltic-states": Group(
        "LV",
        ("en",),
        _BALTIC,
        "🌍",
        names={
            "en": "Baltic States",
            "es": "Países bálticos",
            "ar": "دول البلطيق",
            "fr": "Pays baltes",
            "pt": "Países Bálticos",
            "he": "המדינות הבלטיות",
        },
    ),
    "caribbean": Group("DO", ("en", "es", "fr"), _CARIBBEAN, "🌎", "029"),
    "caucasus": Group(
        "GE",
        ("en",),
        _CAUCASUS,
        "🌍",
        names={"en": "Caucasus", "es": "Cáucaso", "ar": "القوقاز", "fr": "Caucase", "pt": "Cáucaso", "he": "קווקז"},
    ),
    "central-africa": Group(
        "CM", ("fr", "pt"), _CENTRAL_AFRICA, "🌍", "017", names={"en": "Central Africa", "es": "África central"}
    ),
    "central-america": Group("GT", ("es", "en"), _CENTRAL_AMERICA, "🌎", "013"),
    "central-asia": Group("KZ", ("ru", "en"), _CENTRAL_ASIA, "🌏", "143"),
    "east-africa": Group(
        "KE", ("en", "sw", "fr"), _EAST_AFRICA, "🌍", "014", names={"en": "East Africa", "es": "África oriental"}
    ),
    "east-asia": Group(
        "CN", ("en", "zh", "ja"), _EAST_ASIA, "🌏", "030", names={"en": "East Asia", "es": "Asia oriental"}
    ),
    "europe": Group("DE", ("en", "fr", "de", "es"), _EUROPE, "🌍", "150"),
    "european-union": Group("BE", ("en", "fr", "de", "es"), _EUROPEAN_UNION, "🇪🇺", "EU"),
    "gulf-states": Group(
        "AE",
        ("ar", "en"),
        _GULF,
        "🌍",
        names={
            "en": "Gulf States",
            "es": "Estados del Golfo",
            "ar": "دول الخليج",
            "fr": "États du Golfe",
            "pt": "Estados do Golfo",
            "he": "מדינות המפרץ",
        },
    ),
    "latin-america": Group("MX", ("es", "pt"), _LATIN_AMERICA, "🌎", "419"),
    "middle-east": Group(
        "SA",
        ("ar", "en"),
        _MIDDLE_EAST,
        "🌍",
        names={
            "en": "Middle East",
            "es": "Oriente Medio",
            "ar": "الشرق الأوسط",
            "fr": "Moyen-Orient",
            "pt": "Oriente Médio",
            "he": "המזרח התיכון",
        },
    ),
    "nordic-countries": Group(
        "SE",
        ("en", "sv"),
        _NORDIC,
        "🌍",
        names={
            "en": "Nordic Countries",
            "es": "Países nórdicos",
            "ar": "دول الشمال",
            "fr": "Pays nordiques",
            "pt": "Países Nórdicos",
            "he": "המדינות הנורדיות",
        },
    ),
    "north-africa": Group(
        "EG", ("ar", "fr"), _NORTH_AFRICA, "🌍", "015", names={"en": "North Africa", "es": "Norte de África"}
    ),
    "north-america": Group("US", ("en", "es", "fr"), _NORTH_AMERICA, "🌎", "003"),
    "oceania": Group("AU", ("en", "fr"), _OCEANIA, "🌏", "009"),
    "south-america": Group("BR", ("es", "pt"), _SOUTH_AMERICA, "🌎", "005"),
    "south-asia": Group(
        "IN", ("en", "hi", "ur"), _SOUTH_ASIA, "🌏", "034", names={"en": "South Asia", "es": "Asia meridional"}
    ),
    "south-east-asia": Group("SG", ("en",), _SOUTH_EAST_ASIA, "🌏", "035"),
    "southern-africa": Group("ZA", ("en",), _SOUTHERN_AFRICA, "🌍", "018"),
    "sub-saharan-africa": Group("NG", ("en", "fr", "pt"), _SUB_SAHARAN, "🌍", "202"),
    "west-africa": Group(
        "NG", ("fr", "en"), _WEST_AFRICA, "🌍", "011", names={"en": "West Africa", "es": "África occidental"}
    ),
}
