import pytest
from sqlalchemy.orm import Session

from newsletter.db import Database
from newsletter.errors import InvalidInputError, NotFoundError
from newsletter.issues.finding import issue, issues, published, published_issue
from newsletter.issues.models import IssueState
from tests.support.world import make_issue, make_region


def two_weeks(session: Session) -> None:
    mexico, latin_america = make_region(session), make_region(session, "latin-america")
    make_issue(session, mexico, "2026-W19", state=IssueState.OUT, id=101)
    make_issue(session, mexico, "2026-W20", id=102)
    make_issue(session, latin_america, "2026-W20", id=103)


@pytest.mark.parametrize(
    ("ref", "found"),
    [
        ("MX", "2026-W20"),
        ("mx", "2026-W20"),
        (" MX/2026-W19 ", "2026-W19"),
        ("mx/2026-w19", "2026-W19"),
        ("MX/1", "2026-W19"),
        ("MX/2", "2026-W20"),
        ("101", "2026-W19"),
        ("latin-america", "2026-W20"),
        ("Latin-America/1", "2026-W20"),
    ],
)
def test_an_issue_has_several_names(db: Database, ref, found):
    with db.writing() as session:
        two_weeks(session)
        assert issue(session, ref).week == found


@pytest.mark.parametrize(
    ("ref", "advice"),
    [
        ("MX/3", "The latest of MX: MX/2026-W20, MX/2026-W19."),
        ("MX/2026-W21", "The latest of MX"),
        ("MX/last", "The latest of MX"),
        ("MX/" + "9" * 30, "The latest of MX"),
        ("ES", "newsletter draft ES"),
        ("999", "newsletter issues list"),
        ("9" * 30, "newsletter issues list"),
        ("Mexiko", "Did you mean MX"),
        ("", "no region"),
    ],
)
def test_a_name_of_nothing_is_answered_with_what_there_is(db: Database, ref, advice):
    with db.writing() as session:
        two_weeks(session)
        with pytest.raises(NotFoundError, match=advice):
            issue(session, ref)


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({}, [102, 103, 101]),
        ({"region": "mx"}, [102, 101]),
        ({"state": IssueState.OUT}, [101]),
        ({"week": "2026-W20"}, [102, 103]),
        ({"region": "MX", "state": IssueState.DRAFT}, [102]),
        ({"limit": 1}, [102]),
    ],
)
def test_issues_are_listed_by_filters_the_latest_first(db: Database, filters, ids):
    with db.writing() as session:
        two_weeks(session)
        assert [one.id for one in issues(session, **filters)] == ids


def test_the_archive_holds_only_what_is_out(db: Database):
    with db.writing() as session:
        two_weeks(session)
        region = issue(session, "MX").region
        assert [one.week for one in published(session, region)] == ["2026-W19"]
        assert published_issue(session, "MX", 1).week == "2026-W19"
        with pytest.raises(NotFoundError, match="MX has no issue 2 in its archive"):
            published_issue(session, "MX", 2)


def test_a_mistyped_week_is_an_error_and_not_a_week_without_issues(db: Database):
    with db.reading() as session, pytest.raises(InvalidInputError, match="no week of the calendar"):
        issues(session, week="2026-20")
