from newsletter.sending.models import LetterState
from newsletter.sending.routes import OTHERS, UNTRIED, Count, Lately, Way, routes

ACCEPTED, REFUSED, QUEUED = LetterState.ACCEPTED, LetterState.REFUSED, LetterState.QUEUED


def test_letters_are_summed_by_relay_and_by_domain():
    found = routes(
        [
            Count("a:25", "one.example", ACCEPTED, 5),
            Count("a:25", "two.example", REFUSED, 2),
            Count("b:25", "one.example", LetterState.DEFERRED, 1),
            Count(None, "one.example", QUEUED, 3),
            Count("a:25", None, LetterState.SKIPPED, 1),
        ]
    )
    assert found.relays == [
        Way("a:25", 8, accepted=5, refused=2, unknown=0, skipped=1, open=0, seconds_left=0.0),
        Way("b:25", 1, 0, 0, 0, 0, open=1),
        Way(UNTRIED, 3, 0, 0, 0, 0, open=3),
    ]
    assert [(way.name, way.letters) for way in found.domains] == [("one.example", 9), ("two.example", 2), (OTHERS, 1)]


def test_the_domains_that_are_not_counted_by_name_come_last():
    found = routes([Count("a:25", None, ACCEPTED, 900), Count("a:25", "one.example", ACCEPTED, 5)])
    assert [(way.name, way.letters) for way in found.domains] == [("one.example", 5), (OTHERS, 900)]


def test_each_way_has_a_rate_and_the_time_that_is_left_at_it():
    counts = [Count("a:25", "one.example", ACCEPTED, 60), Count("a:25", "one.example", QUEUED, 40)]
    counts.append(Count(None, "two.example", QUEUED, 7))
    lately = Lately(30.0, by_relay={"a:25": 60}, by_domain={"one.example": 60})
    found = routes(counts, lately)
    assert [(way.name, way.rate_per_second, way.seconds_left) for way in found.relays] == [
        ("a:25", 2.0, 20.0),
        (UNTRIED, 0.0, None),
    ]
    assert [(way.name, way.rate_per_second, way.seconds_left) for way in found.domains] == [
        ("one.example", 2.0, 20.0),
        ("two.example", 0.0, None),
    ]


def test_a_way_that_all_of_its_letters_have_left_is_not_shown():
    counts = [Count(None, "one.example", QUEUED, 5), Count(None, "one.example", QUEUED, -5)]
    assert [way.name for way in routes([*counts, Count("a:25", "one.example", ACCEPTED, 5)]).relays] == ["a:25"]


def test_without_letters_there_is_no_way():
    assert routes([]).relays == routes([]).domains == []
