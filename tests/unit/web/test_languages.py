"""The language that a browser is answered in."""

import pytest

from newsletter.web.languages import accepted, chosen

HEADERS = {
    "none": ("", "en"),
    "one of ours": ("es", "es"),
    "a country's": ("es-MX", "es"),
    "the best that we speak": ("de-DE, ar;q=0.5, es;q=0.9", "es"),
    "as they stand where nothing weighs": ("ar, es", "ar"),
    "never this one": ("es;q=0, ar;q=0.1", "ar"),
    "none of ours": ("ja, de", "en"),
    "anything": ("*", "en"),
    "nonsense": (";;;q=,=;q=x, es;q=high", "en"),
    "very long": ("de," * 100_000 + "es", "en"),
}


@pytest.mark.parametrize(("header", "language"), HEADERS.values(), ids=HEADERS)
def test_the_best_liked_language_of_ours_is_spoken(header, language):
    assert accepted(header, "en") == language


def test_a_field_chooses_only_what_we_speak():
    assert chosen("ar", "en") == "ar"
    assert chosen('"><script>', "es") == "es"
