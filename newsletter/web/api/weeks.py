"""Weeks: what this one waits for, and the calendar of past and coming ones. Instants are UTC."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from newsletter.editors.models import Role
from newsletter.editors.permissions import may
from newsletter.events.doubting import open_doubts
from newsletter.issues.models import IssueState
from newsletter.regions.models import Region
from newsletter.regions.service import active_regions
from newsletter.regions.timing import week_of
from newsletter.sending.models import RoundState
from newsletter.web.api.calling import Caller, ReporterReads
from newsletter.web.api.issue_views import IssueLine
from newsletter.web.api.problems import problems
from newsletter.web.api.regions import region_of
from newsletter.web.api.shapes import Absent, Code
from newsletter.web.desk_calendar import CalendarWeek, Dates, calendar
from newsletter.web.desk_reading import cards_of_this_week, recent_rounds, sources
from newsletter.web.desk_regions import readers_of, region_row
from newsletter.web.desk_week import Card, silent

router = APIRouter(tags=["weeks"])

_COUNTS = ("audience", "accepted", "refused", "unknown", "skipped", "waiting", "deferred")


class CardView(BaseModel):
    """A region's week."""

    region: str
    week: str
    draft_due: datetime
    approve_by: datetime = Field(description="The first wave in the world.")
    own_wave: datetime = Field(description="In the region's own time zone.")
    issue: int | None
    state: IssueState | None = Field(description="null: to come.")
    items: int
    hand: str | None = Field(description="Who changed it last.")
    waits_for: list[str] = Field(description="Sentences; empty: nothing.")

    @classmethod
    def of(cls, card: Card) -> "CardView":
        columns = ("week", "draft_due", "approve_by", "own_wave", "items", "hand")
        return cls(
            region=card.region.code,
            issue=card.issue.id if card.issue else None,
            state=card.issue.state if card.issue else None,
            waits_for=list(card.waits_for),
            **{column: getattr(card, column) for column in columns},
        )


class RoundGoing(BaseModel):
    round: int
    schedule: str
    week: str
    state: RoundState
    counts: dict[str, int] = Field(description="Of its letters.", examples=[dict.fromkeys(_COUNTS, 0)])


class ThisWeek(BaseModel):
    now: datetime
    cards: list[CardView] = Field(description="Of the key's regions, those that wait for a person first.")
    rounds: list[RoundGoing] = Field(description="The latest first.")
    silent: list[int] = Field(description="Sources that have not answered well for a while.")
    doubts: int | None = Field(description="Pairs of events that may be one; null for a reporter's key.")


class DatesView(BaseModel):
    schedule: str
    drafts_due: datetime
    first_wave: datetime
    last_wave: datetime
    round: int | None
    state: RoundState | None
    held_waves: int

    @classmethod
    def of(cls, dates: Dates) -> "DatesView":
        columns = ("schedule", "drafts_due", "first_wave", "last_wave")
        return cls(
            round=dates.round.id if dates.round else None,
            state=dates.round.state if dates.round else None,
            held_waves=dates.held,
            **{column: getattr(dates, column) for column in columns},
        )


class WeekView(BaseModel):
    week: str = Field(examples=["2026-W20"])
    monday: date
    is_now: bool
    dates: list[DatesView]
    states: dict[str, int] = Field(description="How many issues of the key's regions are in each state.")
    issues: list[IssueLine] = Field(description="These; none for a reporter's key.")
    corrections: list[int] = Field(description="Rounds that mailed corrections of this week's issues.")


class Calendar(BaseModel):
    data: list[WeekView] = Field(description="The last first.")


class WeekAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    week: str | Absent = Field(
        None,
        max_length=10,
        pattern=r"^[^\x00]*$",
        description="Around which; without it, this one.",
        examples=["2026-W20"],
    )


class RegionComing(BaseModel):
    readers: int = Field(description="As they were up to ten minutes ago.")
    week: str
    draft_due: datetime
    first_wave: datetime = Field(description="Anywhere in the world.")
    own_wave: datetime = Field(description="In the region's own time zone.")


@router.get("/week", operation_id="getThisWeek", response_model=ThisWeek)
def this_week(caller: ReporterReads) -> ThisWeek:
    """What the desk's first page says."""
    with caller.web.service.db.reading() as session:
        cards = [CardView.of(card) for card in cards_of_this_week(session, caller.now) if caller.sees(card.region)]
        rounds = [
            RoundGoing(
                round=round.id,
                schedule=round.schedule.name,
                week=round.week,
                state=round.state,
                counts={name: getattr(going, name) for name in _COUNTS},
            )
            for round, going in recent_rounds(session)
        ]
        quiet = [source.id for source in silent(sources(session), caller.now)]
        doubts = len(open_doubts(session)) if may(caller.key, Role.EDITOR) else None
    return ThisWeek(now=caller.now, cards=cards, rounds=rounds, silent=quiet, doubts=doubts)


@router.get("/calendar", operation_id="getCalendar", response_model=Calendar)
def show_calendar(caller: ReporterReads, wanted: Annotated[WeekAsked, Query()]) -> Calendar:
    """Four weeks before one and three after it."""
    with caller.web.service.db.reading() as session:
        weeks = calendar(session, wanted.week or week_of(caller.now.date()), caller.now, _theirs(session, caller))
        return Calendar(data=[_week(week, with_issues=may(caller.key, Role.EDITOR)) for week in weeks])


@router.get(
    "/regions/{code}/coming", operation_id="getRegionComing", response_model=RegionComing, responses=problems(404)
)
def coming(caller: ReporterReads, code: Code) -> RegionComing:
    """How many read about a region, and when it is next due."""
    service = caller.web.service
    with service.db.reading() as session:
        region = region_of(session, caller, code)
        row = region_row(region, readers_of(session, service.redis).get(region.id, 0), caller.now)
    return RegionComing(**{field: getattr(row, field) for field in RegionComing.model_fields})


def _theirs(session: Session, caller: Caller) -> list[Region]:
    return [region for region in active_regions(session) if caller.sees(region)]


def _week(week: CalendarWeek, *, with_issues: bool) -> WeekView:
    columns = {column: getattr(week, column) for column in ("week", "monday", "is_now")}
    return WeekView(
        dates=[DatesView.of(dates) for dates in week.dates],
        states=week.states,
        issues=[IssueLine.of(issue) for issue in week.issues] if with_issues else [],
        corrections=[round.id for round in week.corrections] if with_issues else [],
        **columns,
    )
