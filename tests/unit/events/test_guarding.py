"""What forbids a join, and what does not: one row an oddity."""

import math

import pytest

from newsletter.events.contrast import contrast, headline_contrast, log_chance
from newsletter.events.groups import Group, group_of
from newsletter.events.guarding import Reason, Strictness, evidence, guard
from newsletter.events.names import Names
from newsletter.events.splitting import split
from newsletter.events.subjects import persons
from newsletter.events.terms import Terms, terms_of
from newsletter.events.weighing import by_stories, vector

LENIENT = Strictness(evidence=0.0, alone=0.0, nearness=0.0)


class Week:
    """Stories, and groups of them."""

    def __init__(self, *texts: tuple[str, str]) -> None:
        self.stories: list[Terms] = [terms_of(title, summary, "en") for title, summary in texts]
        rarity = by_stories(self.stories)
        self.vectors = [vector(story, rarity) for story in self.stories]
        self.names = Names(self.stories)

    def group(self, *members: int) -> Group:
        return group_of(members, self.stories, self.vectors)

    def reason(self, one: Group, other: Group, similarity: float = 0.3, strictness: Strictness = LENIENT):
        refusal = guard(self.names, strictness, self.stories)(one, other, similarity)
        return refusal and refusal.reason


EVIDENCE = [
    ("one place is less than one thing", "Shooting in Mexico", "Election in Mexico", 0.75),
    ("a name of two words is one thing", "the Apple Watch can bend", "where an Apple Watch lay", 1.25),
    ("a word is one thing", "the flexible screen", "of flexible hours", 1.0),
    ("a small number is half a thing", "the first 7 ducks", "with 7 geese", 0.5),
    ("a large number is one thing", "the first 2300 ducks", "with 2300 geese", 1.0),
    ("a name and a word", "then Ortega fell ill", "and Ortega was so ill", 2.25),
    ("nothing", "ducks swim", "geese fly", 0.0),
]


@pytest.mark.parametrize(("one", "other", "worth"), [row[1:] for row in EVIDENCE], ids=[row[0] for row in EVIDENCE])
def test_how_much_two_stories_share(one, other, worth):
    week = Week(("", one), ("", other))
    assert evidence(week.group(0), week.group(1), week.names) == pytest.approx(worth)


FACTS = [
    ("two quakes", "A 6.1-magnitude quake shook Peru", "A magnitude 7.2 quake shook Peru", Reason.MAGNITUDE),
    ("agencies differ a little", "A 6.1-magnitude quake shook Peru", "A magnitude 6.3 quake shook Peru", None),
    ("one says none", "A 6.1-magnitude quake shook Peru", "A quake shook Peru", None),
    ("two countries", "A mine collapsed in Peru", "A mine collapsed in Chile", Reason.COUNTRIES),
    ("a country in common", "Peru sends rescuers to Chile", "Chile thanks rescuers", None),
    ("people of a country", "A mine collapsed in Peru", "Peruvian miners died in the mine", None),
    ("no country on one side", "A mine collapsed in Peru", "A mine collapsed", None),
]


@pytest.mark.parametrize(("one", "other", "reason"), [row[1:] for row in FACTS], ids=[row[0] for row in FACTS])
def test_facts_that_exclude_each_other(one, other, reason):
    week = Week(("", one), ("", other))
    assert week.reason(week.group(0), week.group(1)) == reason
    assert week.reason(week.group(1), week.group(0)) == reason


def test_versions_of_one_text_are_one_event_whatever_countries_they_name():
    week = Week(("", "A mine collapsed in Peru"), ("", "A mine collapsed in Chile"))
    assert week.reason(week.group(0), week.group(1), similarity=0.6) is None


def test_a_phrase_that_a_feed_puts_below_every_report_joins_nothing():
    phrase = "Read how it went, told in one sentence, on our page."
    week = Week(("Quake shakes villages", phrase), ("Bank lowers its rate", phrase))
    assert week.reason(week.group(0), week.group(1), similarity=0.4) is Reason.EVIDENCE


def test_an_agencys_text_below_two_headlines_is_one_report():
    week = Week(("Quake shakes villages", "Houses fell in Oaxaca"), ("The earth moved", "Houses fell in Oaxaca"))
    assert week.reason(week.group(0), week.group(1), similarity=0.7) is None


