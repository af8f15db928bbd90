"""What the front page shows of each region: its newest letter, which of them stands first, and each event once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from newsletter.issues.models import Issue, IssueState, Item
from newsletter.regions.models import Region
from newsletter.rendering.plain import shorten, tidy

TOLD = 3  # headlines of a letter
LOOKED_AT = 8  # items of a letter, of which those come that no card above tells
SUMMARY = 220  # characters


@dataclass(frozen=True)
class FrontItem:
    event_id: int
    headline: str
    summary: str


@dataclass(frozen=True)
class FrontIssue:
    number: int
    week: str
    language: str
    items: tuple[FrontItem, ...]  # at least one, in the order of the letter


def newest_issues(session: Session) -> dict[int, FrontIssue]:
    """Of every region the newest issue that is out, by the region's id; one query."""
    newest = (
        select(Issue.region_id, func.max(Issue.number).label("number"))
        .where(Issue.state == IssueState.OUT)
        .group_by(Issue.region_id)
        .subquery()
    )
    query = (
        select(Issue.region_id, Issue.number, Issue.week, Issue.language, Item.event_id, Item.headline, Item.summary)
        .join(newest, (newest.c.region_id == Issue.region_id) & (newest.c.number == Issue.number))
        .join(Item, (Item.issue_id == Issue.id) & (Item.position <= LOOKED_AT))
        .order_by(Issue.region_id, Item.position)
    )
    found: dict[int, FrontIssue] = {}
    for region_id, number, week, language, event_id, headline, summary in session.execute(query):
        if number is not None:
            before = found.get(region_id, FrontIssue(number, week, language, ()))
            item = FrontItem(event_id, headline, shorten(tidy(summary), SUMMARY))
            found[region_id] = replace(before, items=(*before.items, item))
    return found


def leading(regions: Sequence[Region], newest: Mapping[int, FrontIssue], language: str) -> Region | None:
    """The region whose letter stands first: the newest in the language of the page, else the newest of all."""
    told = [region for region in regions if region.id in newest]
    alike = [region for region in told if newest[region.id].language.partition("-")[0] == language]
    return max(alike or told, key=lambda region: newest[region.id].week, default=None)


def told_once(newest: Mapping[int, FrontIssue], order: Iterable[int]) -> dict[int, FrontIssue]:
    """The letters with the items that their cards tell, for the regions (ids) in the order of the page.

    An event that a card above tells is passed over; a letter that has nothing else tells its lead all the same.
    """
    seen: set[int] = set()
    cards = {}
    for region_id in order:
        if issue := newest.get(region_id):
            fresh = [item for item in issue.items if item.event_id not in seen]
            cards[region_id] = replace(issue, items=tuple(fresh[:TOLD]) or issue.items[:1])
            seen.update(item.event_id for item in cards[region_id].items)
    return cards
