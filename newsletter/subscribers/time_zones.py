"""Time zones that a reader may live in. Pure."""

from collections.abc import Mapping
from functools import cache

from newsletter.errors import InvalidInputError
from newsletter.regions.zones import world_zones, zones_by_country


def known_time_zone(name: str) -> str:
    """`name`, if the tz database has it. Raises InvalidInputError."""
    if name not in world_zones():
        raise InvalidInputError(f"There is no time zone {name[:64]!r}; it must be one such as America/Mexico_City.")
    return name


@cache
def zones_to_choose() -> Mapping[str, list[tuple[str, str]]]:
    """The zones that people live in, for a list: "America" to [("America/Mexico_City", "Mexico City"), ...]."""
    zones = sorted({zone for of_country in zones_by_country().values() for zone in of_country})
    areas: dict[str, list[tuple[str, str]]] = {}
    for zone in zones:
        area, _, place = zone.partition("/")
        areas.setdefault(area, []).append((zone, place.replace("_", " ").replace("/", ", ")))
    return areas
