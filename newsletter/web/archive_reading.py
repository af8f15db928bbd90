"""The archive of a region: its issues by year, and those in which something stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from newsletter.issues.models import Issue, IssueState, Item
from newsletter.regions.catalogue import fold
from newsletter.regions.models import Region

MOST_SEARCHED = 520  # issues: ten years
FOUND_SHOWN = 60
QUERY_LENGTH = 100


@dataclass(frozen=True)
class ArchivedIssue:
    number: int
    week: str
    language: str
    headlines: tuple[str, ...]  # the lead's, or those in which the words were found


def years(session: Session, region: Region) -> list[int]:
    """The years in which the region had issues, newest first, as their weeks name them."""
    weeks = session.scalars(select(Issue.week).where(*_out(region)))
    return sorted({int(week[:4]) for week in weeks}, reverse=True)


def issues_of(session: Session, region: Region, year: int) -> list[ArchivedIssue]:
    """The issues of a year, newest first, with their leads."""
    query = (
        select(Issue.number, Issue.week, Issue.language, Item.headline)
        .join(Item, (Item.issue_id == Issue.id) & (Item.position == 1))
        .where(*_out(region), Issue.week.startswith(f"{year:04}-W"))
        .order_by(Issue.number.desc())
    )
    rows = session.execute(query).all()
    return [ArchivedIssue(number or 0, week, language, (headline,)) for number, week, language, headline in rows]


def search(session: Session, region: Region, words: str) -> list[ArchivedIssue]:
    """The newest issues that hold all the words in one headline or its summary, whatever their case and accents.

    Compared here and not by the database: of the two that we run on, one folds ASCII alone.
    """
    wanted = fold(words[:QUERY_LENGTH]).split()
    if not wanted:
        return []
    newest = select(Issue.id).where(*_out(region)).order_by(Issue.number.desc()).limit(MOST_SEARCHED)
    query = (
        select(Issue.number, Issue.week, Issue.language, Item.headline, Item.summary)
        .join(Item, Item.issue_id == Issue.id)
        .where(Issue.id.in_(newest))
        .order_by(Issue.number.desc(), Item.position)
    )
    found: dict[int, ArchivedIssue] = {}
    for number, week, language, headline, summary in session.execute(query):
        if number is None or not _holds(wanted, f"{headline} {summary}"):
            continue
        before = found[number].headlines if number in found else ()
        if not before and len(found) == FOUND_SHOWN:
            break
        found[number] = ArchivedIssue(number, week, language, (*before, headline))
    return list(found.values())


def _holds(wanted: Sequence[str], text: str) -> bool:
    folded = fold(text)
    return all(word in folded for word in wanted)


def _out(region: Region) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Issue.region_id == region.id, Issue.state == IssueState.OUT
