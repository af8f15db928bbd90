from datetime import timedelta

import pytest

from newsletter.config import load_settings
from newsletter.errors import InvalidInputError, SettingsError
from newsletter.sending.brakes import Errors, Limits
from newsletter.sending.canaries import Canary, Phase, Size, Then
from tests.support.world import NOW

MINUTE = timedelta(minutes=1)
GOOD, BAD = Errors(20, 2), Errors(20, 3)


@pytest.mark.parametrize(
    ("text", "readers", "letters"),
    [
        ("200", 10, 200),
        ("0", 1000, None),
        ("5%", 1000, 50),
        ("0.1 %", 1001, 2),  # rounded up
        ("1%", 3, 1),
        ("0%", 1000, None),
        ("5%", 0, None),
        ("100%", 7, 7),
    ],
)
def test_a_size_is_a_number_or_a_share(text, readers, letters):
    assert Size.of(text).among(readers) == letters


@pytest.mark.parametrize("text", ["", "x", "-1", "101%", "5 percent", "1e3", "٣", "5%%"])
def test_anything_else_is_no_size(text):
    with pytest.raises(InvalidInputError, match="200"):
        Size.of(text)
    if text:
        with pytest.raises(SettingsError, match="NEWSLETTER_CANARY"):
            load_settings(canary=text)


@pytest.mark.parametrize(
    ("left", "ended", "then", "errors", "phase"),
    [
        (None, None, Then.GO_ON, GOOD, Phase.OFF),
        (7, None, Then.GO_ON, GOOD, Phase.SENDING),
        (7, None, Then.GO_ON, BAD, Phase.SENDING),
        (0, None, Then.GO_ON, GOOD, Phase.SENDING),  # some are in hand
        (0, 14, Then.GO_ON, GOOD, Phase.WAITING),
        (0, 14, Then.GO_ON, BAD, Phase.WAITING),  # it may yet get better: letters are tried again
        (0, 15, Then.GO_ON, GOOD, Phase.OVER),
        (0, 15, Then.GO_ON, BAD, Phase.HELD),
        (0, 15, Then.HOLD, GOOD, Phase.HELD),
        (0, 15, Then.GO_ON, Errors(0, 0), Phase.OVER),  # all of them left meanwhile
    ],
)
def test_the_phase_of_a_canary_follows_from_its_rows(left, ended, then, errors, phase):
    canary = Canary(left, None if ended is None else NOW, 15 * MINUTE, then, errors)
    assert canary.phase(Limits(), NOW + (ended or 0) * MINUTE) is phase
