"""What a region's readers opened, for picking: earlier items with how often each was opened against what is usual.

All readers together. What stands further up is opened more often whatever it tells, so an item is measured against
what its place usually has in this region; for that, two issues are the least.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from newsletter.feedback.models import ClickCount
from newsletter.issues.models import Issue, IssueState
from newsletter.picking.candidates import Opened
from newsletter.regions.models import Region

ISSUES = 12  # of the region, the latest that are counted: what readers liked a year ago says little
_DOUBT = 10.0  # clicks as usual that are added to each item's, so that a few prove nothing

Clicks = Mapping[int, int]  # position to clicks, of one issue


def opened_items(session: Session, region: Region, before: datetime) -> Sequence[Opened]:
    """Items of the region's issues that were out before an instant; none where fewer than two were counted."""
    counted = select(ClickCount.issue_id).group_by(ClickCount.issue_id).having(func.sum(ClickCount.count) > 0)
    issues = session.scalars(
        select(Issue)
        .options(selectinload(Issue.items))
        .where(Issue.region_id == region.id, Issue.state == IssueState.OUT, Issue.out_at < before)
        .where(Issue.id.in_(counted))
        .order_by(Issue.week.desc())
        .limit(ISSUES)
    ).all()
    if len(issues) < 2:
        return ()
    clicks = clicks_of(session, [issue.id for issue in issues])
    by_issue = [{item.position: clicks[issue.id].get(item.position, 0) for item in issue.items} for issue in issues]
    return tuple(
        Opened(item.headline, item.summary, rates[item.position])
        for issue, rates in zip(issues, rates_of(by_issue), strict=True)
        for item in issue.items
    )


def clicks_of(session: Session, issue_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    """By issue and position, the last one opened at the latest; an issue of which nothing was opened has nothing."""
    found: dict[int, dict[int, int]] = {issue_id: {} for issue_id in issue_ids}
    rows = select(ClickCount.issue_id, ClickCount.position, ClickCount.count).where(ClickCount.issue_id.in_(issue_ids))
    for issue_id, position, count in session.execute(rows):
        found[issue_id][position] = max(count, 0)  # a click that is taken back may be kept before the one that it was
    return {
        issue_id: {place: clicks.get(place, 0) for place in range(1, max(clicks, default=0) + 1)}
        for issue_id, clicks in found.items()
    }


def rates_of(issues: Sequence[Clicks]) -> list[dict[int, float]]:
    """Of each issue, by position: 1.0 is as often as what stood there usually was, 2.0 twice as often. Pure."""
    return [{position: _rate(position, count, issue, issues) for position, count in issue.items()} for issue in issues]


def usual_share(position: int, issues: Sequence[Clicks]) -> float | None:
    """The share of an issue's clicks that its item at a position had, over several; None where nothing is known."""
    with_it = [issue for issue in issues if position in issue]
    whole = sum(sum(issue.values()) for issue in with_it)
    return math.fsum(issue[position] for issue in with_it) / whole if whole else None


def _rate(position: int, count: int, issue: Clicks, issues: Sequence[Clicks]) -> float:
    usual = (usual_share(position, issues) or 0.0) * sum(issue.values())
    return (count + _DOUBT) / (usual + _DOUBT)
