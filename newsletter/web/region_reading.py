"""What the public pages show of a region: its latest stories and its archive."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, load_only

from newsletter.errors import NotFoundError
from newsletter.issues.models import Issue, IssueState, Item
from newsletter.regions.catalogue import covers, find
from newsletter.regions.models import Region
from newsletter.stories.intake import canonical_prefix
from newsletter.stories.models import Source, SourceKind, Story, StoryRegion
from newsletter.web.pages import is_web_address

STORIES_SHOWN = 20
OWN_STORIES_SHOWN = 50  # of those that stand on our page alone: a letter's link to one must find it for some weeks
ISSUES_SHOWN = 60  # more than a year
SURE_ENOUGH = 0.5  # confidence from which a story counts as being about a country


@dataclass(frozen=True)
class PastIssue:
    number: int
    week: str
    language: str
    headline: str  # of its lead item


def public_region(session: Session, code: str) -> Region:
    """The region with this code, if it is on or has an archive. Raises NotFoundError."""
    region = session.scalar(select(Region).where(Region.code == find(code).code))
    out = select(Issue.id).where(Issue.region_id == region.id, Issue.state == IssueState.OUT) if region else None
    if region is None or not (region.active or (out is not None and session.scalar(out.limit(1)))):
        raise NotFoundError("There is no letter about this region.")
    return region


def latest_stories(session: Session, code: str, limit: int = STORIES_SHOWN) -> list[Story]:
    """The newest stories about a country, or about any of a group's, each once, with their sources.

    Among them, however old, are the newest of those that stand on this page and nowhere else.
    """
    about = (
        select(StoryRegion.id)
        .where(
            StoryRegion.story_id == Story.id,
            StoryRegion.code.in_(sorted(covers(code))),
            StoryRegion.confidence >= SURE_ENOUGH,
        )
        .exists()
    )
    stands_here = Story.canonical_url.startswith(canonical_prefix(code), autoescape=True)
    newest = (
        select(Story)
        .where(Story.withdrawn_at.is_(None))
        .options(
            load_only(
                *(Story.title, Story.summary, Story.url, Story.canonical_url),
                *(Story.language, Story.dated_at, Story.source_id),
            ),
            joinedload(Story.source).load_only(Source.name),
        )
        .order_by(Story.dated_at.desc(), Story.id.desc())
    )
    own = newest.join(Story.source).where(Source.kind == SourceKind.API, stands_here)
    found = [*session.scalars(newest.where(about).limit(limit)), *session.scalars(own.limit(OWN_STORIES_SHOWN))]
    stories = {story.id: story for story in found if is_web_address(story.url)}
    return sorted(stories.values(), key=lambda story: (story.dated_at, story.id), reverse=True)


def past_issues(session: Session, region: Region, limit: int = ISSUES_SHOWN) -> list[PastIssue]:
    """The issues of a region that are out, newest first; one query without their items."""
    query = (
        select(Issue.number, Issue.week, Issue.language, Item.headline)
        .join(Item, (Item.issue_id == Issue.id) & (Item.position == 1), isouter=True)
        .where(Issue.region_id == region.id, Issue.state == IssueState.OUT)
        .order_by(Issue.number.desc())
    )
    return [
        PastIssue(number, week, language, headline or "")
        for number, week, language, headline in session.execute(query.limit(limit))
        if number is not None
    ]
