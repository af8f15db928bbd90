from datetime import timedelta

import pytest

from newsletter.db import Database
from newsletter.errors import InvalidInputError, NotAllowedError
from newsletter.issues.approving import approve
from newsletter.issues.content import content_hash
from newsletter.issues.correcting import correct
from newsletter.issues.drafting import draft, redraft
from newsletter.issues.finding import history
from newsletter.issues.holding import skip
from newsletter.issues.illustrating import illustrate, unillustrate
from newsletter.issues.models import Issue, IssueState, OpinionKind
from newsletter.issues.opinions import count_opinion, opinions
from newsletter.regions.models import Approval
from tests.support.world import NOW, WEEK, make_event, make_issue, make_region, make_story

LATER = NOW + timedelta(hours=1)
WORDS = "The bridge was opened in 1988, not in 1998."


def region_with_news(session, **columns):
    region = make_region(session, minimum_items=1, **columns)
    make_event(session, [make_story(session, "Quake shakes villages in Oaxaca")])
    return region


def last_issue(session, region):
    return make_issue(session, region, week="2026-W19", state=IssueState.OUT, until=NOW - timedelta(days=6))


def test_the_next_draft_of_the_region_tells_a_correction(db: Database):
    with db.writing() as session:
        region = region_with_news(session)
        wrong = last_issue(session, region)
        correction = correct(session, wrong, f" {WORDS}\n", by="Ada", now=NOW)
        assert correction.told_in is None
        issue = draft(session, region, WEEK, LATER)
        assert [told.text for told in issue.corrections] == [WORDS]
        assert issue.content_hash == content_hash(issue)
    with db.reading() as session:
        found = session.get_one(Issue, wrong.id)
        assert [(told.text, told.by, told.told_in_id) for told in found.corrected] == [(WORDS, "Ada", issue.id)]
        assert history(session, found)[-1].action == "issue corrected"


def test_a_draft_that_is_there_takes_the_correction_in_and_changes_with_it(db: Database):
    with db.writing() as session:
        region = region_with_news(session)
        wrong = last_issue(session, region)
        issue = draft(session, region, WEEK, NOW)
        before = issue.content_hash
        correct(session, wrong, WORDS, by="Ada", now=LATER)
        assert [told.text for told in issue.corrections] == [WORDS]
        assert issue.content_hash == content_hash(issue) != before


def test_what_a_person_approved_leaves_as_it_is_and_the_issue_after_it_tells(db: Database):
    with db.writing() as session:
        region = region_with_news(session)
        wrong = last_issue(session, region)
        approved = draft(session, region, WEEK, NOW)
        approve(session, approved, by="Ada", now=NOW)
        correct(session, wrong, WORDS, by="Ada", now=LATER)
        assert (approved.state, approved.corrections) == (IssueState.APPROVED, [])
        make_event(session, [make_story(session, "Senate votes on the water law", dated_at=NOW + timedelta(days=3))])
        after = draft(session, region, "2026-W21", NOW + timedelta(days=6))
        assert [told.text for told in after.corrections] == [WORDS]


def test_an_issue_that_approves_itself_tells_it_and_stays_approved(db: Database):
    with db.writing() as session:
        region = region_with_news(session, approval=Approval.AUTOMATIC)
        wrong = last_issue(session, region)
        issue = draft(session, region, WEEK, NOW)
        correct(session, wrong, WORDS, by="Ada", now=LATER)
        assert (issue.state, len(issue.corrections)) == (IssueState.APPROVED, 1)
        assert issue.approved_hash == content_hash(issue)


def test_a_skipped_issue_passes_its_corrections_on_and_a_fresh_pick_keeps_them(db: Database):
    with db.writing() as session:
        region = region_with_news(session)
        wrong = last_issue(session, region)
        correct(session, wrong, WORDS, by="Ada", now=NOW)
        issue = draft(session, region, WEEK, NOW)
        redraft(session, issue, NOW)
        assert len(issue.corrections) == 1
        skip(session, issue, by="Ada", reason="holidays", now=NOW)
        make_event(session, [make_story(session, "Senate votes on the water law", dated_at=NOW + timedelta(days=3))])
        after = draft(session, region, "2026-W21", NOW + timedelta(days=6))
        assert [told.text for told in after.corrections] == [WORDS]
        assert issue.corrections == []


def test_a_correction_of_another_region_is_not_told(db: Database):
    with db.writing() as session:
        wrong = last_issue(session, make_region(session, "ES"))
        correct(session, wrong, WORDS, by="Ada", now=NOW)
        assert draft(session, region_with_news(session), WEEK, NOW).corrections == []


@pytest.mark.parametrize("state", [IssueState.DRAFT, IssueState.APPROVED])
def test_what_is_not_out_is_edited_and_not_corrected(db: Database, state):
    with db.writing() as session, pytest.raises(NotAllowedError, match="edit it instead"):
        correct(session, make_issue(session, make_region(session), state=state), WORDS, by="Ada", now=NOW)


@pytest.mark.parametrize("text", ["", " \n ", "x" * 1001])
def test_a_correction_says_something_and_not_too_much(db: Database, text):
    with db.writing() as session, pytest.raises(InvalidInputError):
        correct(session, last_issue(session, make_region(session)), text, by="Ada", now=NOW)


def test_a_picture_is_part_of_the_content(db: Database):
    with db.writing() as session:
        issue = make_issue(session, make_region(session), state=IssueState.APPROVED)
        plain = issue.content_hash
        illustrate(session, issue, 1, "https://news.example/dam.jpg", "The dam", 1200, 675, by="Ada", now=LATER)
        assert issue.items[0].image == {
            "url": "https://news.example/dam.jpg",
            "alt": "The dam",
            "width": 1200,
            "height": 675,
        }
        assert (issue.state, issue.content_hash != plain) == (IssueState.DRAFT, True)
        unillustrate(session, issue, 1, by="Ada", now=LATER)
        assert (issue.items[0].image, issue.content_hash) == (None, plain)


@pytest.mark.parametrize(
    ("url", "alt", "width"),
    [
        ("http://news.example/dam.jpg", "The dam", 1200),
        ("javascript:alert(1)", "The dam", 1200),
        ("https://news.example/a b.jpg", "The dam", 1200),
        ("https://news.example/dam.jpg", " ", 1200),
        ("https://news.example/dam.jpg", "The dam", 0),
    ],
)
def test_a_picture_needs_a_safe_address_words_and_a_size(db: Database, url, alt, width):
    with db.writing() as session:
        issue = make_issue(session, make_region(session))
        with pytest.raises(InvalidInputError):
            illustrate(session, issue, 1, url, alt, width, 675, by="Ada", now=LATER)


def test_opinions_are_numbers_and_nothing_else(db: Database):
    with db.writing() as session:
        issue = make_issue(session, make_region(session), state=IssueState.OUT)
        for _ in range(3):
            count_opinion(session, issue.id, OpinionKind.TOO_MUCH)
        assert opinions(session, issue) == {OpinionKind.TOO_MUCH: 3, OpinionKind.NOT_MY_REGION: 0}
