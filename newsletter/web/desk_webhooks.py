"""Webhooks, for an admin: which there are, what was answered, try one, call again, switch it, remove it."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from newsletter.errors import InvalidInputError, NotFoundError
from newsletter.regions.service import active_regions
from newsletter.web.desk_access import AdminSeatEverywhere, Seat
from newsletter.web.desk_keys import chosen_regions
from newsletter.web.forms import Posted
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import private, see_other
from newsletter.web.ringing import WEBHOOKS
from newsletter.webhooks import service as webhooks
from newsletter.webhooks.service import WANTED

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]
CALLS_SHOWN = 50


@router.get("/desk/webhooks")
def all_webhooks(web: Web, seat: AdminSeatEverywhere) -> Response:
    return _page(web, seat)


@router.post("/desk/webhooks")
def add(web: Web, seat: AdminSeatEverywhere, form: Posted) -> Response:
    """Its secret stands on the page that answers, and on no other."""
    seat.check(form)
    wanted = [happening for happening in WANTED if happening in form.many("happening")]
    try:
        with web.service.db.writing() as session:
            _, secret = webhooks.add_webhook(
                session,
                form.one("url"),
                happenings=wanted,
                regions=chosen_regions(session, form),
                with_addresses=form.one("with_addresses") == "yes",
                keys=web.service.secret_keys,
                by=seat.editor.name,
                now=web.service.clock.now(),
            )
    except InvalidInputError as error:
        return _page(web, seat, wrong=str(error), url=form.one("url"), status=422)
    return _page(web, seat, secret=secret)


@router.post("/desk/webhooks/{webhook_id}/{act}")
def act(web: Web, seat: AdminSeatEverywhere, webhook_id: Id, act: str, form: Posted) -> Response:
    """Test, call again what was given up, switch on or off, remove."""
    seat.check(form)
    who: dict[str, Any] = {"by": seat.editor.name, "now": web.service.clock.now()}
    with web.service.db.writing() as session:
        webhook = webhooks.find_webhook(session, webhook_id)
        match act:
            case "test":
                webhooks.try_webhook(session, webhook, **who)
            case "replay":
                webhooks.replay_given_up(session, webhook, **who)
            case "on" | "off":
                webhooks.switch(session, webhook, is_active=act == "on", **who)
            case "remove":
                webhooks.remove_webhook(session, webhook, **who)
            case _:
                raise NotFoundError("There is no such act.")
    web.bell.ring(WEBHOOKS)
    return see_other(f"{web.pages.root}/desk/webhooks")


@router.post("/desk/calls/{call_id}/replay")
def replay(web: Web, seat: AdminSeatEverywhere, call_id: Id, form: Posted) -> Response:
    """Make one call once more."""
    seat.check(form)
    with web.service.db.writing() as session:
        call = webhooks.find_call(session, call_id)
        webhooks.replay(session, call, by=seat.editor.name, now=web.service.clock.now())
    web.bell.ring(WEBHOOKS)
    return see_other(f"{web.pages.root}/desk/webhooks#calls")


def _page(web: Parts, seat: Seat, *, secret: str = "", wrong: str = "", url: str = "", status: int = 200) -> Response:
    with web.service.db.reading() as session:
        found, regions = webhooks.all_webhooks(session), active_regions(session)
        calls = webhooks.calls_of(session, limit=CALLS_SHOWN)
    context = {
        "webhooks": found,
        "regions": regions,
        "calls": calls,
        "wanted": WANTED,
        "secret": secret,
        "wrong": wrong,
        "url": url,
    }
    return private(web.pages.render("desk/webhooks.html", seat.language, seat=seat, **context), status=status)
