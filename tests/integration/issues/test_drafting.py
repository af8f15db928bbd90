from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.event import listen

from newsletter.db import Database
from newsletter.editors.models import LogEntry
from newsletter.errors import InvalidInputError, NotAllowedError
from newsletter.issues.approving import approve
from newsletter.issues.content import content_hash
from newsletter.issues.drafting import draft, reconsider, redraft
from newsletter.issues.editing import retitle
from newsletter.issues.holding import skip
from newsletter.issues.models import Issue, IssueState, Item
from newsletter.picking.weights import USUAL, tables
from newsletter.regions.models import Approval, Region
from tests.support.world import NOW, WEEK, draft_all_due, make_event, make_issue, make_region, make_source, make_story

TITLES = (
    "Quake shakes villages in Oaxaca",
    "Central bank lowers its rate again",
    "Teachers march through the capital",
    "Jaguar cubs born in a Yucatan reserve",
    "Airport train opens after years of delay",
    "Senate votes on the water law",
)


def events(session, number, **columns):
    """Events of one story each, whose headlines share no words."""
    return [make_event(session, [make_story(session, title, **columns)]) for title in TITLES[:number]]


def headlines(issue):
    return [item.headline for item in issue.items]


def test_a_draft_copies_the_lead_story_the_other_sources_and_the_reasons(db: Database):
    with db.writing() as session:
        region = make_region(session, minimum_items=1)
        trusted = make_source(session, "The Trusted Paper", weight=2.0)
        lead = make_story(session, "Quake shakes villages in Oaxaca", source=trusted, summary="Houses fell. " * 60)
        other = make_story(session, "Strong tremor felt in the south", source=make_source(session, "Evening News"))
        make_event(session, [other, lead])
        issue = draft(session, region, WEEK, NOW)
    item = issue.items[0]
    assert (issue.state, issue.number, issue.week) == (IssueState.DRAFT, 1, WEEK)
    assert (item.headline, item.url, item.source) == (lead.title, lead.url, "The Trusted Paper")
    assert item.summary.endswith("Houses fell.")
    assert len(item.summary) <= 320
    assert item.also == [{"source": "Evening News", "url": other.url}]
    assert [part["name"] for part in item.parts] == list(tables(USUAL)["score"])[:-1]
    assert round(item.score * 100) == sum(round(part["value"] * 100) for part in item.parts)
    assert issue.content_hash == content_hash(issue)


def test_drafting_a_week_again_gives_the_issue_that_is_there(db: Database):
    with db.writing() as session:
        region = make_region(session)
        events(session, 3)
        first = draft(session, region, WEEK, NOW)
        events(session, 6)
        assert draft(session, region, WEEK, NOW + timedelta(hours=1)) is first
        assert session.scalar(select(func.count()).select_from(Issue)) == 1


def test_a_later_change_of_a_story_does_not_reach_the_issue(db: Database):
    with db.writing() as session:
        region = make_region(session, minimum_items=1)
        story = make_story(session, "Quake shakes villages in Oaxaca")
        make_event(session, [story])
        issue = draft(session, region, WEEK, NOW)
        story.title = "Buy now"
    with db.reading() as session:
        assert headlines(session.get_one(Issue, issue.id)) == ["Quake shakes villages in Oaxaca"]


def test_fewer_events_than_the_minimum_make_no_issue_and_the_note_says_so(db: Database):
    with db.writing() as session:
        region = make_region(session, minimum_items=3)
        events(session, 2)
        issue = draft(session, region, WEEK, NOW)
    assert (issue.state, issue.number, issue.items) == (IssueState.SKIPPED, None, [])
    assert (
        issue.note
        == "Too few stories: two events about Mexico since the last issue, and a letter needs at least three."
    )


def test_a_week_with_few_events_has_a_shorter_letter(db: Database):
    with db.writing() as session:
        region = make_region(session, minimum_items=3, item_count=10)
        events(session, 4)
        assert len(draft(session, region, WEEK, NOW).items) == 4


def test_no_event_is_told_twice(db: Database):
    with db.writing() as session:
        region = make_region(session, minimum_items=1)
        told = events(session, 3)
        make_issue(session, region, "2026-W19", items=told, until=NOW - timedelta(days=2), state=IssueState.OUT)
        told[0].stories[0].story.dated_at = NOW - timedelta(hours=1)
        fresh = make_event(session, [make_story(session, "Senate votes on the water law")])
        issue = draft(session, region, WEEK, NOW)
        assert [item.event_id for item in issue.items] == [fresh.id]


