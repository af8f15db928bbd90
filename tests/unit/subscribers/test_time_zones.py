"""Time zones that a reader may choose."""

import pytest
from babel import Locale

from newsletter.errors import InvalidInputError
from newsletter.subscribers.time_zones import known_time_zone, zones_to_choose


def test_a_zone_of_the_tz_database_is_known():
    assert known_time_zone("America/Mexico_City") == "America/Mexico_City"


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "america/mexico_city", "../../etc/passwd", "UTC\r\nX: y"])
def test_anything_else_is_refused(name):
    with pytest.raises(InvalidInputError, match="time zone"):
        known_time_zone(name)


def test_the_list_holds_places_that_can_be_stored():
    zones = zones_to_choose(Locale("en"))
    assert ("America/Argentina/Buenos_Aires", "Buenos Aires") in zones["Americas"]
    assert all(known_time_zone(zone) for area in zones.values() for zone, _ in area)


def test_places_have_the_names_that_people_call_them_by():
    assert ("America/Mexico_City", "Ciudad de México") in zones_to_choose(Locale("es"))["América"]
    assert ("Africa/Cairo", "القاهرة") in zones_to_choose(Locale("ar"))["أفريقيا"]
    names = [place for _, place in zones_to_choose(Locale("es"))["África"]]
    assert names[:3] == ["Abiyán", "Acra", "Adís Abeba"]
