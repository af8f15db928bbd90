"""Finding issues: by the names that people type, for the archive, and with a lock for whoever changes one."""

import re

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from newsletter.editors.models import LogEntry
from newsletter.errors import NotFoundError
from newsletter.issues.models import Correction, Issue, IssueState
from newsletter.issues.states import log_subject
from newsletter.regions.catalogue import find
from newsletter.regions.models import Region
from newsletter.regions.timing import sending_day

_WEEK = re.compile(r"\d{4}-W\d{2}", re.IGNORECASE)


def issue(session: Session, ref: str) -> Issue:
    """The issue that `ref` names: "MX" (its latest), "MX/2026-W20", "MX/1" (its number) or an id such as "17".

    Raises NotFoundError with what there is instead.
    """
    name, _, which = ref.strip().partition("/")
    if name.isdecimal() and not which:
        query = _with_items().where(Issue.id == int(name)) if len(name) < 18 else None
    elif not which:
        query = _of_region(name).order_by(Issue.week.desc())
    elif _WEEK.fullmatch(which):
        query = _of_region(name).where(Issue.week == which.upper())
    elif which.isdecimal() and len(which) < 9:
        query = _of_region(name).where(Issue.number == int(which))
    else:
        query = None
    found = session.scalars(query.limit(1)).one_or_none() if query is not None else None
    if found is None:
        raise NotFoundError(f"There is no issue {ref!r}. {_advice(session, name)}")
    return found


def issues(
    session: Session,
    *,
    region: str | None = None,
    state: IssueState | None = None,
    week: str | None = None,
    limit: int = 100,
) -> list[Issue]:
    """The latest issues that fit, newest week first, with their items.

    Raises NotFoundError for an unknown region, InvalidInputError for what is no week.
    """
    query = _with_items() if region is None else _of_region(region)
    if region is None:
        query = query.join(Issue.region)
    if state is not None:
        query = query.where(Issue.state == state)
    if week is not None:
        sending_day(week, 0)
        query = query.where(Issue.week == week)
    return list(session.scalars(query.order_by(Issue.week.desc(), Region.code).limit(limit)))


def published(session: Session, region: Region, *, limit: int | None = None) -> list[Issue]:
    """The region's archive: the issues that are out, newest first, with their items."""
    query = _with_items().where(Issue.region_id == region.id, Issue.state == IssueState.OUT)
    return list(session.scalars(query.order_by(Issue.number.desc()).limit(limit)))


def published_issue(session: Session, code: str, number: int) -> Issue:
    """One issue of the archive, with its corrections. Raises NotFoundError, also for an issue that is not out."""
    query = _of_region(code).where(Issue.number == number, Issue.state == IssueState.OUT)
    told = selectinload(Issue.corrections).selectinload(Correction.issue)
    found = session.scalars(query.options(told, selectinload(Issue.corrected))).one_or_none()
    if found is None:
        raise NotFoundError(f"{find(code).code} has no issue {number} in its archive.")
    return found


def locked(session: Session, of: Issue) -> Issue:
    """The same issue as the database has it now, and no one else changes it until this session ends.

    SQLite gives a writing session the whole database, so that only the fresh reading matters there.
    """
    query = _with_items().where(Issue.id == of.id).with_for_update(of=Issue, key_share=True)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def lock_region(session: Session, region: Region) -> None:
    """Two who change what a region has to tell wait for each other; on SQLite writers always do."""
    session.execute(select(Region.id).where(Region.id == region.id).with_for_update(key_share=True))


def history(session: Session, of: Issue) -> list[LogEntry]:
    """Who did what to the issue, the first act first."""
    query = select(LogEntry).where(LogEntry.subject == log_subject(of)).order_by(LogEntry.id)
    return list(session.scalars(query))


def _with_items() -> Select[Issue]:
    return select(Issue).options(selectinload(Issue.items), selectinload(Issue.region))


def _of_region(code: str) -> Select[Issue]:
    return _with_items().join(Issue.region).where(Region.code == find(code).code)


def _advice(session: Session, name: str) -> str:
    if name.isdecimal():
        return "`newsletter issues list` shows all."
    code = find(name).code
    weeks = session.scalars(
        select(Issue.week).join(Issue.region).where(Region.code == code).order_by(Issue.week.desc()).limit(3)
    ).all()
    if not weeks:
        return f"{code} has none yet; `newsletter draft {code}` makes one."
    return f"The latest of {code}: {', '.join(f'{code}/{week}' for week in weeks)}."
