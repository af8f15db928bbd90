import pytest

from newsletter.errors import InvalidInputError
from newsletter.web.desk_calendar import weeks_around


def test_weeks_go_on_over_the_end_of_a_year_with_53_of_them():
    assert weeks_around("2026-W53", before=1, after=1) == ["2027-W01", "2026-W53", "2026-W52"]


@pytest.mark.parametrize("week", ["2026-W60", "2026-20", "x", "", "0000-W01", "2026-W20'--"])
def test_what_is_no_week_is_said_to_be_none(week):
    with pytest.raises(InvalidInputError, match="no week of the calendar"):
        weeks_around(week)


@pytest.mark.parametrize("week", ["0001-W01", "9999-W52", "0002-W10", "9998-W50"])
def test_the_calendar_ends_without_an_error(week):
    assert weeks_around(week) == sorted(weeks_around(week), reverse=True)
