import itertools
import math

import pytest

from newsletter.regions.coordinates import Place, place_of, zone_places
from newsletter.regions.models import Region
from newsletter.web.desk_world import HEIGHT, NEAR, WIDTH, backdrop, dot_of, on_the_map


def test_places_are_read_with_minutes_and_seconds_in_all_four_quarters():
    assert place_of("+1924-09909") == Place(19.4, -99.15)
    assert place_of("+404251-0740023") == Place(40.714, -74.006)
    assert place_of("-3352+15113") == Place(-33.867, 151.217)


@pytest.mark.parametrize("text", ["", "1924-09909", "+19-099", "+1924-09909x"])
def test_what_is_no_place_is_an_error(text):
    with pytest.raises(ValueError, match="no place"):
        place_of(text)


def test_north_is_up_and_east_is_right():
    mexico, tokyo, sydney = (
        dot_of(zone_places()[f"{zone}"]) for zone in ("America/Mexico_City", "Asia/Tokyo", "Australia/Sydney")
    )
    assert mexico.x < tokyo.x < sydney.x
    assert tokyo.y < mexico.y < sydney.y


def test_every_dot_is_on_the_map():
    dots = backdrop()
    assert len(dots) > 400
    assert all(0 <= dot.x <= WIDTH and 0 <= dot.y <= HEIGHT for dot in dots)


def test_regions_of_one_city_stand_side_by_side_and_one_without_a_place_is_left_out():
    regions = [Region(code=f"MX-{number}", time_zone="America/Mexico_City") for number in range(32)]
    placed = on_the_map([*regions, Region(code="XX", time_zone="Etc/UTC")])
    assert [one.region for one in placed] == regions
    distances = [math.hypot(a.dot.x - b.dot.x, a.dot.y - b.dot.y) for a, b in itertools.combinations(placed, 2)]
    assert min(distances) >= NEAR - 0.2
    assert all(0 <= one.dot.x <= WIDTH and 0 <= one.dot.y <= HEIGHT for one in placed)
