"""Relays: how each does, and a test mail by one of them to somebody of the newsroom. No password is ever told."""

from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from newsletter.editors.log import record
from newsletter.editors.service import find_editor
from newsletter.errors import InvalidInputError, NotFoundError
from newsletter.sending.relay import Relay
from newsletter.sending.relay_states import Answer, RelayState, relay_states
from newsletter.sending.relay_trials import Trial, try_relay
from newsletter.web.api.calling import AdminReadsAll
from newsletter.web.api.problems import problem, problems
from newsletter.web.api.shapes import Given, Id, Line
from newsletter.web.desk_relay_show import test_mail
from newsletter.web.limiting import RELAY_TEST_BY_EDITOR

router = APIRouter(tags=["relays"])


class AnswerView(BaseModel):
    """What a relay said to letters that it did not take."""

    code: int | None
    text: str = Field(description="In the relay's words.")
    letters: int
    at: datetime | None

    @classmethod
    def of(cls, answer: Answer) -> "AnswerView":
        return cls(**{field: getattr(answer, field) for field in cls.model_fields})


class RelayView(BaseModel):
    number: int | None = Field(description="Its place in the settings, from 1; null: it is there no more.")
    name: str = Field(examples=["smtp.example:587"])
    is_outbox: bool = Field(description="The outbox of this machine: it reaches no reader.")
    is_refusing: bool = Field(description="It will have no mail from us just now.")
    in_hand: int = Field(description="Batches on their way to it.")
    ends: dict[str, int] = Field(description="Letters of the latest rounds by accepted, refused, unknown.")
    answers: list[AnswerView]


class Relays(BaseModel):
    data: list[RelayView]


class TrialGiven(Given):
    to: Line = Field(description="The address of an editor.", examples=["ada@newsroom.example"])


class TrialView(BaseModel):
    is_accepted: bool
    said: str = Field(description="By the relay, or why it could not be asked.")
    is_secure: bool = Field(description="By TLS.")
    seconds: float

    @classmethod
    def of(cls, trial: Trial) -> "TrialView":
        return cls(**{field: getattr(trial, field) for field in cls.model_fields})


@router.get("/relays", operation_id="listRelays", response_model=Relays)
def list_relays(caller: AdminReadsAll) -> Relays:
    """Those of the settings in their order, then those that are there no more."""
    relays = caller.web.service.relays
    with caller.web.service.db.reading() as session:
        states = relay_states(session)
    refusing = relays.refusing()
    found = [
        _view(number, relay, states.pop(relay.name, RelayState()), is_refusing=relay.name in refusing)
        for number, relay in enumerate(relays.all, start=1)
    ]
    return Relays(data=[*found, *(_former(name, state) for name, state in states.items())])


@router.post("/relays/{number}/test", operation_id="testRelay", response_model=TrialView, responses=problems(404))
def send_test(caller: AdminReadsAll, number: Id, given: TrialGiven) -> TrialView | Response:
    """At once, past every queue. To an editor alone: a key can have us write to nobody else."""
    service = caller.web.service
    if number > len(service.relays.all):
        raise NotFoundError("There is no such relay in the settings.")
    with service.db.reading() as session:
        editor = find_editor(session, given.to)
    if editor is None:
        raise InvalidInputError("A test mail goes to an editor, and this is no editor's address.")
    if not caller.web.limiter.allows(RELAY_TEST_BY_EDITOR, "relay test", f"key {caller.key.id}"):
        wait = {"Retry-After": str(RELAY_TEST_BY_EDITOR.get_expiry())}
        return problem(429, "That were many test mails. Please wait some minutes before the next.", headers=wait)
    relay = service.relays.all[number - 1]
    message = test_mail(caller.web, relay, editor.address, editor.language or service.settings.language)
    trial = try_relay(relay, service.settings.from_address, editor.address, message)
    details = {"accepted": trial.is_accepted, "said": trial.said}
    with service.db.writing() as session:
        subject = f"relay {relay.name}"
        record(session, actor=caller.by, action="relay tested", subject=subject, details=details, now=caller.now)
    return TrialView.of(trial)


def _view(number: int, relay: Relay, state: RelayState, *, is_refusing: bool) -> RelayView:
    return RelayView(
        number=number, name=relay.name, is_outbox=relay.is_outbox, is_refusing=is_refusing, **_of_state(state)
    )


def _former(name: str, state: RelayState) -> RelayView:
    return RelayView(number=None, name=name, is_outbox=False, is_refusing=False, **_of_state(state))


def _of_state(state: RelayState) -> dict[str, object]:
    answers = [AnswerView.of(answer) for answer in state.answers]
    return {"in_hand": state.in_hand, "ends": dict(state.ends), "answers": answers}
