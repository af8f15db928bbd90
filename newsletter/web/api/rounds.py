"""Rounds: how they go, what is proved of them, and a publisher's hand on them. A round is of all regions."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from newsletter.errors import NotFoundError
from newsletter.sending import controlling
from newsletter.sending.auditing import audit
from newsletter.sending.models import Letter, LetterState, Round, RoundState
from newsletter.sending.overview import overview_of
from newsletter.sending.refused_with import refused_with
from newsletter.sending.relay_states import Answer
from newsletter.web.api.calling import Caller, EditorReads, PublisherChangesAll
from newsletter.web.api.paging import Page, Window, earliest_first, latest_first
from newsletter.web.api.problems import problems
from newsletter.web.api.shapes import Count, Given, Id, Line
from newsletter.web.ringing import TICK

router = APIRouter(tags=["rounds"])

_COLUMNS = (
    *("id", "week", "state", "note", "planned_at", "first_wave_at", "last_wave_at"),
    *("closes_at", "started_at", "ended_at", "audited_at"),
)


class RoundView(BaseModel):
    id: int
    schedule: str
    week: str
    state: RoundState
    note: str | None = Field(description="Why it is paused or cancelled.")
    correction: int | None = Field(description="The correction that it mails; null: it is a week's.")
    planned_at: datetime
    first_wave_at: datetime
    last_wave_at: datetime
    closes_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    audited_at: datetime | None

    @classmethod
    def of(cls, round: Round) -> "RoundView":
        values = {column: getattr(round, column) for column in _COLUMNS}
        return cls(schedule=round.schedule.name, correction=round.correction_id, **values)


class ProgressView(BaseModel):
    """Accepted, refused, unknown, skipped, waiting and deferred sum to the audience."""

    state: RoundState
    note: str | None
    canary: str
    waits_until: datetime | None
    is_over: bool
    audience: int
    accepted: int
    refused: int
    unknown: int
    skipped: int
    waiting: int
    deferred: int
    ended: int
    rate_per_second: float
    seconds_left: float | None
    relays: list[dict[str, Any]]
    domains: list[dict[str, Any]]


class AuditView(BaseModel):
    editions: int
    audience: int
    accepted: int
    refused: int
    unknown: int
    skipped: int
    open: int
    doubled: int = Field(description="Readers who have letters with one issue more than once.")
    miscounted: int | None
    issues: list[dict[str, Any]]
    adds_up: bool
    is_sound: bool


class LetterLine(BaseModel):
    """A letter that nobody knows the end of; its reader by their number."""

    id: int
    reader: int
    part: int
    ended_at: datetime | None


class RefusalView(BaseModel):
    code: int | None
    text: str = Field(description="In the relay's words; addresses are masked.")
    letters: int
    at: datetime | None = Field(description="The last time.")

    @classmethod
    def of(cls, answer: Answer) -> "RefusalView":
        return cls(**{field: getattr(answer, field) for field in cls.model_fields})


class Refusals(BaseModel):
    data: list[RefusalView]


class WhyGiven(Given):
    reason: Line = ""


class AgainGiven(Given):
    letters: Count = Field(description="How many are unknown, as was read.")


@router.get("/rounds", operation_id="listRounds", response_model=Page[RoundView])
def list_rounds(caller: EditorReads, window: Annotated[Window, Query()]) -> Page[RoundView]:
    """The latest first."""
    query = select(Round).options(joinedload(Round.schedule))
    with caller.web.service.db.reading() as session:
        return latest_first(session, query, Round.id, window, RoundView.of)


@router.get("/rounds/{round_id}", operation_id="getRound", response_model=RoundView, responses=problems(404))
def show_round(caller: EditorReads, round_id: Id) -> RoundView:
    with caller.web.service.db.reading() as session:
        return RoundView.of(round_of(session, round_id))


@router.get(
    "/rounds/{round_id}/progress", operation_id="getProgress", response_model=ProgressView, responses=problems(404)
)
def progress(caller: EditorReads, round_id: Id) -> ProgressView:
    """How it goes now; the desk's page shows the same."""
    service = caller.web.service
    with service.db.reading() as session:
        data = overview_of(session, round_of(session, round_id), service.limits, caller.now).as_data()
    return ProgressView(**{field: data[field] for field in ProgressView.model_fields})


