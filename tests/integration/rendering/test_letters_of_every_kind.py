"""The set of letters that `make check-letters` looks at, as far as that needs nothing but this project."""

import pytest

from tests.letters.clients import ALLOWED, LEFT_OUT, unsupported
from tests.letters.looking import faults
from tests.letters.reading import problems
from tests.letters.sets import NAMES, Sample
from tests.letters.sets import sample as make_sample

LOOKED_AT = ["en-12-with-everything", "three-regions-arabic"]  # `make check-letters` looks at all


@pytest.fixture(scope="module", params=NAMES)
def sample(request: pytest.FixtureRequest) -> Sample:
    return make_sample(request.param)


def test_two_parsers_read_each_message_alike_and_without_a_defect(sample):
    assert problems(sample.message) == []


def test_the_core_of_a_letter_uses_nothing_that_clients_leave_out_beyond_a_written_list(sample):
    assert unsupported(sample.composed.html) == set()


def test_a_letter_is_small_and_its_subject_short(sample):
    assert len(sample.composed.html.encode()) < (20_000 if "12-" in sample.name else 80_000)
    assert len(sample.composed.subject) <= 60


@pytest.mark.parametrize("name", LOOKED_AT)
def test_nothing_keeps_a_reader_out_of_a_letter(chromium, name):
    """Light, dark, without <style>, turned around, at 320 pixels, at 200 percent; see `looking`."""
    assert faults(chromium, make_sample(name).composed.html) == []


def test_what_clients_leave_out_is_found():
    for core in (
        '<p style="display:flex">x</p>',
        '<p style="margin-inline-start:1px">x</p>',
        '<p style="color:var(--ink)">x</p>',
        "<p><bdi>x</bdi></p>",
        "<p><svg></svg></p>",
        '<p style="font-size:1rem">x</p>',
    ):
        assert unsupported(f"<html><body>{core}</body></html>"), core


def test_what_is_allowed_is_known_to_be_left_out():
    assert set(ALLOWED) <= set(LEFT_OUT)