def fights(boxer: str, town: str, number: int) -> list[tuple[str, str]]:
    """Reports of one fight of a champion, each in its own words."""
    words = ["belts", "gloves", "crowd", "bell", "corner", "judges", "trainer", "purse"][:number]
    return [
        (
            f"champion Klimov beats {boxer} with {word}",
            f"On points champion Klimov kept his title against {boxer} in {town}, and the {word} shone.",
        )
        for word in words
    ]


def test_names_that_exclude_each_other_keep_two_fights_of_one_champion_apart():
    week = Week(*fights("Ramos", "Mannheim", 6), *fights("Thorpe", "Berne", 6))
    one, other = week.group(*range(6)), week.group(*range(6, 12))
    found = contrast(one, other, week.names)
    assert {found.one.term, found.other.term} <= {"ramo", "mannheim", "thorp", "bern"}
    assert week.reason(one, other, similarity=0.55 * one.inner) is Reason.NAMES


def offers(club: str, rival: str) -> list[tuple[str, str]]:
    """Reports of a club's offer to a goalkeeper; below the headline each tells of the rival's offer as well."""
    words = ["bonus", "clause", "agent", "medical", "salary"]
    return [
        (
            f"goalkeeper Okafor gets {word} from {club}",
            f"For weeks {club} and {rival} have courted goalkeeper Okafor, and a {word} decides.",
        )
        for word in words
    ]


def test_headlines_keep_two_offers_apart_whose_reports_name_both_clubs():
    week = Week(*offers("Ajax", "Porto"), *offers("Porto", "Ajax"))
    one, other = week.group(*range(5)), week.group(*range(5, 10))
    assert contrast(one, other, week.names).chance == 0
    found = headline_contrast(one, other, week.names, week.stories)
    assert {found.one.term, found.other.term} == {"ajax", "porto"}
    assert week.reason(one, other, similarity=0.6 * one.inner) is Reason.NAMES


TOWN = [
    ("another event of the town", "Quake shakes Voursa", Reason.EVIDENCE),
    ("the same event in other words", "Voursa gets its station", None),
    ("nothing but the town in the headline", "A day in Voursa", Reason.EVIDENCE),
]


@pytest.mark.parametrize(("headline", "reason"), [row[1:] for row in TOWN], ids=[row[0] for row in TOWN])
def test_a_towns_name_alone_ties_no_lone_report_to_an_event(headline, reason):
    opened = [("Station opens in Voursa", f"So the mayor of Voursa cut the {thing}.") for thing in ("ribbon", "cake")]
    week = Week(*opened, (headline, "So people of Voursa came to look at it."))
    group = week.group(0, 1)
    assert week.reason(group, week.group(2), similarity=0.2 * math.sqrt(group.inner)) is reason
    assert week.reason(week.group(2), group, similarity=0.2 * math.sqrt(group.inner)) is reason
    assert week.reason(group, week.group(2), similarity=0.4 * math.sqrt(group.inner)) is None


def shots(deputy: str, gang: str, number: int, *, quoting: str = "") -> list[tuple[str, str]]:
    """Reports of a deputy's death in one county, each in its own words."""
    words = ["badge", "radio", "patrol", "siren", "chapel", "flag", "escort", "oath"][:number]
    said = f" Then {quoting} called for calm." if quoting else ""
    return [
        (
            f"deputy of Los Angeles County shot, {word} found",
            f"In Los Angeles County many mourn {deputy}, and a {gang} {word} was found.{said}",
        )
        for word in words
    ]


PERSONS = [
    ("two victims", shots("Juan Escal", "gang", 3), shots("Jerry Ordway", "gang", 3), Reason.NAMES),
    ("one victim", shots("Juan Escal", "gang", 3), shots("Juan Escal", "club", 3), None),
    ("one has no name yet", shots("Juan Escal", "gang", 3), shots("a deputy", "gang", 3), None),
    (
        "somebody in common",
        shots("Juan Escal", "gang", 3, quoting="Ruth Amador"),
        shots("Jerry Ordway", "gang", 3, quoting="Ruth Amador"),
        None,
    ),
    ("a name in one report of two", shots("Juan Escal", "gang", 2)[:1] * 2, shots("Jerry Ordway", "gang", 1), None),
]


