"""Time zones that a reader may live in. Pure."""

from collections.abc import Mapping
from functools import cache

from babel import Locale
from babel.dates import get_timezone, get_timezone_location

from newsletter.errors import InvalidInputError
from newsletter.regions.catalogue import fold
from newsletter.regions.zones import world_zones, zones_by_country

# The tz database's areas as CLDR's territories; oceans have no name there.
_AREAS = {
    "Africa": "002", "America": "019", "Antarctica": "AQ", "Asia": "142", "Australia": "AU", "Europe": "150",
    "Pacific": "009",
}  # fmt: skip


def known_time_zone(name: str) -> str:
    """`name`, if the tz database has it. Raises InvalidInputError."""
    if name not in world_zones():
        raise InvalidInputError(f"There is no time zone {name[:64]!r}; it must be one such as America/Mexico_City.")
    return name


@cache
def zones_to_choose(locale: Locale) -> Mapping[str, list[tuple[str, str]]]:
    """The zones that people live in, for a list in a language: "América" to [("America/Mexico_City", "Ciudad de
    México"), ...], both in the order of their names. Takes 0.2 s the first time.
    """
    areas: dict[str, list[tuple[str, str]]] = {}
    for zone in {zone for of_country in zones_by_country().values() for zone in of_country}:
        area = zone.partition("/")[0]
        place = get_timezone_location(get_timezone(zone), locale=locale, return_city=True).rpartition("/")[2]
        areas.setdefault(locale.territories.get(_AREAS.get(area, ""), area), []).append((zone, place))
    return {area: sorted(areas[area], key=lambda named: fold(named[1])) for area in sorted(areas, key=fold)}
