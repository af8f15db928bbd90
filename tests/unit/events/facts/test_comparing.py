"""On which facts reports differ, and on which they only seem to."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.events.facts.comparing import Difference, differences
from newsletter.events.facts.fact import Report

NOON = datetime(2026, 5, 14, 12, tzinfo=UTC)


def compare(*texts: str, language: str = "en", apart: timedelta | None = None) -> list[Difference]:
    reports = [
        Report(number, "", text, language, None if apart is None else NOON + number * apart)
        for number, text in enumerate(texts)
    ]
    return differences(reports)


def attributes(one: str, other: str, language: str = "en") -> list[str]:
    return [found.attribute for found in compare(one, other, language=language)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Seven people were killed.", "At least five people were killed.", id="at least"),
        pytest.param("Some 40 people were hurt.", "The crash injured 41 people.", id="some 40 and 41"),
        pytest.param("Nearly 50 people were hurt.", "The crash injured 48 people.", id="nearly"),
        pytest.param("Up to 50 people were hurt.", "The crash injured 30 people.", id="up to"),
        pytest.param("Dozens of people died.", "The flood killed 57 people.", id="dozens"),
        pytest.param("It cost $4.1 billion to buy it.", "To buy it cost $4.12 billion.", id="rounded amounts"),
        pytest.param("It cost about $2 million to buy it.", "To buy it cost $1.9 million.", id="about an amount"),
        pytest.param("A woman and her two children were killed.", "Three people were killed.", id="who they were"),
        pytest.param("Six people, among them a guard, were killed.", "A guard was killed.", id="one of them"),
        pytest.param("No reports of injuries.", "Two people were injured.", id="not known yet"),
        pytest.param("He was shot dead late on Sunday.", "He was killed early on Monday.", id="one night"),
        pytest.param("He was killed in May 2025.", "He was killed on May 13, 2025.", id="a month and its day"),
        pytest.param("He was killed on Tuesday.", "He was killed on May 13, 2025.", id="a weekday and its date"),
        pytest.param("Omar Roth, 22, fell.", "Karim Roth, 27, fell.", id="two persons of one surname"),
        pytest.param("He was killed in Zapopan, Mexico.", "He was killed in Mexico.", id="a town and its country"),
        pytest.param("He was killed in Jalisco.", "He was killed in Zapopan.", id="a state and its city"),
        pytest.param("He was killed near Altar.", "He was killed in Caborca.", id="near a place"),
        pytest.param(
            "A magnitude 6.1 quake struck.",
            "A 6.1 quake and an aftershock of magnitude 5.0 struck.",
            id="an aftershock",
        ),
        pytest.param("A quake of at least magnitude 5.9 hit.", "The magnitude was 6.1.", id="at least a magnitude"),
        pytest.param("A quake of about 6.0 on the Richter scale.", "The magnitude was 6.1.", id="about a magnitude"),
        pytest.param(
            "The Reds offered Marco a $160 million contract.",
            "The Blues' offer to Marco is a $200 million contract.",
            id="offers of two clubs",
        ),
        pytest.param("The fine is $200 million.", "Shares fell to $31 after the fine.", id="another kind of amount"),
        pytest.param("Police arrested 23 men.", "Police arrested a man.", id="a man may be one of them"),
    ],
)
def test_what_agrees(one: str, other: str) -> None:
    assert attributes(one, other) == []


@pytest.mark.parametrize(
    ("one", "other", "attribute"),
    [
        pytest.param("Seven people were killed.", "Eight people were killed.", "killed", id="two counts"),
        pytest.param("At least nine people were killed.", "Seven people were killed.", "killed", id="below at least"),
        pytest.param("At least 5 people were killed.", "At least 22 people were killed.", "killed", id="far floors"),
        pytest.param("No one was killed.", "The blast killed two people.", "killed", id="none and two"),
        pytest.param("Seven youths were killed.", "Eight people were killed.", "killed", id="the only figure"),
        pytest.param("He was killed on the 13th of May.", "He was shot dead on May 14.", "date", id="two days"),
        pytest.param("He was killed on Wednesday.", "He was killed on May 13, 2025.", "date", id="the wrong weekday"),
        pytest.param("Ana Roth, 22, fell.", "The 27-year-old Ana Roth fell.", "age", id="two ages of one person"),
        pytest.param("Ana Roth, 22, fell.", "Roth, 27, fell.", "age", id="by surname alone"),
        pytest.param("To buy it cost $4.1 billion.", "To buy it cost $4.8 billion.", "amount", id="two amounts"),
        pytest.param("A magnitude 6.1 quake struck.", "A 6.4-magnitude quake struck.", "magnitude", id="magnitudes"),
        pytest.param(
            "A quake of about magnitude 5.0.", "A 6.4-magnitude quake struck.", "magnitude", id="far from about"
        ),
        pytest.param(
            "The Reds offered Marco a $160 million contract.",
            "The contract that the Reds offered Marco is $184 million.",
            "amount",
            id="two offers of one club",
        ),
        pytest.param("A nine-year-old boy fell.", "The boy, 8, fell.", "age", id="a boy without a name"),
        pytest.param(
            "The jury convicted him of murder on Wednesday.",
            "He was convicted on Tuesday of murder.",
            "date",
            id="convicted, twice told",
        ),
        pytest.param("He was killed in Spain.", "He was killed in Portugal.", "place", id="two countries"),
        pytest.param("He was killed in Guadalajara.", "He was killed in Monterrey.", "place", id="two cities"),
        pytest.param("He was killed in Texas.", "He was killed in Los Angeles.", "place", id="a city elsewhere"),
        pytest.param(
            "He was killed in Altar, Sonora.", "He was killed in Caborca, Sonora.", "place", id="two towns of one state"
        ),
    ],
)
def test_what_differs(one: str, other: str, attribute: str) -> None:
    assert attributes(one, other) == [attribute]


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        pytest.param("Murieron siete personas.", "Murieron nueve personas.", ["killed"], id="two counts"),
        pytest.param("Murieron siete personas.", "El ataque dejó siete muertos.", [], id="one count"),
        pytest.param("Murió el 13 de mayo.", "Murió el 14 de mayo.", ["date"], id="two days"),
        pytest.param("Multa de 30 mdd.", "Multa de 30 millones de dólares.", [], id="one amount"),
        pytest.param(
            "El tren del Lago empezará a circular el 24 de mayo.",
            "Anuncian para el 26 de mayo la salida del primer tren del Lago.",
            ["date"],
            id="days to come",
        ),
        pytest.param("Sismo de magnitud 5,8.", "Sismo de magnitud 5.8.", [], id="comma and dot"),
    ],
)
def test_in_spanish(one: str, other: str, found: list[str]) -> None:
    assert attributes(one, other, "es") == found


def test_a_toll_that_rises_from_one_report_to_the_next_is_an_update() -> None:
    (found,) = compare("Seven people were killed.", "Nine people were killed.", apart=timedelta(hours=5))
    assert (found.attribute, found.kind) == ("killed", "update")
    assert [stated.fact.shown for stated in found.values] == ["7", "9"]


def test_two_figures_at_one_time_are_a_disagreement() -> None:
    (found,) = compare("Seven people were killed.", "Nine people were killed.", apart=timedelta(minutes=10))
    assert found.kind == "disagreement"


def test_a_toll_that_falls_is_a_disagreement() -> None:
    (found,) = compare("Nine people were killed.", "Seven people were killed.", apart=timedelta(hours=5))
    assert found.kind == "disagreement"


def test_the_missing_may_be_found() -> None:
    (found,) = compare("Nine people are missing.", "Seven people are missing.", apart=timedelta(hours=5))
    assert found.kind == "update"


def test_reports_without_times_disagree() -> None:
    (found,) = compare("Seven people were killed.", "Nine people were killed.")
    assert found.kind == "disagreement"


def test_each_value_is_kept_once_with_its_sentence() -> None:
    (found,) = compare("He fell. Seven were killed.", "Nine were killed.", "Seven people were killed.", "Nine died.")
    assert [(stated.fact.shown, stated.fact.quote) for stated in found.values] == [
        ("7", "Seven were killed."),
        ("9", "Nine were killed."),
    ]


def test_a_report_that_gives_both_figures_differs_with_neither() -> None:
    both = "Seven people were killed, the mayor said. Nine people were killed, the union said."
    assert compare(both, "Nine people were killed.") == []


def test_quotes_are_the_sentences_as_their_sources_wrote_them() -> None:
    (found,) = compare("It is over .  Seven  people were\nkilled .", "Nine people were killed.")
    assert found.values[0].fact.quote == "Seven people were killed ."
