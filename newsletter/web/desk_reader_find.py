"""A reader by their address, with their whole history; and suppressing an address.

An address is sent in a form and never stands in an address of ours, so that no log or history of a browser has it.
"""

from fastapi import APIRouter, Response

from newsletter.editors.log import record
from newsletter.errors import InvalidInputError, NotFoundError
from newsletter.feedback.personal_data import data_copy
from newsletter.subscribers.addresses import normalise
from newsletter.subscribers.digests import address_digests
from newsletter.subscribers.finding import by_address
from newsletter.subscribers.suppression import suppress, suppressed
from newsletter.web.desk_access import AdminSeatEverywhere, PublisherSeatEverywhere, Seat
from newsletter.web.forms import Posted
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import private

router = APIRouter()

_REASON_LENGTH = 40


@router.get("/desk/readers")
def ask_for_an_address(web: Web, seat: PublisherSeatEverywhere) -> Response:
    return _page(web, seat)


@router.post("/desk/readers")
def find_reader(web: Web, seat: PublisherSeatEverywhere, form: Posted) -> Response:
    """Who looked is logged, by the reader's digest."""
    seat.check(form)
    address = form.one("address")
    try:
        _log(web, seat, "reader looked up", address)
        return _found(web, seat, address)
    except (InvalidInputError, NotFoundError) as error:
        return _page(web, seat, wrong=str(error), status=404)


@router.post("/desk/readers/suppress")
def suppress_address(web: Web, seat: AdminSeatEverywhere, form: Posted) -> Response:
    """Never mail this address again, whoever asks for it; also one that is no reader's."""
    seat.check(form)
    address, reason = form.one("address"), " ".join(form.one("reason").split())
    if not reason or len(reason) > _REASON_LENGTH:
        raise InvalidInputError(f"Say why in at most {_REASON_LENGTH} characters.")
    _log(web, seat, "address suppressed", address, reason=reason)
    service = web.service
    with service.db.writing() as session:
        suppress(session, normalise(address).normalised, reason, service.secret_keys, service.clock.now())
    try:
        return _found(web, seat, address)
    except NotFoundError:
        return _page(web, seat, done="This address is never mailed again.")


def _found(web: Parts, seat: Seat, address: str) -> Response:
    with web.service.db.reading() as session:
        reader = by_address(session, address)
        known = data_copy(session, reader)
        is_suppressed = bool(suppressed(session, [reader.address], web.service.secret_keys))
    return _page(web, seat, reader=known, is_suppressed=is_suppressed)


def _page(web: Parts, seat: Seat, *, status: int = 200, **context: object) -> Response:
    values = {"reader": None, "is_suppressed": False, "wrong": "", "done": ""} | context
    return private(web.pages.render("desk/readers.html", seat.language, seat=seat, **values), status=status)


def _log(web: Parts, seat: Seat, action: str, address: str, **details: str) -> None:
    """Raises InvalidInputError for what is no address."""
    who = address_digests(normalise(address).normalised, web.service.secret_keys)[0][:12]
    now = web.service.clock.now()
    with web.service.db.writing() as session:
        record(session, actor=seat.editor.name, action=action, subject=f"reader {who}", details=details, now=now)
