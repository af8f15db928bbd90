"""Files of weights: what they change, and what is said of wrong ones."""

import pytest

from newsletter.errors import SettingsError
from newsletter.picking.weights import USUAL, Weights, as_toml, bounds, parse, read, tables


def test_what_a_file_leaves_out_counts_as_usual() -> None:
    assert parse("[score]\nsources = 4\n[variety]\nmost_a_source = 0.5\n", "f") == Weights(sources=4, most_a_source=0.5)
    assert parse("", "f") == USUAL


def test_a_region_builds_upon_what_holds_for_all() -> None:
    assert parse("[score]\nreach = 2", "MX.toml", Weights(sources=4)) == Weights(sources=4, reach=2)


def test_what_is_shown_can_be_read_again() -> None:
    lines = [
        f"[{table}]\n" + "\n".join(f"{k} = {v}" for k, v in values.items()) for table, values in tables(USUAL).items()
    ]
    assert parse("\n".join(lines), "f") == USUAL


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("[score\n", "f is not TOML", id="no TOML"),
        pytest.param("[scores]\nsources = 1", "scores: there are the tables [score] and [variety]", id="no such table"),
        pytest.param("sources = 1", "sources: there are the tables [score] and [variety]", id="outside of a table"),
        pytest.param("[score]\nsource = 1", "[score] source: no such weight. Perhaps sources?", id="a slip"),
        pytest.param(
            "[score]\ntopics = 1", "[score] topics: no such weight. It belongs into [variety].", id="elsewhere"
        ),
        pytest.param("[score]\nmoon = 1", "[score] moon: no such weight. There are: sources, region,", id="unknown"),
        pytest.param("[score]\nsources = 'many'", "[score] sources: must be a number.", id="a text"),
        pytest.param("[score]\nsources = true", "[score] sources: must be a number.", id="true is no number"),
        pytest.param("[score]\nsources = nan", "[score] sources: must be a number.", id="not a number"),
        pytest.param("[score]\nsources = -1", "[score] sources: must lie between 0 and 10.", id="below"),
        pytest.param("[score]\nhalf_life_days = 0", "[score] half_life_days: must lie between 0.1 and 365.", id="zero"),
        pytest.param("[variety]\ntopics = 2", "[variety] topics: must lie between 0 and 1.", id="a share above one"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(text: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse(text, "f")
    assert complaint in str(caught.value)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        parse("[score]\nsources = -1\nmoon = 1\n[variety]\ntopics = 2", "f")
    assert len(str(caught.value).splitlines()) == 4


def test_what_a_person_typed_is_read_and_the_rest_stays() -> None:
    holding = Weights(reach=2)
    assert read({"sources": " 4 ", "severity": "0,5", "lasting": "", "other": "1"}, holding) == (
        Weights(reach=2, sources=4, severity=0.5),
        frozenset(),
    )


@pytest.mark.parametrize("typed", ["many", "-1", "11", "nan", "1e999", "1.5.2"])
def test_a_number_that_cannot_be_used_is_named_and_counts_as_before(typed: str) -> None:
    assert read({"sources": typed, "reach": "2"}) == (Weights(reach=2), frozenset({"sources"}))


def test_a_file_of_weights_can_be_read_again() -> None:
    weights = Weights(sources=4.5, most_a_source=0.25)
    assert parse(as_toml(weights, "MX: a try"), "MX.toml") == Weights(sources=4.5, most_a_source=0.25)


def test_the_usual_weights_lie_within_their_bounds() -> None:
    usual = {name: value for table in tables(USUAL).values() for name, value in table.items()}
    assert all(bounds(name)[0] <= value <= bounds(name)[1] for name, value in usual.items())
