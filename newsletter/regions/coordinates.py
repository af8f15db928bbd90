"""Where on the globe the city of a time zone lies, by zone.tab of the tz database. Pure.

It writes places by ISO 6709: "+1924-09909", or with seconds "+404251-0740023".
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_ISO_6709 = re.compile(r"([+-])(\d{2})(\d{2})(\d{2})?([+-])(\d{3})(\d{2})(\d{2})?")


class Place(NamedTuple):
    """Degrees; north and east are positive."""

    latitude: float
    longitude: float


@cache
def zone_places() -> Mapping[str, Place]:
    """Time zone to the place of its city; zones without a country, and old names, have none."""
    lines = (files("tzdata.zoneinfo") / "zone.tab").read_text("utf-8").splitlines()
    found = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {zone: place_of(where) for _, where, zone, *_ in found}


def place_of(text: str) -> Place:
    """The place that a text in the form of ISO 6709 says. Raises ValueError."""
    match = _ISO_6709.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no place by ISO 6709.")
    north, *latitude, east, longitude, minutes, seconds = match.groups()
    return Place(_degrees(north, *latitude), _degrees(east, longitude, minutes, seconds))


def _degrees(sign: str | None, degrees: str | None, minutes: str | None, seconds: str | None) -> float:
    size = int(degrees or 0) + int(minutes or 0) / 60 + int(seconds or 0) / 3600
    return round(-size if sign == "-" else size, 3)
