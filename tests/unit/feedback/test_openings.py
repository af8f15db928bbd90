import pytest

from newsletter.feedback.openings import rates_of, usual_share

ISSUE = {1: 600, 2: 300, 3: 100}


def test_what_is_opened_as_its_place_usually_is_counts_as_usual():
    for rates in rates_of([ISSUE, ISSUE]):
        assert list(rates.values()) == pytest.approx([1.0, 1.0, 1.0])


def test_an_item_is_measured_against_its_place_and_not_against_the_lead():
    liked = {1: 500, 2: 200, 3: 300}
    rates = rates_of([ISSUE, liked])[1]
    assert rates[3] > 1.4
    assert rates[1] < 1 < rates[3]


def test_few_clicks_prove_nothing():
    rates = rates_of([ISSUE, {1: 0, 2: 0, 3: 2}])[1]
    assert max(rates.values()) < 1.2
    assert min(rates.values()) > 0.85


def test_the_size_of_an_issues_audience_is_no_matter():
    large = {place: 1000 * clicks for place, clicks in ISSUE.items()}
    assert list(rates_of([ISSUE, large])[1].values()) == pytest.approx([1.0, 1.0, 1.0])


def test_of_a_place_that_nobody_opened_nothing_is_known():
    assert usual_share(9, [ISSUE]) is None
    assert usual_share(2, [ISSUE, {1: 10, 2: 90}]) == pytest.approx(390 / 1100)
    assert rates_of([{1: 0}]) == [{1: 1.0}]
