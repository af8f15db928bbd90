"""A map of the world from nothing but the places of its time zones: dots on a graticule. Pure.

Latitude and longitude are drawn as they are (plate carrée), one degree as two units, without the far south.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.regions.coordinates import Place, zone_places
from newsletter.regions.models import Region

NORTH, SOUTH = 80, -60
WIDTH, HEIGHT = 720, (NORTH - SOUTH) * 2
NEAR = 14.0  # dots of regions that are closer than that would hide each other
_STEP = 12.0  # by which they are moved apart


@dataclass(frozen=True)
class Dot:
    x: float
    y: float


@dataclass(frozen=True)
class RegionDot:
    region: Region
    dot: Dot


def dot_of(place: Place) -> Dot:
    latitude = min(max(place.latitude, SOUTH), NORTH)
    return Dot(round((place.longitude + 180) * 2, 1), round((NORTH - latitude) * 2, 1))


def backdrop() -> list[Dot]:
    """Where people set their clocks: together they look like the world."""
    return [dot_of(place) for place in zone_places().values()]


def meridians() -> list[int]:
    """Of every 30 degrees, by their `x`."""
    return list(range(0, WIDTH + 1, 60))


def parallels() -> list[int]:
    return [(NORTH - latitude) * 2 for latitude in range(60, SOUTH - 1, -30)]


def on_the_map(regions: Sequence[Region]) -> list[RegionDot]:
    """Regions at the cities of their time zones, those of one city side by side; one without a place is left out."""
    placed: list[RegionDot] = []
    for region in regions:
        place = zone_places().get(region.time_zone)
        if place is not None:
            placed.append(RegionDot(region, _free(dot_of(place), [other.dot for other in placed])))
    return placed


def _free(wanted: Dot, taken: Sequence[Dot]) -> Dot:
    """The nearest of some places on a spiral around it that no other dot hides; at last, wherever that ends."""
    found = wanted
    for number in range(200):
        if all(math.hypot(found.x - other.x, found.y - other.y) >= NEAR for other in taken):
            break
        angle, away = number * 2.4, _STEP * math.sqrt(number + 1)
        x, y = wanted.x + away * math.cos(angle), wanted.y + away * math.sin(angle)
        found = Dot(round(min(max(x, 8), WIDTH - 8), 1), round(min(max(y, 8), HEIGHT - 8), 1))
    return found
