"""What the desk shows, read with few queries."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from newsletter.issues.acknowledging import open_differences
from newsletter.issues.models import Issue, IssueState, IssueVersion
from newsletter.regions.models import Region
from newsletter.regions.service import active_regions
from newsletter.regions.timing import upcoming_week
from newsletter.sending.models import Round, Wave
from newsletter.sending.progress import Progress, progress
from newsletter.sending.tallying import counts_of
from newsletter.stories.models import Rejection, Source
from newsletter.web.desk_week import Card, card

ROUNDS_SHOWN = 6


def recent_rounds(session: Session) -> list[tuple[Round, Progress]]:
    """The latest rounds of weeks, newest first, and how each goes."""
    query = select(Round).options(joinedload(Round.schedule)).where(Round.correction_id.is_(None))
    rounds = session.scalars(query.order_by(Round.first_wave_at.desc(), Round.id.desc()).limit(ROUNDS_SHOWN)).all()
    counts = counts_of(session, [found.id for found in rounds])
    return [(found, progress(counts.get(found.id, {}))) for found in rounds]


def cards_of_this_week(session: Session, now: datetime) -> list[Card]:
    """A card for each region that is on, those that wait for a person first."""
    regions = active_regions(session)
    schedules = {region.schedule_id: region.schedule for region in regions}
    coming = {key: upcoming_week(now, schedule.weekday, schedule.hour) for key, schedule in schedules.items()}
    issues = _latest_issues(session, coming)
    hands = _last_hands(session, [issue.id for issue in issues.values()])
    cards = [_card(region, coming[region.schedule_id], issues.get(region.id), hands, now) for region in regions]
    return sorted(cards, key=lambda card: (not card.waits_for, card.approve_by, card.region.code))


def _latest_issues(session: Session, coming: Mapping[int, str]) -> dict[int, Issue]:
    """Region id to its issue of the coming week, or else of the last week that has one, whichever was made last.

    `coming` holds the week by the schedule's id. A week can be drafted long before or after its time.
    """
    until = [(Region.schedule_id == schedule) & (Issue.week <= week) for schedule, week in coming.items()]
    latest = (
        select(Issue.region_id, func.max(Issue.week).label("week"))
        .join(Issue.region)
        .where(or_(False, *until))
        .group_by(Issue.region_id)
        .subquery()
    )
    query = select(Issue).join(latest, (latest.c.region_id == Issue.region_id) & (latest.c.week == Issue.week))
    return {issue.region_id: issue for issue in session.scalars(query.options(selectinload(Issue.items)))}


def _card(region: Region, coming: str, issue: Issue | None, hands: dict[int, str], now: datetime) -> Card:
    if issue is None or (issue.week < coming and issue.state in (IssueState.OUT, IssueState.SKIPPED)):
        return card(region, None, 0, None, 0, now)
    return card(region, issue, len(issue.items), hands.get(issue.id), open_differences(issue), now)


def _last_hands(session: Session, issues: Sequence[int]) -> dict[int, str]:
    """Issue id to who made the version that stands."""
    query = (
        select(IssueVersion.issue_id, IssueVersion.by)
        .join(Issue, Issue.id == IssueVersion.issue_id)
        .where(IssueVersion.issue_id.in_(issues), IssueVersion.number == Issue.version, IssueVersion.by != "")
    )
    return dict(session.execute(query).all())


def waves_of(session: Session, round: Round) -> Sequence[Wave]:
    return session.scalars(select(Wave).where(Wave.round_id == round.id).order_by(Wave.opens_at)).all()


def rejections_by_source(session: Session) -> dict[int, int]:
    query = select(Rejection.source_id, func.count()).group_by(Rejection.source_id)
    return dict(session.execute(query).all())


def sources(session: Session) -> Sequence[Source]:
    """All of them: those in trouble first, then by name."""
    return session.scalars(select(Source).order_by(Source.trouble.is_(None), Source.name, Source.id)).all()
