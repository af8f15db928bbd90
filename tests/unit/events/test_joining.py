"""Stories by what they tell: which become one event, and what explains it."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.events.guarding import Reason
from newsletter.events.joining import CUT, WINDOW, Document, Joined, join, join_all
from newsletter.events.terms import terms_of

NOW = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)

BLAST = [
    (
        "Gas tanker explodes on motorway near Harbourton",
        "A gas tanker exploded on the motorway, and 12 people were hurt.",
    ),
    (
        "Twelve hurt as tanker blows up near Harbourton",
        "The gas tanker exploded on the coastal motorway at dawn, firefighters said.",
    ),
]
VOTE = [
    ("Parliament passes pension reform", "Deputies passed the pension reform by 61 votes to 48 after a long night."),
    ("Pension reform passes by 61 votes", "The reform of pensions went through parliament in the early morning."),
]
OTHERS = [
    ("Museum reopens with lost paintings", "Visitors queued to see the canvases that had been missing since a theft."),
    ("Coach of national team resigns", "The coach said that three defeats in a row were enough."),
]


def document(number: int, title: str, summary: str = "", *, language="en", at=NOW, event=None) -> Document:
    return Document(number, at, terms_of(title, summary, language), event)


def documents(*stories: tuple[str, str], **options) -> list[Document]:
    return [document(number, *story, **options) for number, story in enumerate(stories)]


def sets(groups: list[Joined]) -> set[frozenset[int]]:
    return {frozenset(member.id for member in group.members) for group in groups}


def test_reports_of_one_event_are_joined_and_others_stay_alone():
    groups = join(documents(*BLAST, *VOTE, *OTHERS))
    assert sets(groups) == {frozenset({0, 1}), frozenset({2, 3}), frozenset({4}), frozenset({5})}


def test_the_order_in_which_stories_come_does_not_matter():
    stories = documents(*BLAST, *VOTE, *OTHERS)
    assert sets(join(stories)) == sets(join(stories[::-1]))


@pytest.mark.parametrize("number", [0, 1, 2])
def test_no_one_and_two_stories_are_enough_to_start_with(number):
    assert len(join(documents(*BLAST[:1], *OTHERS[:1])[:number])) == number


def test_among_few_stories_a_shared_country_joins_nothing():
    stories = documents(
        ("Shooting in Mexico", ""), ("Election in Mexico", ""), ("Mexican museum opens in Mexico City", "")
    )
    assert len(join(stories)) == 3


def test_among_two_stories_a_country_and_an_everyday_word_join_nothing():
    stories = documents(
        ("Spain counts its storks", "Biologists in Spain flew over nine hundred villages to count the nests."),
        ("A village in Spain buys back its only bakery", "The neighbours of Valdehondo kept the oven warm."),
    )
    assert len(join(stories)) == 2


def test_the_same_text_from_two_sources_is_one_event():
    assert len(join(documents(BLAST[0], BLAST[0], *OTHERS))) == 3


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        (
            "es",
            ("Explota un camión cisterna cerca de Puerto Claro", "La explosión del camión cisterna dejó doce heridos."),
            ("Doce heridos al explotar una cisterna en Puerto Claro", "El camión explotó en la autopista de la costa."),
        ),
        (
            "ar",
            ("انفجار صهريج غاز قرب الميناء", "أصيب اثنا عشر شخصا في انفجار صهريج الغاز على الطريق الساحلي."),
            ("إصابة اثني عشر شخصا بانفجار صهريج", "انفجر صهريج الغاز فجرا على الطريق الساحلي قرب الميناء."),
        ),
    ],
)
def test_other_languages_are_joined_by_their_own_stems(language, one, other):
    assert len(join(documents(one, other, language=language))) == 1


def test_stories_more_than_a_week_apart_are_two_events():
    first, second = documents(*BLAST)
    late = Document(second.id, NOW + WINDOW + timedelta(seconds=1), second.terms)
    assert len(join([first, second])) == 1
    assert len(join([first, late])) == 2


def test_two_quakes_of_one_place_a_year_apart_are_two_events():
    walls = ("Quake cracks walls in Chala", "The 6.1 magnitude quake cracked walls in the port of Chala.")
    now = documents(("Magnitude 6.1 quake shakes Chala", "A magnitude 6.1 quake shook the port of Chala."), walls)
    then = [Document(7 + one.id, NOW - timedelta(days=365), one.terms) for one in now]
    assert sets(join([*now, *then])) == {frozenset({0, 1}), frozenset({7, 8})}
    assert sets(join([*then, *now])) == {frozenset({0, 1}), frozenset({7, 8})}


GALA = [
    [
        (f"{host} hosts gala awards, {thing} shown", f"At the gala awards host {host} wore a {thing} on stage.")
        for thing in things
    ]
    for host, things in (
        ("Amira Voss", ("ring", "scarf", "crown", "cape", "brooch")),
        ("Tomas Reyl", ("hat", "coat", "medal", "belt", "watch")),
    )
]
BETWEEN = ("Hosting awards is hard work", "A gala host must be funny on stage, and the awards run long.")


def test_a_report_that_is_as_near_to_two_events_is_in_neither():
    documents_ = documents(*GALA[0], *GALA[1], BETWEEN, *OTHERS, *BLAST)
    joining = join_all(documents_)
    found = sets(joining.joined)
    assert {frozenset(range(5)), frozenset(range(5, 10)), frozenset({10})} <= found
    assert (10, Reason.BETWEEN) in {(doubt.one, doubt.reason) for doubt in joining.doubts}


def test_a_story_joins_the_event_that_is_there_and_nobody_is_moved():
    known = [document(1, *BLAST[0], event=70), document(2, *VOTE[0], event=71)]
    (group,) = join([*known, document(3, *BLAST[1])])
    assert (group.event, [member.id for member in group.members]) == (70, [3])


def test_two_events_that_are_there_are_never_merged():
    known = [document(1, *BLAST[0], event=70), document(2, *BLAST[0], event=71)]
    (group,) = join([*known, document(3, *BLAST[0])])
    assert group.event in (70, 71)
    assert len(group.members) == 1


def test_nothing_new_makes_nothing():
    assert join([document(1, *BLAST[0], event=70)]) == []


def test_the_oldest_story_begins_the_event_and_the_others_say_what_they_share():
    first, second = documents(*BLAST)
    later = Document(first.id, NOW + timedelta(hours=1), first.terms)
    (group,) = join([later, second])
    beginner, joined = group.members
    assert (beginner.id, beginner.similarity, beginner.shared_terms) == (1, None, [])
    assert joined.id == 0
    assert CUT <= joined.similarity <= 1
    assert {"tanker", "Harbourton"} <= {shared.written for shared in joined.shared_terms}
    weights = [shared.share for shared in joined.shared_terms]
    assert weights == sorted(weights, reverse=True)
    assert sum(weights) <= joined.similarity + 0.001


def test_stories_without_any_term_are_events_of_their_own():
    assert len(join(documents(("…", ""), ("!!!", ""), ("", "")))) == 3


def test_in_a_crowd_every_story_comes_out_once_and_copies_together():
    places = ["Alton", "Brimfield", "Corwick", "Dunmere", "Elstow", "Farleigh", "Gorton", "Hexley"]
    things = ["bridge", "school", "hospital", "harbour", "library", "stadium", "market", "theatre"]
    stories = [
        (
            f"Fire destroys {thing} in {place}",
            f"Crews fought the fire at the {thing} of {place} until morning. Report {copy}.",
        )
        for place in places
        for thing in things
        for copy in range(4)
    ]
    groups = join(documents(*stories))
    members = [member.id for group in groups for member in group.members]
    assert sorted(members) == list(range(len(stories)))
    group_of = {member.id: group for group, found in enumerate(groups) for member in found.members}
    for start in range(0, len(stories), 4):
        assert len({group_of[number] for number in range(start, start + 4)}) == 1  # copies of one report stay together