def test_events_of_a_skipped_issue_may_come_again(db: Database):
    with db.writing() as session:
        region = make_region(session)
        events(session, 3)
        earlier = draft(session, region, "2026-W19", NOW - timedelta(hours=5))
        assert len(earlier.items) == 3
        skip(session, earlier, by="Ada", reason="Holidays", now=NOW)
        issue = draft(session, region, WEEK, NOW)
        assert (len(issue.items), issue.number) == (3, 1)


def test_another_regions_issue_does_not_take_events_away(db: Database):
    with db.writing() as session:
        mexico, latin_america = make_region(session), make_region(session, "latin-america")
        events(session, 3)
        assert len(draft(session, mexico, WEEK, NOW).items) == 3
        assert len(draft(session, latin_america, WEEK, NOW).items) == 3


SINCE = NOW - timedelta(days=7)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("case", "dated_at", "seen_at", "told"),
    [
        ("of this week", NOW - HOUR, NOW - HOUR, True),
        ("at the moment of the draft", NOW, NOW, True),
        ("of before the last draft", SINCE - HOUR, SINCE - HOUR, False),
        ("at the moment of the last draft", SINCE, SINCE, False),
        ("dated just before the last draft but come in after it", SINCE - HOUR, SINCE + HOUR, True),
        ("dated long before and come in now, as from an archive", SINCE - timedelta(days=30), NOW - HOUR, False),
        ("dated in the future", NOW + timedelta(days=400), NOW - HOUR, False),
    ],
)
def test_events_with_stories_since_the_last_issue_count(db: Database, case, dated_at, seen_at, told):
    with db.writing() as session:
        region = make_region(session, minimum_items=1)
        make_issue(session, region, "2026-W19", until=SINCE, state=IssueState.OUT)
        make_event(session, [make_story(session, TITLES[0], dated_at=dated_at, seen_at=seen_at)])
        assert bool(draft(session, region, WEEK, NOW).items) is told, case


def test_a_first_issue_looks_back_one_week(db: Database):
    with db.writing() as session:
        region = make_region(session, minimum_items=1)
        make_event(session, [make_story(session, TITLES[0], dated_at=NOW - timedelta(days=8))])
        make_event(session, [make_story(session, TITLES[1], dated_at=NOW - timedelta(days=6))])
        assert headlines(draft(session, region, WEEK, NOW)) == [TITLES[1]]


def test_after_a_pause_of_weeks_all_that_came_since_counts(db: Database):
    with db.writing() as session:
        region = make_region(session, minimum_items=1)
        make_issue(session, region, "2026-W16", until=NOW - timedelta(days=28), state=IssueState.OUT)
        make_event(session, [make_story(session, TITLES[0], dated_at=NOW - timedelta(days=20))])
        assert headlines(draft(session, region, WEEK, NOW)) == [TITLES[0]]


def test_a_story_dated_in_the_future_neither_leads_nor_stands_beside_another(db: Database):
    with db.writing() as session:
        region = make_region(session, minimum_items=1)
        now = make_story(session, "Quake shakes villages in Oaxaca")
        future = make_story(session, "A tremor was felt", dated_at=NOW + timedelta(days=3), seen_at=NOW)
        make_event(session, [now, future])
        item = draft(session, region, WEEK, NOW).items[0]
    assert (item.headline, item.also) == (now.title, [])


@pytest.mark.parametrize(
    ("about", "told"),
    [({"MX": 0.9}, True), ({"MX": 0.3}, True), ({"MX": 0.29}, False), ({"ES": 0.9}, False), ({}, False)],
)
def test_only_stories_that_are_surely_about_the_region_count(db: Database, about, told):
    with db.writing() as session:
        region = make_region(session, minimum_items=1)
        make_event(session, [make_story(session, about=about)])
        assert bool(draft(session, region, WEEK, NOW).items) is told


def test_a_group_takes_stories_of_all_its_countries(db: Database):
    with db.writing() as session:
        region = make_region(session, "latin-america", minimum_items=1)
        for title, country in zip(TITLES, ("MX", "BR", "AR", "ES"), strict=False):
            make_event(session, [make_story(session, title, about={country: 0.9})])
        assert set(headlines(draft(session, region, WEEK, NOW))) == set(TITLES[:3])


