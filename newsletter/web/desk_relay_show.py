"""Relays: how each does and what it may be given, and a test mail by one of them to whoever asks."""

from email.utils import make_msgid
from typing import Annotated

from fastapi import APIRouter, Path, Response

from newsletter.editors.log import record
from newsletter.errors import NotAllowedError, NotFoundError
from newsletter.sending.headers import Sender
from newsletter.sending.mastheads import notice_pattern
from newsletter.sending.message import Personal
from newsletter.sending.relay import Relay
from newsletter.sending.relay_states import RelayState, relay_states
from newsletter.sending.relay_trials import Trial, try_relay
from newsletter.web.desk_access import AdminSeatEverywhere, Seat
from newsletter.web.forms import Posted
from newsletter.web.limiting import RELAY_TEST_BY_EDITOR
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import private

router = APIRouter()

Number = Annotated[int, Path(ge=1, le=100)]


@router.get("/desk/relays")
def relays(web: Web, seat: AdminSeatEverywhere) -> Response:
    return _page(web, seat)


@router.post("/desk/relays/{number}/test")
def send_test(web: Web, seat: AdminSeatEverywhere, number: Number, form: Posted) -> Response:
    """The relay is named by its place in the settings: nobody can have us connect to another."""
    seat.check(form)
    service = web.service
    if number > len(service.relays.all):
        raise NotFoundError("There is no such relay in the settings.")
    if not web.limiter.allows(RELAY_TEST_BY_EDITOR, "relay test", str(seat.editor.id)):
        raise NotAllowedError("That were many test mails. Please wait some minutes before the next.")
    relay = service.relays.all[number - 1]
    message = test_mail(web, relay, seat.editor.address, seat.language)
    trial = try_relay(relay, service.settings.from_address, seat.editor.address, message)
    details = {"accepted": trial.is_accepted, "said": trial.said}
    with service.db.writing() as session:
        now = service.clock.now()
        subject = f"relay {relay.name}"
        record(session, actor=seat.editor.name, action="relay tested", subject=subject, details=details, now=now)
    return _page(web, seat, (number, trial))


def test_mail(web: Parts, relay: Relay, address: str, language: str) -> bytes:
    service = web.service
    url = f"{service.settings.base_url}/desk/relays"
    composed = service.rendering.mail("relay_test", language, relay=relay.name, url=url)
    sender = Sender.of(service.settings)
    own = service.settings.base_url
    personal = Personal(address, make_msgid(domain=sender.domain), service.clock.now(), own, own)
    return notice_pattern(composed, sender, service.signer).fill(personal)


def _page(web: Parts, seat: Seat, tried: tuple[int, Trial] | None = None) -> Response:
    service = web.service
    with service.db.reading() as session:
        states = relay_states(session)
    refusing = service.relays.refusing()
    rows = [
        (number, relay, states.pop(relay.name, RelayState()), relay.name in refusing)
        for number, relay in enumerate(service.relays.all, start=1)
    ]
    page = web.pages.render(
        "desk/relays.html",
        seat.language,
        seat=seat,
        relays=rows,
        former=states,
        tried=tried,
        settings=service.settings,
    )
    return private(page)
