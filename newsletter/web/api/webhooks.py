"""Webhooks, and the calls that were made to them: for keys of all regions."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.errors import NotFoundError
from newsletter.happenings.models import CallState, Happening, Webhook, WebhookCall
from newsletter.regions.service import region as find_region
from newsletter.web.api.calling import AdminChangesAll, AdminEditsAll, AdminReadsAll
from newsletter.web.api.paging import Page, Window, earliest_first, number_in, page
from newsletter.web.api.problems import problems
from newsletter.web.api.shapes import Absent, Given, Id, Line
from newsletter.web.ringing import WEBHOOKS
from newsletter.webhooks import service as webhooks
from newsletter.webhooks.service import WANTED

router = APIRouter(tags=["webhooks"])


class WebhookView(BaseModel):
    id: int
    url: str
    happenings: list[str]
    regions: list[str] = Field(description="Empty: all.")
    with_addresses: bool
    is_on: bool
    trouble: str | None = Field(description="Why it was switched off.")
    made_at: datetime
    made_by: str

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookView":
        columns = ("id", "url", "happenings", "with_addresses", "trouble", "made_at", "made_by")
        values = {column: getattr(webhook, column) for column in columns}
        return cls(is_on=webhook.is_active, regions=[region.code for region in webhook.regions], **values)


class NewWebhookView(WebhookView):
    secret: str = Field(description="What its calls are signed with; shown now and never again.")


class CallView(BaseModel):
    id: int
    webhook: int
    uid: str = Field(description="`webhook-id`: of the happening, the same in each attempt.")
    happening: Happening
    data: dict[str, Any]
    happened_at: datetime
    state: CallState
    due_at: datetime
    attempts: int
    status: int | None = Field(description="Of the last answer; null: there was none.")
    said: str | None
    ended_at: datetime | None

    @classmethod
    def of(cls, call: WebhookCall) -> "CallView":
        columns = [field for field in cls.model_fields if field != "webhook"]
        return cls(webhook=call.webhook_id, **{column: getattr(call, column) for column in columns})


class WebhookGiven(Given):
    url: str = Field(max_length=2000, pattern=r"^https?://", examples=["https://crm.news.example/hook"])
    happenings: list[Annotated[Happening, Field(strict=False)]] = Field(
        list(WANTED), min_length=1, max_length=20, examples=[["reader.subscribed", "reader.left"]]
    )
    regions: list[Line] = Field([], max_length=300, examples=[["MX"]])
    with_addresses: bool = Field(False, description="Whether it is told readers' addresses.")


class WebhookChangeGiven(Given):
    is_on: bool


class CallFilter(Window):
    webhook: Annotated[int, Field(ge=1, le=2**53)] | Absent = None
    state: CallState | Absent = None


class Replayed(BaseModel):
    calls: int


@router.get("/webhooks", operation_id="listWebhooks", response_model=Page[WebhookView])
def list_webhooks(caller: AdminReadsAll, window: Annotated[Window, Query()]) -> Page[WebhookView]:
    with caller.web.service.db.reading() as session:
        return earliest_first(session, select(Webhook), Webhook.id, window, WebhookView.of)


@router.post(
    "/webhooks", operation_id="addWebhook", response_model=NewWebhookView, status_code=201, responses=problems(404)
)
def add_webhook(caller: AdminReadsAll, given: WebhookGiven) -> Response:
    """It is called from the next happening on. Its secret is answered once: no Idempotency-Key keeps this answer."""

    def do(session: Session) -> NewWebhookView:
        webhook, secret = webhooks.add_webhook(
            session,
            given.url,
            happenings=given.happenings,
            regions=[find_region(session, code) for code in given.regions],
            with_addresses=given.with_addresses,
            keys=caller.web.service.secret_keys,
            by=caller.by,
            now=caller.now,
        )
        return NewWebhookView(**WebhookView.of(webhook).model_dump(), secret=secret)

    return caller.change(do, status=201)


@router.get("/webhooks/calls", operation_id="listCalls", response_model=Page[CallView])
def list_calls(caller: AdminReadsAll, wanted: Annotated[CallFilter, Query()]) -> Page[CallView]:
    """The latest first; they are kept for some weeks."""
    with caller.web.service.db.reading() as session:
        found = webhooks.calls_of(
            session,
            webhook_id=wanted.webhook,
            state=wanted.state,
            before=number_in(wanted),
            limit=wanted.limit + 1,
        )
        return page(found, wanted, CallView.of, lambda call: call.id)


@router.post(
    "/webhooks/calls/{call_id}/replay",
    operation_id="replayCall",
    response_model=CallView,
    status_code=202,
    responses=problems(404),
)
def replay_call(caller: AdminChangesAll, call_id: Id) -> Response:
    """Make it once more, under the id that it had."""

    def do(session: Session) -> CallView:
        call = session.get(WebhookCall, call_id)
        if call is None:
            raise NotFoundError(f"There is no call {call_id}.")
        webhooks.replay(session, call, by=caller.by, now=caller.now)
        return CallView.of(call)

    return caller.change(do, status=202, then=lambda: caller.web.bell.ring(WEBHOOKS))


@router.get(
    "/webhooks/{webhook_id}",
    operation_id="getWebhook",
    response_model=WebhookView,
    responses={304: {}, **problems(404)},
)
def show_webhook(request: Request, caller: AdminReadsAll, webhook_id: Id) -> Response:
    with caller.web.service.db.reading() as session:
        return caller.show(request, WebhookView.of(_webhook(session, webhook_id)))


@router.patch(
    "/webhooks/{webhook_id}", operation_id="patchWebhook", response_model=WebhookView, responses=problems(404, 412)
)
def change_webhook(caller: AdminEditsAll, webhook_id: Id, given: WebhookChangeGiven) -> Response:
    """Switch it on or off. What happens while it is off is not told to it later."""

    def do(session: Session) -> WebhookView:
        webhook = _webhook(session, webhook_id)
        caller.check_etag(WebhookView.of(webhook))
        webhooks.switch(session, webhook, is_active=given.is_on, by=caller.by, now=caller.now)
        return WebhookView.of(webhook)

    return caller.change(do)


@router.delete("/webhooks/{webhook_id}", operation_id="deleteWebhook", status_code=204, responses=problems(404, 412))
def remove_webhook(caller: AdminEditsAll, webhook_id: Id) -> Response:
    """With its calls."""

    def do(session: Session) -> None:
        webhook = _webhook(session, webhook_id)
        caller.check_etag(WebhookView.of(webhook))
        webhooks.remove_webhook(session, webhook, by=caller.by, now=caller.now)

    return caller.change(do)


@router.post(
    "/webhooks/{webhook_id}/test",
    operation_id="testWebhook",
    response_model=CallView,
    status_code=202,
    responses=problems(404),
)
def test_webhook(caller: AdminChangesAll, webhook_id: Id) -> Response:
    """Call it with a happening that says only that it is a test; what it answered is in its calls."""

    def do(session: Session) -> CallView:
        webhook = _webhook(session, webhook_id)
        return CallView.of(webhooks.try_webhook(session, webhook, by=caller.by, now=caller.now))

    return caller.change(do, status=202, then=lambda: caller.web.bell.ring(WEBHOOKS))


@router.post(
    "/webhooks/{webhook_id}/replay",
    operation_id="replayGivenUp",
    response_model=Replayed,
    status_code=202,
    responses=problems(404),
)
def replay_given_up(caller: AdminChangesAll, webhook_id: Id) -> Response:
    """Make all its calls once more that were given up."""

    def do(session: Session) -> Replayed:
        webhook = _webhook(session, webhook_id)
        return Replayed(calls=webhooks.replay_given_up(session, webhook, by=caller.by, now=caller.now))

    return caller.change(do, status=202, then=lambda: caller.web.bell.ring(WEBHOOKS))


def _webhook(session: Session, webhook_id: int) -> Webhook:
    webhook = session.get(Webhook, webhook_id)
    if webhook is None:
        raise NotFoundError(f"There is no webhook {webhook_id}.")
    return webhook