def test_items_are_in_the_regions_language(db: Database):
    with db.writing() as session:
        region = make_region(session, language="es", minimum_items=1)
        make_event(session, [make_story(session, "Tiembla en Oaxaca", language="es-MX")])
        make_event(session, [make_story(session, "Teachers march", language="en")])
        issue = draft(session, region, WEEK, NOW)
    assert (headlines(issue), issue.language, issue.note) == (["Tiembla en Oaxaca"], "es", None)


def test_a_region_without_any_story_in_its_language_has_an_issue_in_the_one_that_its_sources_speak(db: Database):
    with db.writing() as session:
        region = make_region(session, language="es")
        events(session, 3)
        issue = draft(session, region, WEEK, NOW)
    assert (len(issue.items), issue.language) == (3, "en")
    assert issue.note == (
        "This issue is in English: no event since the last one was told in Spanish, the language of the region."
    )


def test_too_few_events_in_the_language_are_not_filled_up_with_others(db: Database):
    with db.writing() as session:
        region = make_region(session, language="es")
        make_event(session, [make_story(session, "Tiembla en Oaxaca", language="es")])
        events(session, 3)
        issue = draft(session, region, WEEK, NOW)
    assert issue.state is IssueState.SKIPPED
    assert issue.note is not None
    assert issue.note.endswith("Three more are told in languages other than Spanish.")


def test_an_automatic_region_approves_its_own_draft(db: Database):
    with db.writing() as session:
        region = make_region(session, approval=Approval.AUTOMATIC)
        events(session, 3)
        issue = draft(session, region, WEEK, NOW)
        assert (issue.state, issue.approved_by, issue.approved_at) == (IssueState.APPROVED, "automatic", NOW)
        assert issue.approved_hash == content_hash(issue)
        actions = session.scalars(select(LogEntry.action).order_by(LogEntry.id)).all()
        assert actions == ["issue drafted", "issue approved"]


def test_an_automatic_region_does_not_approve_a_thin_week(db: Database):
    with db.writing() as session:
        issue = draft(session, make_region(session, approval=Approval.AUTOMATIC), WEEK, NOW)
        assert (issue.state, issue.approved_hash) == (IssueState.SKIPPED, None)


@pytest.mark.parametrize("week", ["2026-W54", "2026-20", "last", "2026-W2", ""])
def test_a_week_that_is_none_is_refused(db: Database, week):
    with db.writing() as session:
        region = make_region(session)
        with pytest.raises(InvalidInputError, match="2026-W20"):
            draft(session, region, week, NOW)


def test_a_fresh_pick_takes_in_what_came_since(db: Database):
    with db.writing() as session:
        region = make_region(session)
        events(session, 3)
        issue = draft(session, region, WEEK, NOW)
        make_event(session, [make_story(session, TITLES[4], dated_at=NOW + HOUR)])
        redraft(session, issue, NOW + 2 * HOUR)
        assert (issue.number, issue.until, issue.state) == (1, NOW + 2 * HOUR, IssueState.DRAFT)
        assert sorted(headlines(issue)) == sorted([*TITLES[:3], TITLES[4]])
        assert session.scalar(select(func.count()).select_from(Item)) == 4


def test_a_thin_week_can_be_tried_again(db: Database):
    with db.writing() as session:
        region = make_region(session)
        issue = draft(session, region, WEEK, NOW)
        assert issue.state is IssueState.SKIPPED
        events(session, 3)
        redraft(session, issue, NOW + HOUR)
        assert (issue.state, issue.number, issue.note, len(issue.items)) == (IssueState.DRAFT, 1, None, 3)


def test_a_fresh_pick_throws_away_no_work_of_a_person(db: Database):
    with db.writing() as session:
        region = make_region(session)
        events(session, 3)
        issue = draft(session, region, WEEK, NOW)
        approve(session, issue, by="Ada", now=NOW)
        with pytest.raises(NotAllowedError, match="issues skip MX/2026-W20"):
            redraft(session, issue, NOW)
        retitle(session, issue, 1, "Another headline", by="Ada", now=NOW)
        with pytest.raises(NotAllowedError, match="A person edited"):
            redraft(session, issue, NOW)


@pytest.mark.parametrize("state", [IssueState.HELD, IssueState.OUT])
def test_an_issue_that_is_held_or_out_is_not_drafted_again(db: Database, state):
    with db.writing() as session:
        issue = make_issue(session, make_region(session), state=state)
        with pytest.raises(NotAllowedError, match=state.value):
            redraft(session, issue, NOW)


