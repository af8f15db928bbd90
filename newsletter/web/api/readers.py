"""Readers by their address, for keys of all regions. An address is in a body, never in an address of ours."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask

from newsletter.editors.log import record
from newsletter.feedback.personal_data import data_copy, erase
from newsletter.sending.settling import settle
from newsletter.subscribers.addresses import normalise
from newsletter.subscribers.consenting import Way
from newsletter.subscribers.digests import address_digests
from newsletter.subscribers.finding import by_address
from newsletter.subscribers.leaving import leave
from newsletter.subscribers.models import Subscriber, SubscriberState
from newsletter.subscribers.suppression import suppress, suppressed
from newsletter.web.api.calling import AdminChangesAll, Caller, PublisherChangesAll, PublisherReadsAll
from newsletter.web.api.problems import problems
from newsletter.web.api.shapes import Given
from newsletter.web.api_subscribers import Asked, check_asked, keep_asked

router = APIRouter(tags=["readers"])


class AddressGiven(Given):
    address: str = Field(max_length=320, pattern=r"^[^\x00]*$", examples=["ana@readers.example"])


class SuppressionGiven(AddressGiven):
    reason: str = Field(min_length=1, max_length=40, pattern=r"^[^\x00]*\S[^\x00]*$")


class ReaderView(BaseModel):
    """All that is known about a reader, as they can take it themselves."""

    id: int
    address: str
    state: SubscriberState
    language: str
    time_zone: str
    is_suppressed: bool
    asked_at: datetime
    confirmed_at: datetime | None
    left_at: datetime | None
    regions: list[dict[str, Any]]
    consents: list[dict[str, Any]]
    letters: list[dict[str, Any]]
    notices: list[dict[str, Any]]


class AskedView(BaseModel):
    result: str = Field(examples=["asked"])


@router.post("/readers", operation_id="askReader", response_model=AskedView, status_code=202)
def ask_to_join(caller: PublisherReadsAll, given: Asked) -> Response:
    """Ask a person to join: they are mailed and must confirm. The answer is the same whoever it is."""
    check_asked(caller.web, given)
    wish = BackgroundTask(keep_asked, caller.web, given)
    return JSONResponse({"result": "asked"}, status_code=202, headers={"Cache-Control": "no-store"}, background=wish)


@router.post("/readers/find", operation_id="findReader", response_model=ReaderView, responses=problems(404))
def find_reader(caller: PublisherReadsAll, given: AddressGiven) -> Response:
    """With their whole history. Who looked is logged."""

    def do(session: Session) -> ReaderView:
        _log(session, caller, "reader looked up", given.address)
        return _view(session, caller, by_address(session, given.address))

    return caller.change(do)


@router.post("/readers/leave", operation_id="takeReaderOff", status_code=204, responses=problems(404))
def take_off(caller: PublisherChangesAll, given: AddressGiven) -> Response:
    """Take a reader off the letter, as their own click would; only they can come back."""

    def do(session: Session, reader: Subscriber) -> None:
        if leave(session, reader, Way.API, caller.now):
            _log(session, caller, "reader taken off", given.address)

    return _settled(caller, given, do)


@router.post("/readers/erase", operation_id="eraseReader", status_code=204, responses=problems(404))
def erase_reader(caller: AdminChangesAll, given: AddressGiven) -> Response:
    """At the person's own word: every row about them goes. A keyed hash stays, so that nobody mails them again."""

    def do(session: Session, reader: Subscriber) -> None:
        _log(session, caller, "reader erased", given.address)
        erase(session, reader, caller.web.service.secret_keys, caller.now)

    return _settled(caller, given, do)


@router.post("/suppressions", operation_id="suppressAddress", status_code=204)
def suppress_address(caller: AdminChangesAll, given: SuppressionGiven) -> Response:
    """Never mail this address again, whoever asks for it; also one that is no reader's."""

    def do(session: Session) -> None:
        reason = " ".join(given.reason.split())
        _log(session, caller, "address suppressed", given.address, reason=reason)
        normalised = normalise(given.address).normalised
        suppress(session, normalised, reason, caller.web.service.secret_keys, caller.now)

    return caller.change(do)


def _settled(caller: Caller, given: AddressGiven, do: Callable[[Session, Subscriber], None]) -> Response:
    """Answer when no letter that was on its way to the reader can leave any more."""
    gone: list[int] = []

    def change(session: Session) -> None:
        reader = by_address(session, given.address)
        gone.append(reader.id)
        do(session, reader)

    def wait() -> None:
        for reader_id in gone:
            settle(caller.web.service.db, reader_id)

    return caller.change(change, then=wait)


def _view(session: Session, caller: Caller, reader: Subscriber) -> ReaderView:
    known = data_copy(session, reader)
    is_suppressed = bool(suppressed(session, [reader.normalised], caller.web.service.secret_keys))
    values = {field: known[field] for field in ReaderView.model_fields if field in known}
    return ReaderView(id=reader.id, is_suppressed=is_suppressed, **values)


def _log(session: Session, caller: Caller, action: str, address: str, **details: str) -> None:
    """By the reader's digest. Raises InvalidInputError for what is no address."""
    who = address_digests(normalise(address).normalised, caller.web.service.secret_keys)[0][:12]
    record(session, actor=caller.by, action=action, subject=f"reader {who}", details=details, now=caller.now)
