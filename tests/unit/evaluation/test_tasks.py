"""Evaluations of small files: their figures, their predictions, and what is said of lines that can't be used."""

import json
from typing import Any

import pytest

from newsletter.errors import InvalidInputError
from newsletter.evaluation import events, facts, picks, regions
from newsletter.evaluation.report import half_of

QUAKE = "Strong quake shakes the coast of Oaxaca"


def lines(*records: dict[str, Any]) -> list[bytes]:
    return [json.dumps(record).encode() for record in records]


def story(one: str, title: str, summary: str = "", **more: Any) -> dict[str, Any]:
    return {"id": one, "language": "en", "title": title, "summary": summary, **more}


def test_regions_are_measured_by_country_and_the_home_of_a_source_speaks() -> None:
    report = regions.evaluate(
        "f",
        lines(
            story("a", "Mexico votes", countries=["mx"]),
            story("b", "A town votes", home="ES", countries=["ES"]),
            story("c", "A town sleeps", countries=["FR"]),
        ),
    )
    assert report.figures["micro"] | {"f": 0} == {
        "precision": 1.0, "recall": 0.6667, "f": 0, "right": 2, "wrong": 0, "missed": 1
    }  # fmt: skip
    assert [(one["id"], one["countries"], one["missed"]) for one in report.predictions] == [
        ("a", ["MX"], []),
        ("b", ["ES"], []),
        ("c", [], ["FR"]),
    ]
    assert report.cost["stories_per_second"] > 0


def test_events_are_measured_by_their_groups_and_languages_stay_apart() -> None:
    text = "Houses fell in the villages, and schools remain shut after the tremor of Tuesday."
    report = events.evaluate(
        "f",
        lines(
            story("a", QUAKE, text, event="quake"),
            story("b", "Quake shakes Oaxaca's coast", text, event="quake"),
            story("c", "Central bank lowers rates again", "Inflation slowed.", event="bank"),
            story("d", QUAKE, text, event="other", language="fr") | {"language": "fr"},
        ),
    )
    assert (report.figures["events"], report.figures["groups"]) == (3, 3)
    assert report.figures["bcubed"]["f"] == 1.0
    found = {one["id"]: one["event"] for one in report.predictions}
    assert found["a"] == found["b"] != found["c"]


def test_facts_are_measured_by_attribute_and_other_names_of_them_are_known() -> None:
    pair = {"a": story("a", "Seven people were killed."), "b": story("b", "Nine people were killed.")}
    report = facts.evaluate("f", lines({**pair, "differ": ["deaths"]}))
    assert report.figures["micro"]["f"] == 1.0
    (found,) = report.predictions[0]["differences"]
    assert [value["value"] for value in found["values"]] == ["7", "9"]


def test_a_toll_that_rose_is_no_difference() -> None:
    one = story("a", "Seven people were killed.", published_at="2026-05-14T08:00:00Z")
    two = story("b", "Nine people were killed.", published_at="2026-05-14T18:00:00Z")
    report = facts.evaluate("f", lines({"a": one, "b": two, "differ": []}))
    assert report.figures["micro"]["wrong"] == 0
    assert report.predictions[0]["differences"][0]["kind"] == "update"


def test_picks_are_compared_with_two_simple_orders() -> None:
    told = [
        story("a", QUAKE, "In Mexico, houses fell.", published_at="2026-05-12T08:00:00Z", source="One"),
        story("b", "Mexico opens a museum", "Visitors came.", published_at="2026-05-13T08:00:00Z", source="One"),
        story("c", "Mexico in March", "It rained.", published_at="2026-03-01T08:00:00Z", source="Two"),
    ]
    report = picks.evaluate("f", lines(*told, {"week": "2026-W20", "region": "mx", "ids": ["b", "a"]}))
    assert report.figures["recall_at_10"] == {"ours": 1.0, "source_count_only": 1.0, "newest_first": 1.0}
    assert report.figures["ndcg_at_10"]["newest_first"] == 1.0
    assert sorted(report.predictions[0]["ids"]) == ["a", "b"]


def test_a_pick_may_hold_its_stories_itself_and_the_span_of_its_week() -> None:
    told = [story("a", "Mexico votes", published_at="2026-01-02T08:00:00Z")]
    span = {"since": "2026-01-01T00:00:00Z", "until": "2026-01-08T00:00:00Z"}
    report = picks.evaluate("f", lines({"week": "2026-W20", "region": "MX", "stories": told, **span}))
    assert report.figures["ndcg_at_10"]["ours"] == 1.0


@pytest.mark.parametrize(
    ("task", "record", "complaint"),
    [
        pytest.param(regions, story("a", "x"), "countries must be a list of texts", id="no countries"),
        pytest.param(regions, story("a", "x", countries="MX"), "countries must be a list", id="countries in a text"),
        pytest.param(events, story("a", "x"), "event must be a text or a whole number", id="no event"),
        pytest.param(facts, {"a": story("a", "x"), "differ": []}, "b must be a story", id="one story alone"),
        pytest.param(facts, {"a": {}, "b": {}, "differ": []}, "a: id must be a text", id="empty stories"),
        pytest.param(
            facts,
            {"a": story("a", "x"), "b": story("b", "x"), "differ": ["colour"]},
            "differ names colour; there are: date,",
            id="an attribute that is none",
        ),
        pytest.param(picks, {"week": "2026-W20"}, 'it must be a story with a "title"', id="neither story nor pick"),
        pytest.param(picks, {"week": "20", "region": "MX", "ids": []}, "week must look like 2026-W20", id="no week"),
        pytest.param(picks, {"week": "2026-W20", "region": "XX", "ids": []}, "no region 'XX'", id="no region"),
        pytest.param(picks, {"week": "2026-W20", "region": "MX", "ids": "a"}, "ids must be a list", id="no list"),
        pytest.param(picks, {"week": "2026-W20", "region": "MX", "ids": [None]}, "ids must be a text", id="no ids"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(task: Any, record: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InvalidInputError, match="line 1: ") as caught:
        task.evaluate("labels.jsonl", lines(record))
    assert complaint in str(caught.value)


def test_picks_of_stories_that_are_not_in_the_file_are_refused() -> None:
    record = {"week": "2026-W20", "region": "MX", "ids": ["a", "b"]}
    with pytest.raises(InvalidInputError, match="names 2 stories that it does not hold, such as 'a'"):
        picks.evaluate("f", lines(record))


def test_a_file_of_stories_alone_holds_no_picks() -> None:
    with pytest.raises(InvalidInputError, match="holds no picks"):
        picks.evaluate("f", lines(story("a", "x")))


def test_halves_are_always_the_same_and_about_equal() -> None:
    assert half_of("event 1") == half_of("event 1")
    first = sum(half_of(f"event {number}") == "first" for number in range(1000))
    assert 400 < first < 600
