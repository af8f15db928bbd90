"""Making the draft of a region's week: what is picked is copied, so that no source changes it afterwards."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from newsletter.editors.log import AUTOMATIC, record
from newsletter.errors import NotAllowedError
from newsletter.events.gathering import gather
from newsletter.happenings.models import Happening
from newsletter.issues.announcing import announce
from newsletter.issues.approving import approve_automatically
from newsletter.issues.considering import window_of
from newsletter.issues.content import content_hash
from newsletter.issues.correcting import untold
from newsletter.issues.finding import lock_region, locked
from newsletter.issues.models import Issue, IssueState
from newsletter.issues.picking import near_misses, pick_for
from newsletter.issues.snapshots import snapshot
from newsletter.issues.states import log_subject, name_of
from newsletter.issues.thin_weeks import note_on_language, note_on_too_few
from newsletter.issues.versions import forget
from newsletter.issues.weighing import weights_of
from newsletter.picking.pick import Pick
from newsletter.regions.catalogue import name_of as region_name
from newsletter.regions.models import Region
from newsletter.regions.service import active_regions
from newsletter.regions.timing import first_and_last_wave, sending_day, upcoming_week
from newsletter.stories.models import Story

log = structlog.get_logger(__name__)


def draft(session: Session, region: Region, week: str, now: datetime, *, by: str = AUTOMATIC) -> Issue:
    """The issue of the region's week, drafted now if there is none yet.

    With fewer events than the region's minimum it is skipped, and its note says so. A region on automatic approval
    has it approved at once. Raises InvalidInputError for a malformed week.
    """
    sending_day(week, region.schedule.weekday)
    lock_region(session, region)
    if (existing := _issue_of(session, region, week)) is not None:
        return existing
    issue = Issue(region=region, week=week)
    _fill(session, issue, now)
    session.add(issue)
    _finish(session, issue, by, "issue drafted", now)
    return issue


def redraft(session: Session, issue: Issue, now: datetime, *, by: str = AUTOMATIC) -> Issue:
    """Pick anew with what has come in since, or, for a skipped issue, try again.

    Raises NotAllowedError for an issue that a person edited or approved, that is held, or that is out.
    """
    lock_region(session, issue.region)
    issue = locked(session, issue)
    if issue.state in (IssueState.HELD, IssueState.OUT):
        raise NotAllowedError(f"The issue {name_of(issue)} is {issue.state.value} and is not drafted again.")
    if issue.state is not IssueState.SKIPPED and _has_work_of_a_person(issue):
        raise NotAllowedError(
            f"A person edited or approved the issue {name_of(issue)}, and a new draft would throw that away. To do so "
            f"anyway, run `newsletter issues skip {name_of(issue)}` and draft it again."
        )
    forget(session, issue)
    issue.items.clear()
    session.flush()  # the old rows go before new ones of the same events come
    _fill(session, issue, now)
    _finish(session, issue, by, "issue drafted again", now)
    return issue


def regions_to_draft(session: Session, now: datetime) -> list[int]:
    """The regions whose lead time has begun and whose coming week has no issue, or one that may be less thin now.

    What came in until now is gathered first: a worker may not have got to it yet.
    """
    due = [region.id for region in active_regions(session) if _is_due(session, region, now)]
    if due:
        gather(session, now)
    return due


def draft_due(session: Session, region_id: int, now: datetime) -> Issue | None:
    """Draft the region's coming week if it is due; None where there was nothing to do, or it is as thin as before.

    A week that was too thin is tried again when more has come in, so that a region switched on in mid-week has its
    issue once its sources have answered.
    """
    region = session.get_one(Region, region_id)
    week = _week_to_draft(region, now)
    if week is None:
        return None
    issue = _issue_of(session, region, week)
    if issue is None:
        return draft(session, region, week, now)
    return issue if _may_be_less_thin(session, issue) and _try_again(session, issue, now) else None


def reconsider(session: Session, issue: Issue) -> Pick:
    """What a pick for this issue finds now, within the same span of time: its near misses with their reasons."""
    window = window_of(session, issue.region, issue.until, apart_from=issue.id)
    return pick_for(session, issue.region, window, issue.id)


def _fill(session: Session, issue: Issue, now: datetime) -> None:
    """Everything of the issue but its approval, from what is known now."""
    region = issue.region
    window = window_of(session, region, now, apart_from=issue.id)
    picked = pick_for(session, region, window, issue.id)
    issue.since, issue.until, issue.drafted_at, issue.edited_at = window.since, window.until, now, None
    issue.approved_hash = issue.approved_at = issue.approved_by = None
    issue.dropped = []
    issue.language, issue.near_misses = picked.language, near_misses(picked)
    if len(picked.chosen) < region.minimum_items:
        issue.state, issue.number = IssueState.SKIPPED, None
        issue.note = note_on_too_few(picked, region_name(region.code), region.minimum_items)
    else:
        issue.state, issue.number = IssueState.DRAFT, issue.number or _next_number(session, region)
        notes = (note_on_language(picked, region.language), weights_of(session, region.code).note)
        issue.note = " ".join(note for note in notes if note) or None
        issue.items = [snapshot(scored, position) for position, scored in enumerate(picked.chosen, start=1)]
        issue.corrections = list(untold(session, issue))
    issue.content_hash = content_hash(issue)


def _is_due(session: Session, region: Region, now: datetime) -> bool:
    week = _week_to_draft(region, now)
    if week is None:
        return False
    issue = _issue_of(session, region, week)
    return issue is None or _may_be_less_thin(session, issue)


def _issue_of(session: Session, region: Region, week: str) -> Issue | None:
    return session.scalar(select(Issue).where(Issue.region_id == region.id, Issue.week == week))


def _may_be_less_thin(session: Session, issue: Issue) -> bool:
    """True for an issue that was too thin, and not skipped by a person, where stories have come in since."""
    if issue.state is not IssueState.SKIPPED or issue.items:
        return False
    return bool(session.scalar(select(exists().where(Story.seen_at > issue.drafted_at))))


def _try_again(session: Session, issue: Issue, now: datetime) -> bool:
    """Pick anew for an issue that was too thin; whether it is a draft now."""
    lock_region(session, issue.region)
    _fill(session, locked(session, issue), now)
    if issue.state is IssueState.SKIPPED:
        return False
    _finish(session, issue, AUTOMATIC, "issue drafted again", now)
    return True


def _finish(session: Session, issue: Issue, by: str, action: str, now: datetime) -> None:
    session.flush()
    details = {"state": issue.state.value, "items": len(issue.items), "note": issue.note}
    record(session, actor=by, action=action, subject=log_subject(issue), details=details, now=now)
    log.info(action, issue=issue.id, region=issue.region.code, week=issue.week, items=len(issue.items))
    if issue.state is IssueState.DRAFT:
        announce(session, Happening.DRAFTED, issue, now, items=len(issue.items))
    approve_automatically(session, issue, now)


def _next_number(session: Session, region: Region) -> int:
    return (session.scalar(select(func.max(Issue.number)).where(Issue.region_id == region.id)) or 0) + 1


def _has_work_of_a_person(issue: Issue) -> bool:
    return issue.edited_at is not None or issue.approved_by not in (None, AUTOMATIC)


def _week_to_draft(region: Region, now: datetime) -> str | None:
    """The coming week, once the schedule's lead time before its first wave in the world has begun."""
    schedule = region.schedule
    week = upcoming_week(now, schedule.weekday, schedule.hour)
    first, _ = first_and_last_wave(week, schedule.weekday, schedule.hour)
    return week if now >= first - timedelta(hours=schedule.lead_hours) else None
