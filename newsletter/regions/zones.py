"""The time zones of the world and of each country, from the `tzdata` package alone, so that every machine agrees."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

# zone.tab lists a country's zones from east to west or by population, as its mapper liked; these stand first.
_MAIN = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "EC": "America/Guayaquil",
    "FM": "Pacific/Pohnpei",
    "ID": "Asia/Jakarta",
    "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "MY": "Asia/Kuala_Lumpur",
    "PF": "Pacific/Tahiti",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "UM": "Pacific/Wake",
    "UZ": "Asia/Tashkent",
}
# Without a line in zone.tab: they keep the time of a neighbour or of their only visitors.
_BORROWED = {"BV": "Europe/Oslo", "HM": "Indian/Kerguelen", "XK": "Europe/Belgrade"}


@cache
def world_zones() -> frozenset[str]:
    """Every name that a reader's browser or an operator may give, old names and fixed offsets included."""
    return frozenset((files("tzdata") / "zones").read_text("ascii").split())


@cache
def zones_by_country() -> Mapping[str, tuple[str, ...]]:
    """Country code to its zones, the one where most people live first."""
    zones: dict[str, list[str]] = {code: [zone] for code, zone in _BORROWED.items()}
    for line in (files("tzdata.zoneinfo") / "zone.tab").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            code, _, zone, *_ = line.split("\t")
            zones.setdefault(code, []).append(zone)
    for code, main in _MAIN.items():
        zones[code].remove(main)
        zones[code].insert(0, main)
    return {code: tuple(found) for code, found in zones.items()}
