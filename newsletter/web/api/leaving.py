"""Why readers leave, if they care to say: counted by week, and in their own words. Nobody's name stands with it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from newsletter.subscribers.reasons import latest_words, reasons_by_week
from newsletter.web.api.calling import PublisherReadsAll

router = APIRouter(tags=["readers"])

WEEKS, MOST_WEEKS, WORDS = 13, 53, 50


class WeekView(BaseModel):
    week: str = Field(examples=["2026-W20"])
    counts: dict[str, int] = Field(description="By reason, zeros included.")


class WordsView(BaseModel):
    at: datetime
    reason: str
    words: str = Field(description="As somebody wrote them.")


class Leaving(BaseModel):
    data: list[WeekView] = Field(description="The present week last.")
    words: list[WordsView] = Field(description="The newest first.")


class WeeksAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    weeks: int = Field(WEEKS, ge=1, le=MOST_WEEKS)


@router.get("/leaving", operation_id="getLeaving", response_model=Leaving)
def leaving(caller: PublisherReadsAll, wanted: Annotated[WeeksAsked, Query()]) -> Leaving:
    with caller.web.service.db.reading() as session:
        weeks = reasons_by_week(session, caller.now, weeks=wanted.weeks)
        words = latest_words(session, most=WORDS)
        return Leaving(
            data=[WeekView(week=one.week, counts=dict(one.counts)) for one in weeks],
            words=[WordsView(at=one.at, reason=one.reason, words=one.words or "") for one in words],
        )