def test_what_missed_is_explained_by_the_same_pick(db: Database):
    with db.writing() as session:
        region = make_region(session, item_count=2, minimum_items=1)
        events(session, 4)
        issue = draft(session, region, WEEK, NOW)
        pick = reconsider(session, issue)
    assert [scored.lead.title for scored in pick.chosen] == headlines(issue)
    assert len(pick.choice.missed) == 2
    assert pick.choice.missed[0].reason == "The letter has room for two items, and others came first."


# The first wave of Friday, 07:00 opens on Thursday at 17:00 UTC (UTC+14); the lead time is 24 hours.
@pytest.mark.parametrize(
    ("case", "now", "drafted"),
    [
        ("before the lead time", datetime(2026, 5, 13, 16, 59, tzinfo=UTC), None),
        ("at its beginning", datetime(2026, 5, 13, 17, 0, tzinfo=UTC), "2026-W20"),
        ("after its beginning", datetime(2026, 5, 14, 12, 0, tzinfo=UTC), "2026-W20"),
        ("while waves open", datetime(2026, 5, 15, 12, 0, tzinfo=UTC), "2026-W20"),
        ("after the last wave", datetime(2026, 5, 16, 0, 0, tzinfo=UTC), None),
    ],
)
def test_drafts_are_due_for_a_lead_time_before_the_first_wave(db: Database, case, now, drafted):
    with db.writing() as session:
        make_region(session)
        weeks = [issue.week for issue in draft_all_due(session, now)]
    assert weeks == ([drafted] if drafted else []), case


def test_a_due_draft_is_made_once_and_only_for_regions_that_are_on(db: Database):
    with db.writing() as session:
        make_region(session)
        make_region(session, "ES", active=False)
        assert [issue.region.code for issue in draft_all_due(session, NOW)] == ["MX"]
        assert draft_all_due(session, NOW + HOUR) == []


@pytest.mark.parametrize("number", [3, 60])
def test_a_draft_asks_the_database_the_same_few_times_however_many_events_there_are(db: Database, number):
    with db.writing() as session:
        region_id = make_region(session).id
        for _ in range(number):
            make_event(session)
    with db.writing() as session:
        region = session.get_one(Region, region_id)
        statements: list[str] = []
        listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
        draft(session, region, WEEK, NOW)
    assert sum(statement.startswith("SELECT") for statement in statements) <= 11


def test_a_due_draft_is_made_of_stories_that_no_worker_has_gathered_yet(db: Database):
    with db.writing() as session:
        make_region(session, "MX", minimum_items=1)
        make_story(session, "Rain floods the old centre of Veracruz", about={"MX": 0.9})
    with db.writing() as session:
        (issue,) = draft_all_due(session, NOW)
        assert [item.headline for item in issue.items] == ["Rain floods the old centre of Veracruz"]


def test_a_week_that_was_too_thin_is_tried_again_when_more_has_come_in(db: Database):
    with db.writing() as session:
        make_region(session, "MX", minimum_items=2)
        make_story(session, TITLES[0], about={"MX": 0.9})
        (thin,) = draft_all_due(session, NOW)
        assert thin.state is IssueState.SKIPPED
        assert draft_all_due(session, NOW + HOUR) == []
        make_story(session, TITLES[1], about={"MX": 0.9}, seen_at=NOW + HOUR, dated_at=NOW + HOUR)
        (issue,) = draft_all_due(session, NOW + 2 * HOUR)
        assert (issue.id, issue.state, issue.number) == (thin.id, IssueState.DRAFT, 1)
        assert sorted(headlines(issue)) == sorted(TITLES[:2])
        assert draft_all_due(session, NOW + 3 * HOUR) == []


def test_a_week_that_a_person_skipped_stays_skipped(db: Database):
    with db.writing() as session:
        make_region(session, "MX", minimum_items=1)
        make_story(session, TITLES[0], about={"MX": 0.9})
        (issue,) = draft_all_due(session, NOW)
        skip(session, issue, by="Eva", reason="A holiday", now=NOW)
        make_story(session, TITLES[1], about={"MX": 0.9}, seen_at=NOW + HOUR, dated_at=NOW + HOUR)
        assert draft_all_due(session, NOW + 2 * HOUR) == []
