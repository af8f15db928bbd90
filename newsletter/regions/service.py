"""Switching regions on and off, and the schedules that they belong to."""

from difflib import get_close_matches

from babel import Locale, UnknownLocaleError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from newsletter.errors import InvalidInputError, NotFoundError
from newsletter.regions.catalogue import find
from newsletter.regions.models import Approval, Region, Schedule
from newsletter.regions.zones import world_zones

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_ITEMS = 40


def switch_on(
    session: Session,
    code: str,
    *,
    language: str | None = None,
    time_zone: str | None = None,
    item_count: int | None = None,
    minimum_items: int | None = None,
    approval: Approval | None = None,
    schedule: str | None = None,
) -> Region:
    """Make issues of a region of the catalogue from now on.

    What is not given stays as it was when the region was on before; a new region takes the catalogue's main language
    and time zone, 10 items and at least 3, approval by an editor, and the schedule "weekly".
    Raises NotFoundError for an unknown code, InvalidInputError for a value that can't be.
    """
    territory = find(code)
    found = session.scalar(select(Region).where(Region.code == territory.code))
    if found is None:
        found = Region(
            code=territory.code,
            language=territory.languages[0],
            time_zone=territory.time_zones[0],
            item_count=10,
            minimum_items=3,
            approval=Approval.REQUIRED,
            schedule=_schedule(session, schedule or "weekly"),
        )
        session.add(found)
    found.active = True
    _set(session, found, language, time_zone, item_count, minimum_items, approval, schedule)
    session.flush()
    return found


def change(
    session: Session,
    code: str,
    *,
    language: str | None = None,
    time_zone: str | None = None,
    item_count: int | None = None,
    minimum_items: int | None = None,
    approval: Approval | None = None,
    schedule: str | None = None,
) -> Region:
    """Change what is given of a region that is on. Raises NotFoundError or InvalidInputError."""
    found = region(session, code)
    _set(session, found, language, time_zone, item_count, minimum_items, approval, schedule)
    session.flush()
    return found


def switch_off(session: Session, code: str) -> Region:
    """Make no more issues of a region; its past issues and its readers stay. Raises NotFoundError."""
    found = region(session, code)
    found.active = False
    session.flush()
    return found


def active_regions(session: Session) -> list[Region]:
    return list(session.scalars(select(Region).where(Region.active).order_by(Region.code)))


def region(session: Session, code: str) -> Region:
    """A region that is on. Raises NotFoundError."""
    territory = find(code)
    found = session.scalar(select(Region).where(Region.code == territory.code, Region.active))
    if found is None:
        raise NotFoundError(
            f"{territory.code} is not switched on; run `newsletter regions enable {territory.code}` first."
        )
    return found


def schedule(session: Session, name: str = "weekly") -> Schedule:
    """A schedule; "weekly" is made when it is first needed: Friday, 07:00, lead time 24 h, window 12 h."""
    return _schedule(session, name)


def change_schedule(
    session: Session,
    name: str = "weekly",
    *,
    weekday: int | None = None,
    hour: int | None = None,
    lead_hours: int | None = None,
    window_hours: int | None = None,
) -> Schedule:
    """Change what is given of a schedule; weekday 0 is Monday. Raises NotFoundError or InvalidInputError."""
    found = _schedule(session, name)
    given = checked_hours(weekday=weekday, hour=hour, lead_hours=lead_hours, window_hours=window_hours)
    for field, value in given.items():
        setattr(found, field, value)
    session.flush()
    return found


def checked_hours(
    *,
    weekday: int | None = None,
    hour: int | None = None,
    lead_hours: int | None = None,
    window_hours: int | None = None,
) -> dict[str, int]:
    """What is given of a schedule's hours. Raises InvalidInputError for what is out of bounds."""
    given: dict[str, int] = {}
    if weekday is not None:
        given["weekday"] = _within(weekday, 0, 6, "The weekday (Monday is 0)")
    if hour is not None:
        given["hour"] = _within(hour, 0, 23, "The hour")
    if lead_hours is not None:
        given["lead_hours"] = _within(lead_hours, 1, 120, "The lead time in hours")
    if window_hours is not None:
        given["window_hours"] = _within(window_hours, 1, 72, "The window in hours")
    return given


def weekday_number(name: str) -> int:
    """0 for "monday" or "Mon". Raises InvalidInputError."""
    fits = [number for number, day in enumerate(WEEKDAYS) if len(name) >= 3 and day.startswith(name.strip().lower())]
    if not fits:
        raise InvalidInputError(f"{name!r} is no weekday: write one of {', '.join(WEEKDAYS)}.")
    return fits[0]


def _schedule(session: Session, name: str) -> Schedule:
    found = session.scalar(select(Schedule).where(Schedule.name == name))
    if found is not None:
        return found
    if name != "weekly":
        names = session.scalars(select(Schedule.name).order_by(Schedule.name)).all() or ["weekly"]
        raise NotFoundError(
            f"There is no schedule {name!r}; there is {', '.join(names)}. `newsletter schedules add` makes one."
        )
    try:
        with session.begin_nested():  # another process may be making it at this moment
            made = Schedule(name=name, weekday=4, hour=7, lead_hours=24, window_hours=12)
            session.add(made)
        return made
    except IntegrityError:
        return session.scalars(select(Schedule).where(Schedule.name == name)).one()


def _set(
    session: Session,
    found: Region,
    language: str | None,
    time_zone: str | None,
    item_count: int | None,
    minimum_items: int | None,
    approval: Approval | None,
    schedule_name: str | None,
) -> None:
    if language is not None:
        found.language = _language(language)
    if time_zone is not None:
        found.time_zone = _time_zone(time_zone)
    if item_count is not None:
        found.item_count = _within(item_count, 1, MOST_ITEMS, "The number of items")
    if minimum_items is not None:
        found.minimum_items = _within(minimum_items, 1, MOST_ITEMS, "The least number of items")
    if found.minimum_items > found.item_count:
        raise InvalidInputError(
            f"A letter of at most {found.item_count} items can't need at least {found.minimum_items}."
        )
    if approval is not None:
        found.approval = approval
    if schedule_name is not None:
        found.schedule = _schedule(session, schedule_name)


def _within(value: int, least: int, most: int, what: str) -> int:
    if not least <= value <= most:
        raise InvalidInputError(f"{what} must be from {least} to {most}, not {value}.")
    return value


def _language(tag: str) -> str:
    try:
        return str(Locale.parse(tag.strip().replace("-", "_"))).replace("_", "-")
    except (ValueError, UnknownLocaleError) as error:
        raise InvalidInputError(f"{tag!r} is no language: write a tag such as en, es, ar or pt-BR.") from error


def _time_zone(name: str) -> str:
    wanted = name.strip()
    if wanted in world_zones():
        return wanted
    by_lower = {zone.lower(): zone for zone in world_zones()}
    by_city = {zone.rpartition("/")[2].lower(): zone for zone in sorted(world_zones())}
    key = wanted.lower().replace(" ", "_")
    close = [by_lower[match] for match in get_close_matches(key, by_lower, n=2, cutoff=0.7)]
    close += [by_city[match] for match in get_close_matches(key, by_city, n=2, cutoff=0.8)]
    hint = f"Did you mean {' or '.join(dict.fromkeys(close))}?" if close else "Write one such as America/Mexico_City."
    raise InvalidInputError(f"There is no time zone {wanted!r}. {hint}")
