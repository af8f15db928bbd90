from newsletter.issues.considering import candidates, window_of
from tests.support.world import NOW, make_event, make_region, make_story

CALIFORNIA = {"US": 0.9, "US-CA": 0.8}


def about(session, region):
    """The countries of each candidate's first story."""
    return [
        sorted(found.stories[0].countries) for found in candidates(session, region, window_of(session, region, NOW))
    ]


def test_a_state_s_issue_is_made_of_stories_about_the_state(db):
    with db.writing() as session:
        region = make_region(session, "US-CA")
        make_event(session, [make_story(session, "Sacramento votes", about=CALIFORNIA)])
        make_event(session, [make_story(session, "Texas votes", about={"US": 0.9, "US-TX": 0.9})])
        (found,) = candidates(session, region, window_of(session, region, NOW))
    assert found.stories[0].title == "Sacramento votes"
    assert found.stories[0].region_confidence == 0.8


def test_the_country_of_a_state_is_no_other_country_in_its_issue(db):
    with db.writing() as session:
        region = make_region(session, "US-CA")
        make_event(session, [make_story(session, "A border opens", about=CALIFORNIA | {"MX": 0.7, "MX-BCN": 0.7})])
        assert about(session, region) == [["MX"]]


def test_states_are_no_countries_of_their_own_in_the_issue_of_their_country(db):
    with db.writing() as session:
        region = make_region(session, "US")
        make_event(session, [make_story(session, "A border opens", about=CALIFORNIA | {"MX": 0.7, "MX-BCN": 0.7})])
        assert about(session, region) == [["MX", "US"]]


def test_a_country_named_in_passing_is_not_among_them(db):
    with db.writing() as session:
        region = make_region(session, "MX")
        make_event(session, [make_story(session, "Mexico votes", about={"MX": 0.9, "CL": 0.2})])
        assert about(session, region) == [["MX"]]
