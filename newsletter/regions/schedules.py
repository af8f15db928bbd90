"""Schedules beside the one that there always is: made, renamed, looked through."""

import re
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from newsletter.errors import InvalidInputError, NotAllowedError
from newsletter.regions.models import Region, Schedule
from newsletter.regions.service import checked_hours, schedule

USUAL = "weekly"  # what new regions take; made when it is first needed
# No slash, since rounds go by "name/week", and not a number alone, by which a round goes as well.
_NAME = re.compile(r"(?!\d+$)\w[\w .-]{0,79}")


def add_schedule(
    session: Session, name: str, *, weekday: int = 4, hour: int = 7, lead_hours: int = 24, window_hours: int = 12
) -> Schedule:
    """Weekday 0 is Monday.

    Raises InvalidInputError for a name that can't be and for what is out of bounds, NotAllowedError for a taken name.
    """
    times = checked_hours(weekday=weekday, hour=hour, lead_hours=lead_hours, window_hours=window_hours)
    made = Schedule(name=_free(session, name), **times)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:  # another has made it in this very moment
        raise _taken(made.name) from error
    return made


def rename_schedule(session: Session, name: str, to: str) -> Schedule:
    """Its regions and rounds stay with it.

    Raises NotFoundError, InvalidInputError for a name that can't be, NotAllowedError for the usual one or a taken name.
    """
    found = schedule(session, name)
    if _tidy(to) == found.name:
        return found
    check_own(found)
    wanted = _free(session, to)
    try:
        with session.begin_nested():
            found.name = wanted
    except IntegrityError as error:
        raise _taken(wanted) from error
    return found


def check_own(found: Schedule) -> None:
    """Raises NotAllowedError for the schedule that must stay."""
    if found.name == USUAL:
        raise NotAllowedError(f"New regions take the schedule {USUAL}, so it keeps its name and stays.")


def all_schedules(session: Session) -> Sequence[Schedule]:
    return session.scalars(select(Schedule).order_by(Schedule.name)).all()


def regions_of(session: Session, found: Schedule) -> Sequence[Region]:
    """Those that belong to it, also such as are switched off, by code."""
    return session.scalars(select(Region).where(Region.schedule_id == found.id).order_by(Region.code)).all()


def _free(session: Session, name: str) -> str:
    wanted = _tidy(name)
    if not _NAME.fullmatch(wanted):
        raise InvalidInputError(
            "A schedule's name is of letters, digits, spaces, dots and hyphens, 80 at most, and not a number alone."
        )
    if session.scalar(select(Schedule.id).where(func.lower(Schedule.name) == wanted.lower())) is not None:
        raise _taken(wanted)
    return wanted


def _taken(name: str) -> NotAllowedError:
    return NotAllowedError(f"There is a schedule {name} already.")


def _tidy(name: str) -> str:
    return " ".join(name.split())
