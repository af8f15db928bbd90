"""Which events of two languages are one by what their heads mean, and what forbids it. Vectors are made by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from newsletter.events.facts.fact import Report
from newsletter.events.meaning import Likeness, Told, countries_exclude, facts_exclude, one_by_meaning

THURSDAY = datetime(2026, 5, 14, 12, tzinfo=UTC)
CUT = 1.25
SUBJECTS = 6  # of which each language tells; more than the four that nearness is compared with


def report(title: str, summary: str = "", language: str = "en", hours: int = 0) -> Report:
    return Report(0, title, summary, language, THURSDAY + timedelta(hours=hours))


def told(number: int, language: str, **columns) -> Told:
    head = Told(number, language, THURSDAY, THURSDAY, frozenset(), report("Something happened", language=language))
    return replace(head, **columns)


def world(likeness: float = 0.8) -> tuple[list[Told], np.ndarray]:
    """Events 0 to 5 in English and 10 to 15 in Spanish; 10 tells what 0 tells, and is as near to it as `likeness`."""
    events = [told(number, "en") for number in range(SUBJECTS)] + [
        told(10 + number, "es") for number in range(SUBJECTS)
    ]
    size = 2 * SUBJECTS + 1
    vectors = np.zeros((2 * SUBJECTS, size), dtype=np.float32)
    for subject in range(SUBJECTS):
        vectors[subject, subject] = 1
        vectors[SUBJECTS + subject, subject] = likeness
        vectors[SUBJECTS + subject, SUBJECTS + subject] = np.sqrt(1 - likeness**2 - 0.01)
        vectors[SUBJECTS + subject, -1] = 0.1  # what all Spanish heads have in common
    vectors[:SUBJECTS, -1] = 0.4  # and all English ones
    return events, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def pairs(events, vectors, fresh=None, taken=(), cut=CUT) -> set[tuple[int, int]]:
    fresh = {event.id for event in events} if fresh is None else fresh
    found = one_by_meaning(events, vectors, fresh, set(taken), cut)
    assert all(isinstance(one, Likeness) and one.nearness >= cut for one in found)
    assert len({frozenset((one.one, one.other)) for one in found}) == len(found)
    return {(min(one.one, one.other), max(one.one, one.other)) for one in found}


def changed(events: list[Told], number: int, **columns) -> list[Told]:
    return [replace(event, **columns) if event.id == number else event for event in events]


ALL = {(number, 10 + number) for number in range(SUBJECTS)}
OTHERS = ALL - {(0, 10)}


def test_each_event_finds_the_one_of_another_language_that_tells_the_same():
    assert pairs(*world()) == ALL


def test_only_pairs_with_an_event_that_just_began_are_found():
    assert pairs(*world(), fresh={10}) == {(0, 10)}
    assert pairs(*world(), fresh={0}) == {(0, 10)}
    assert pairs(*world(), fresh=()) == set()


def test_an_event_whose_counterpart_is_known_by_names_looks_for_no_other():
    assert pairs(*world(), taken={(0, "es")}) == OTHERS
    assert pairs(*world(), taken={(10, "en")}) == OTHERS
    assert pairs(*world(), taken={(0, "fr")}) == ALL


def test_what_is_hardly_nearer_than_the_next_ones_is_no_pair():
    events, vectors = world()
    vague = vectors + np.eye(vectors.shape[1], dtype=np.float32)[-1] * 2
    assert pairs(events, vague / np.linalg.norm(vague, axis=1, keepdims=True)) == set()


def test_what_is_nearer_to_another_one_is_no_pair():
    events, vectors = world()
    vectors[1] = vectors[SUBJECTS]  # event 1 says word for word what the Spanish 10 says, nearer to it than 0 is
    assert pairs(events, vectors) & {(0, 10), (1, 10)} == {(1, 10)}


def test_texts_that_are_far_from_each_other_are_no_pair_however_far_all_else_is():
    assert pairs(*world(likeness=0.15)) == set()


def test_a_text_without_a_word_that_the_model_knows_is_no_pair():
    events, vectors = world()
    vectors[0] = 0
    assert pairs(events, vectors) == OTHERS


def test_among_a_few_events_nobody_knows_what_is_near():
    events, vectors = world()
    kept = [row for row, event in enumerate(events) if event.id not in (4, 5)]
    assert pairs([events[row] for row in kept], vectors[kept]) == set()


FORBIDDEN = [
    ("days too far apart, after", {"first_at": THURSDAY + timedelta(days=8), "last_at": THURSDAY + timedelta(days=9)}),
    ("days too far apart, before", {"first_at": THURSDAY - timedelta(days=9), "last_at": THURSDAY - timedelta(days=8)}),
    ("other countries", {"countries": frozenset({"PE"})}),
    ("another magnitude", {"report": report("Sismo de magnitud 7,2 sacude la costa", language="es")}),
    ("another number of arrested", {"report": report("Detienen a 12 hombres en el puerto", language="es")}),
]
OWN = {
    "other countries": {"countries": frozenset({"MX", "US"})},
    "another magnitude": {"report": report("Quake of magnitude 6.1 shakes coast")},
    "another number of arrested": {"report": report("Three men arrested at port")},
}


@pytest.mark.parametrize(("name", "columns"), FORBIDDEN, ids=[row[0] for row in FORBIDDEN])
def test_what_forbids_a_join_within_a_language_forbids_it_here(name, columns):
    events, vectors = world()
    events = changed(events, 0, **OWN.get(name, {}))
    assert pairs(events, vectors) == ALL
    assert pairs(changed(events, 10, **columns), vectors) == OTHERS


ALLOWED = [
    ("days near to each other", {"first_at": THURSDAY + timedelta(days=6), "last_at": THURSDAY + timedelta(days=20)}),
    ("one country of two", {"countries": frozenset({"US"})}),
    ("no country named", {"countries": frozenset()}),
]


@pytest.mark.parametrize("columns", [row[1] for row in ALLOWED], ids=[row[0] for row in ALLOWED])
def test_what_does_not_exclude_is_let_be(columns):
    events, vectors = world()
    events = changed(events, 0, countries=frozenset({"MX", "US"}))
    assert pairs(changed(events, 10, **columns), vectors) == ALL


FACTS = [
    ("one magnitude, written in two ways", "Quake of magnitude 6.1", "Sismo de magnitud 6,1", 0, False),
    ("two magnitudes", "Quake of magnitude 6.1", "Sismo de magnitud 7,2", 0, True),
    ("one number, once as a word", "Three men arrested", "Detienen a 3 hombres", 0, False),
    ("two numbers of arrested", "Three men arrested", "Detienen a 12 hombres", 0, True),
    ("two numbers of dead at one time", "Seven killed in blast", "Mueren nueve personas en una explosión", 0, True),
    ("a toll that rose later", "Seven killed in blast", "Mueren nueve personas en una explosión", 5, False),
    ("a hedge that allows it", "At least seven killed in blast", "Mueren nueve personas en una explosión", 0, False),
    ("no facts", "Drought empties reservoir", "La sequía vacía la presa", 0, False),
    ("facts that only one states", "Three men arrested", "Detenciones en el puerto", 0, False),
]


@pytest.mark.parametrize(
    ("english", "spanish", "hours", "exclude"), [row[1:] for row in FACTS], ids=[r[0] for r in FACTS]
)
def test_facts_of_two_languages_exclude_each_other_where_both_cant_be_true(english, spanish, hours, exclude):
    assert facts_exclude(report(english), report(spanish, language="es", hours=hours)) is exclude


def test_countries_exclude_each_other_only_where_both_name_some():
    assert countries_exclude(frozenset({"MX"}), frozenset({"PE"}))
    assert not countries_exclude(frozenset({"MX", "US"}), frozenset({"US"}))
    assert not countries_exclude(frozenset(), frozenset({"US"}))


def test_a_head_is_its_headline_twice_and_how_the_report_begins():
    head = told(1, "en", report=report("A title", " ".join(f"word{n}" for n in range(100))))
    assert head.text.startswith("A title. A title. word0")
    assert head.text.endswith("word37")
