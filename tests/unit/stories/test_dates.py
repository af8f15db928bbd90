from datetime import UTC, datetime
from time import struct_time

import pytest

from newsletter.stories.dates import from_parts, from_text


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        pytest.param("Thu, 14 May 2026 10:00:00 GMT", _utc(2026, 5, 14, 10), id="RFC 822"),
        pytest.param("14 May 2026 10:00 -0600", _utc(2026, 5, 14, 16), id="with an offset"),
        pytest.param("2026-05-14T10:00:00+02:00", _utc(2026, 5, 14, 8), id="RFC 3339"),
        pytest.param("2026-05-14T10:00:00", _utc(2026, 5, 14, 10), id="without a zone: UTC"),
        pytest.param("2026-05-14", _utc(2026, 5, 14), id="a day"),
        pytest.param("jue, 14 may 2026 10:00:00 -0600", _utc(2026, 5, 14, 16), id="Spanish day name"),
        pytest.param("mié., 14 ene. 2026 10:00:00 GMT", _utc(2026, 1, 14, 10), id="Spanish month"),
        pytest.param("14 de dezembro de 2026 10:00:00", _utc(2026, 12, 14, 10), id="Portuguese"),
        pytest.param("jeu., 14 août 2026 10:00:00 +0200", _utc(2026, 8, 14, 8), id="French"),
    ],
)
def test_dates_are_read_as_instants_in_utc(text, instant):
    assert from_text(text) == instant


@pytest.mark.parametrize(
    "text",
    ["", None, "yesterday", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "32 May 2026"],
)
def test_what_cannot_be_a_publication_is_no_date(text):
    assert from_text(text) is None


def test_parts_out_of_range_are_no_date():
    assert from_parts(struct_time((2026, 5, 14, 10, 0, 0, 3, 134, 0))) == datetime(2026, 5, 14, 10, tzinfo=UTC)
    assert from_parts(struct_time((10**6, 1, 1, 0, 0, 0, 0, 1, 0))) is None
    assert from_parts(None) is None