@pytest.mark.parametrize(("one", "other", "reason"), [row[1:] for row in PERSONS], ids=[row[0] for row in PERSONS])
def test_groups_that_are_about_different_persons_stay_two(one, other, reason):
    week = Week(*one, *other)
    first, second = week.group(*range(len(one))), week.group(*range(len(one), len(one) + len(other)))
    similarity = 0.6 * math.sqrt(first.inner * second.inner)
    assert week.reason(first, second, min(similarity, 0.45)) is reason
    assert week.reason(second, first, min(similarity, 0.45)) is reason


def test_of_a_lone_report_only_the_headline_tells_whom_it_is_about():
    told = shots("Juan Escal", "gang", 4)
    week = Week(
        *told, ("then Jerry Ordway was shot", "So it was."), ("then a deputy was shot", "So Jerry Ordway said.")
    )
    group = week.group(0, 1, 2, 3)
    assert week.reason(group, week.group(4), similarity=0.4 * math.sqrt(group.inner)) is Reason.NAMES
    assert week.reason(group, week.group(5), similarity=0.4 * math.sqrt(group.inner)) is None


def test_a_town_and_what_is_called_after_it_is_nobody():
    week = Week(*shots("Juan Escal", "gang", 3))
    assert persons(week.group(0, 1, 2), week.names, week.stories) == {"juan", "escal"}


RULE = [("so the ministry loosens rule on wells", "So farmers may dig where the rule had forbidden it.")]
UNDOING = [
    ("an act and its undoing", "so the ministry reverses rule on wells", "So farmers may not dig.", Reason.UNDOING),
    ("told below the headline only", "so there is a rule on wells", "So the ministry repeals it.", None),
    ("an act told twice", "so farmers get rule on wells", "So they may dig.", None),
]


@pytest.mark.parametrize(("title", "summary", "reason"), [row[1:] for row in UNDOING], ids=[row[0] for row in UNDOING])
def test_an_act_and_its_undoing_are_two_events(title, summary, reason):
    week = Week(*RULE, (title, summary))
    assert week.reason(week.group(0), week.group(1)) is reason
    assert week.reason(week.group(1), week.group(0)) is reason
    assert week.reason(week.group(0), week.group(1), similarity=0.6) is None


def test_who_knows_of_the_undoing_may_tell_of_it_too():
    week = Week(*RULE, ("so the ministry reverses rule", "On wells."), ("so the rule is gone", "So they revoked it."))
    assert week.reason(week.group(1), week.group(2)) is None


def test_few_stories_say_nothing_about_which_names_exclude_each_other():
    week = Week(*fights("Ramos", "Mannheim", 2), *fights("Thorpe", "Berne", 2))
    one = week.group(0, 1)
    assert week.reason(one, week.group(2, 3), similarity=0.55 * one.inner) is None


def test_two_groups_that_are_much_closer_in_themselves_stay_two():
    week = Week(*fights("Ramos", "Mannheim", 2), *fights("Thorpe", "Berne", 2))
    one, other = week.group(0, 1), week.group(2, 3)
    strict = Strictness(evidence=0.0, alone=0.0, nearness=0.5)
    assert week.reason(one, other, similarity=0.4 * one.inner, strictness=strict) is Reason.NEARNESS
    assert week.reason(one, other, similarity=0.9 * one.inner, strictness=strict) is None


def test_a_group_of_two_fights_is_taken_apart_and_one_fight_is_not():
    week = Week(*fights("Ramos", "Mannheim", 8), *fights("Thorpe", "Berne", 8))
    found = split(week.group(*range(16)), week.stories, week.vectors, week.names)
    assert found is not None
    assert {frozenset(found[0].members), frozenset(found[1].members)} == {
        frozenset(range(8)),
        frozenset(range(8, 16)),
    }
    assert split(week.group(*range(8)), week.stories, week.vectors, week.names) is None


def test_an_event_that_editors_may_have_seen_is_not_taken_apart():
    week = Week(*fights("Ramos", "Mannheim", 8), *fights("Thorpe", "Berne", 8))
    group = group_of(range(16), week.stories, week.vectors, event=7)
    assert split(group, week.stories, week.vectors, week.names) is None


@pytest.mark.parametrize(
    ("row", "chance"),
    [((5, 5, 0, 5), 1 / 252), ((1, 1, 0, 1), 1 / 2), ((2, 2, 2, 2), 1), ((3, 4, 1, 4), 17 / 70)],
)
def test_the_chance_of_a_mark_is_fishers(row, chance):
    assert 10 ** log_chance(*row) == pytest.approx(chance)