@router.get("/rounds/{round_id}/audit", operation_id="auditRound", response_model=AuditView, responses=problems(404))
def show_audit(caller: EditorReads, round_id: Id) -> AuditView:
    """The accounting: every letter in one of its states, no reader with one issue twice."""
    with caller.web.service.db.reading() as session:
        data = audit(session, round_of(session, round_id)).as_data()
    return AuditView(**{field: data[field] for field in AuditView.model_fields})


@router.get(
    "/rounds/{round_id}/unknown", operation_id="listUnknown", response_model=Page[LetterLine], responses=problems(404)
)
def list_unknown(caller: EditorReads, round_id: Id, window: Annotated[Window, Query()]) -> Page[LetterLine]:
    """Letters of which nobody knows whether they were accepted."""
    with caller.web.service.db.reading() as session:
        round_of(session, round_id)
        query = select(Letter).where(Letter.round_id == round_id, Letter.state == LetterState.UNKNOWN)
        return earliest_first(session, query, Letter.id, window, _line)


@router.get(
    "/rounds/{round_id}/refusals", operation_id="listRefusals", response_model=Refusals, responses=problems(404)
)
def list_refusals(caller: EditorReads, round_id: Id) -> Refusals:
    """What relays said to the latest letters that they refused, the most frequent first."""
    with caller.web.service.db.reading() as session:
        found = refused_with(session, round_of(session, round_id))
    return Refusals(data=[RefusalView.of(answer) for answer in found])


@router.post("/rounds/{round_id}/pause", operation_id="pauseRound", response_model=RoundView, responses=problems(404))
def pause(caller: PublisherChangesAll, round_id: Id, given: WhyGiven) -> Response:
    """Nothing more of it leaves until it is resumed."""

    def change(session: Session, round: Round) -> None:
        controlling.pause(session, round, by=caller.by, now=caller.now, reason=_shortened(given.reason))

    return _changed(caller, round_id, change)


@router.post("/rounds/{round_id}/resume", operation_id="resumeRound", response_model=RoundView, responses=problems(404))
def resume(caller: PublisherChangesAll, round_id: Id) -> Response:
    def change(session: Session, round: Round) -> None:
        controlling.resume(session, round, by=caller.by, now=caller.now)

    return _changed(caller, round_id, change)


@router.post("/rounds/{round_id}/cancel", operation_id="cancelRound", response_model=RoundView, responses=problems(404))
def cancel(caller: PublisherChangesAll, round_id: Id, given: WhyGiven) -> Response:
    """Nothing more of it leaves, for ever."""

    def change(session: Session, round: Round) -> None:
        controlling.cancel(session, round, by=caller.by, now=caller.now, reason=_shortened(given.reason))

    return _changed(caller, round_id, change)


@router.post(
    "/rounds/{round_id}/release", operation_id="releaseRound", response_model=RoundView, responses=problems(404)
)
def release(caller: PublisherChangesAll, round_id: Id) -> Response:
    """Send what was left behind to the readers of waves that have opened, however late it is."""

    def change(session: Session, round: Round) -> None:
        controlling.release(session, round, by=caller.by, now=caller.now)

    return _changed(caller, round_id, change)


@router.post(
    "/rounds/{round_id}/send-unknown-again",
    operation_id="sendUnknownAgain",
    response_model=RoundView,
    responses=problems(404),
)
def send_unknown_again(caller: PublisherChangesAll, round_id: Id, given: AgainGiven) -> Response:
    """As many as were read, or none: some of these readers will get theirs twice."""

    def change(session: Session, round: Round) -> None:
        size = caller.web.service.settings.batch_size
        controlling.send_unknown_again(session, round, size, by=caller.by, now=caller.now, expected=given.letters)

    return _changed(caller, round_id, change)


def _changed(caller: Caller, round_id: int, change: Callable[[Session, Round], object]) -> Response:
    def do(session: Session) -> RoundView:
        round = round_of(session, round_id)
        change(session, round)
        session.flush()
        return RoundView.of(round)

    return caller.change(do, then=lambda: caller.web.bell.ring(TICK))


def round_of(session: Session, round_id: int) -> Round:
    """Raises NotFoundError."""
    round = session.get(Round, round_id)
    if round is None:
        raise NotFoundError(f"There is no round {round_id}.")
    return round


def _line(letter: Letter) -> LetterLine:
    return LetterLine(id=letter.id, reader=letter.subscriber_id, part=letter.part, ended_at=letter.ended_at)


def _shortened(reason: str) -> str:
    return " ".join(reason.split())[:300]
