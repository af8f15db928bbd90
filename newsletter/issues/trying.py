"""What other weights would have picked in past weeks, against what was picked."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from newsletter.issues.considering import Window, window_of
from newsletter.issues.models import Issue, IssueState
from newsletter.issues.picking import pick_for
from newsletter.picking.pick import Pick
from newsletter.picking.score import Scored
from newsletter.picking.weights import Weights
from newsletter.regions.models import Region

MOST_WEEKS = 52


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in a week's letter, as it was or as it would have been."""

    event_id: int
    headline: str
    source: str
    position: int  # now
    was: int | None  # its position in the letter as it was picked; None: it was not in it
    score: float


@dataclass(frozen=True, slots=True)
class Left:
    """An event that the letter carried and would not have carried."""

    event_id: int
    headline: str
    was: int


@dataclass(frozen=True, slots=True)
class Trial:
    """One week, as other weights would have picked it from what is known of it today."""

    week: str
    entries: tuple[Entry, ...]
    left: tuple[Left, ...]

    @property
    def came(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.was is None)

    @property
    def moved(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.was not in (None, entry.position))


def try_weights(session: Session, region: Region, weights: Weights, *, weeks: int = 4) -> list[Trial]:
    """The region's latest issues picked anew with `weights`, newest first. Nothing is changed.

    What editors changed by hand counts as picked: the question is what readers would have got.
    """
    issues = session.scalars(
        select(Issue)
        .options(selectinload(Issue.items), selectinload(Issue.region))
        .where(Issue.region_id == region.id, Issue.state != IssueState.SKIPPED)
        .order_by(Issue.week.desc())
        .limit(min(weeks, MOST_WEEKS))
    )
    return [_trial(issue, _picked(session, issue, weights)) for issue in issues]


def _picked(session: Session, issue: Issue, weights: Weights) -> Pick:
    window: Window = window_of(session, issue.region, issue.until, apart_from=issue.id)
    return pick_for(session, issue.region, window, issue.id, weights)


def _trial(issue: Issue, picked: Pick) -> Trial:
    was = {item.event_id: item.position for item in issue.items}
    entries = [_entry(scored, position, was) for position, scored in enumerate(picked.chosen, start=1)]
    chosen = {entry.event_id for entry in entries}
    left = [Left(item.event_id, item.headline, item.position) for item in issue.items if item.event_id not in chosen]
    return Trial(issue.week, tuple(entries), tuple(left))


def _entry(scored: Scored, position: int, was: dict[int, int]) -> Entry:
    event_id = scored.candidate.event_id
    return Entry(event_id, scored.lead.title, scored.lead.source_name, position, was.get(event_id), scored.score)
