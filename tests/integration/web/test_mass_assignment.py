"""Every form that a reader can send, once as it is and once with the name of each column beside its fields: the same
comes of both."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from newsletter.bootstrap import Service
from newsletter.db import Base, Database
from newsletter.sending.models import Notice
from newsletter.subscribers.models import AddressChange, Consent, LeavingReason, Subscriber, Subscription
from newsletter.web.app import create_app
from tests.support.browser import Browser
from tests.support.world import make_region

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TABLES: tuple[type[Base], ...] = (Subscriber, Subscription, Consent, AddressChange, LeavingReason, Notice)
COLUMNS = {column.name for table in TABLES for column in table.__table__.columns}
# What differs between two people whose walk is the same.
OWN = {"id", "subscriber_id", "key", "address", "normalised", "once", "arguments", "network_digest"}
ALLURING = {"state": "confirmed", "hour": "3", "position": "1", "act": "confirmed", "way": "import", "region_id": "1"}
Form = tuple[Callable[[Service, Subscriber], str], dict[str, object]]


def at(purpose: str, more: str = "") -> Callable[[Service, Subscriber], str]:
    return lambda service, reader: getattr(service.links, purpose)(reader.key) + more


def page(path: str) -> Callable[[Service, Subscriber], str]:
    return lambda service, _: f"{service.links.base_url}{path}"


def new_address(service: Service, reader: Subscriber) -> str:
    with service.db.reading() as session:
        change = session.scalars(select(AddressChange).where(AddressChange.subscriber_id == reader.id)).one()
    return service.links.address(change.key)


def forms(who: str) -> Iterator[Form]:
    """A whole life as a reader. The first makes them."""
    address = f"{who}@readers.example"
    yield page("/subscribe"), {"address": address, "region": ["MX"]}
    yield page("/box"), {"address": address, "region": ["ES"], "box": "1"}
    yield at("confirm", "/fresh"), {}
    yield at("confirm"), {}
    times = {"time_zone": "Europe/Madrid", "hour": "9", "quiet": ["5"], "pause": "2"}
    yield at("preferences"), {"region": ["ES", "MX"], "place-ES": "1", "place-MX": "2", "language": "es", **times}
    yield at("preferences", "/address"), {"address": f"new-{address}"}
    yield new_address, {}
    yield page("/preferences"), {"address": f"new-{address}"}
    yield at("preferences", "/return"), {}
    yield at("preferences", "/data"), {}
    yield at("preferences", "/fresh"), {}
    yield at("unsubscribe"), {"region": "MX"}
    yield at("unsubscribe"), {"List-Unsubscribe": "One-Click"}
    yield at("unsubscribe", "/undo"), {}
    yield at("unsubscribe"), {}
    yield at("unsubscribe", "/why"), {"reason": "often", "words": "Twice a week."}
    yield at("data", "/erase"), {}


def test_fields_that_a_form_does_not_have_change_nothing(db: Database, service: Service) -> None:
    with db.writing() as session:
        for code in ("MX", "ES"):
            make_region(session, code)
    plain, laden = ([*walk(service, who, is_laden=who == "bo")] for who in ("ana", "bo"))
    assert len(plain) == len(laden) == 17
    for one, other in zip(plain, laden, strict=True):
        for table, a, b in zip(TABLES, one[2], other[2], strict=True):
            assert a == b, (one[0], table.__name__)
    assert plain == laden


def walk(service: Service, who: str, *, is_laden: bool) -> Iterator[tuple[str, int, list[object]]]:
    """After each form: its name, the answer, and what the tables hold of the person."""
    before = {table: ids(service.db, table) for table in TABLES}
    with Browser(create_app(service), "https://news.example", address=f"198.51.100.{len(who)}") as client:
        reader = Subscriber(key="")
        for number, (url, fields) in enumerate(forms(who)):
            extra = {name: ALLURING.get(name, "evil") for name in COLUMNS - set(fields)} if is_laden else {}
            answer = client.post(url(service, reader), data={**extra, **fields})
            reader = reader if number else only_reader(service.db, who)
            yield f"{number}", answer.status_code, [held(service.db, table, before[table]) for table in TABLES]


def only_reader(db: Database, who: str) -> Subscriber:
    with db.reading() as session:
        return session.scalars(select(Subscriber).where(Subscriber.normalised == f"{who}@readers.example")).one()


def ids(db: Database, table: type[Base]) -> set[int]:
    with db.reading() as session:
        return set(session.scalars(select(table.__table__.c.id)))


def held(db: Database, table: type[Base], before: set[int]) -> list[object]:
    columns = [column for column in table.__table__.columns if column.name not in OWN]
    with db.reading() as session:
        rows = session.execute(select(table.__table__.c.id, *columns).order_by(table.__table__.c.id))
        return [tuple(row)[1:] for row in rows if row[0] not in before]
