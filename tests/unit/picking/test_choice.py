from newsletter.picking.choice import choose
from newsletter.picking.score import score_all
from tests.unit.picking.stories import NOW, SUBJECTS, TEXT, candidate, candidates, letter, story


def choice(events, **values):
    wanted = letter(**values)
    return choose(score_all(events, wanted), wanted)


def titles(scored):
    return [one.lead.title for one in scored]


def reasons(chosen):
    return {missed.scored.lead.title: missed.reason for missed in chosen.missed}


def test_the_best_are_chosen_and_stand_by_their_score():
    events = [candidate(story(*SUBJECTS[n], region_confidence=n / 10)) for n in range(8)]
    picked = choice(events, item_count=3)
    assert titles(picked.chosen) == [SUBJECTS[n][0] for n in (7, 6, 5)]
    assert titles(missed.scored for missed in picked.missed) == [SUBJECTS[n][0] for n in (4, 3, 2, 1, 0)]


def test_what_found_no_room_says_so():
    picked = choice(candidates(4), item_count=3)
    assert list(reasons(picked).values()) == ["The letter has room for three items, and others came first."]


def test_fewer_events_make_a_shorter_letter():
    assert len(choice(candidates(4), item_count=10).chosen) == 4
    assert choice([], item_count=10).chosen == []


def test_an_event_much_like_a_better_one_gives_way_to_another_subject():
    fire = candidate(story("Fire at the old market", TEXT, region_confidence=1.0))
    again = candidate(story("Market traders count the damage of the fire", TEXT[:130] + SUBJECTS[3][1]))
    other = candidate(story(*SUBJECTS[0], region_confidence=0.7))
    assert titles(choice([fire, again, other], item_count=2).chosen) == ["Fire at the old market", SUBJECTS[0][0]]


def test_the_same_news_is_never_told_twice_even_where_places_stay_empty():
    first = candidate(story("Fire at the old market", TEXT))
    second = candidate(story("Fire at the market", TEXT, region_confidence=0.8))
    picked = choice([first, second, *candidates(2)], item_count=10)
    assert len(picked.chosen) == 3
    assert reasons(picked) == {"Fire at the market": "It tells much the same as “Fire at the old market”."}


def test_one_source_leads_no_more_than_a_third_where_others_can_fill_the_letter():
    own = [candidate(story(*SUBJECTS[n], source_id=1, source_name="El Sol", region_confidence=1.0)) for n in range(4)]
    others = [candidate(story(*SUBJECTS[n], region_confidence=0.1)) for n in range(4, 8)]
    picked = choice(own + others, item_count=6)
    assert sum(one.lead.source_name == "El Sol" for one in picked.chosen) == 2
    assert "El Sol already leads two items." in reasons(picked).values()


def test_one_source_may_fill_a_letter_that_nothing_else_fills():
    own = [candidate(story(*subject, source_id=1)) for subject in SUBJECTS]
    assert len(choice(own, item_count=8).chosen) == 8


def test_a_group_has_more_than_one_country_where_there_is_news_of_others():
    covers = frozenset({"MX", "BR", "AR"})
    mexican = [candidate(story(*SUBJECTS[n], countries=frozenset({"MX"}), region_confidence=1.0)) for n in range(5)]
    others = [
        candidate(story(*SUBJECTS[n], countries=frozenset({code}), region_confidence=0.1))
        for n, code in ((5, "BR"), (6, "AR"))
    ]
    picked = choice(mexican + others, item_count=4, covers=covers)
    assert sum("MX" in one.lead.countries for one in picked.chosen) == 2
    assert "Two items are about Mexico already." in reasons(picked).values()


def test_in_the_letter_of_one_country_that_country_is_no_reason_against_an_item():
    events = [candidate(story(*subject, countries=frozenset({"MX"}))) for subject in SUBJECTS]
    picked = choice(events, item_count=7)
    assert len(picked.chosen) == 7
    assert list(reasons(picked).values()) == ["The letter has room for seven items, and others came first."]


def test_the_order_in_which_events_come_changes_nothing():
    events = [candidate(story(*subject, dated_at=NOW)) for subject in SUBJECTS]
    forward, backward = choice(events, item_count=5), choice(list(reversed(events)), item_count=5)
    assert titles(forward.chosen) == titles(backward.chosen)
    assert reasons(forward) == reasons(backward)
