"""Mails that come in, and a service that takes them."""

import zlib
from pathlib import Path

from pydantic import HttpUrl
from sqlalchemy.orm import Session

from newsletter.bootstrap import Service
from newsletter.config import Settings
from newsletter.db import Database
from newsletter.feedback.mime import read_mail
from newsletter.feedback.reception import Incoming, Received, receive
from tests.conftest import KEY
from tests.support.clocks import StillClock

BOUNCES = Path(__file__).parents[1] / "data" / "bounces"
DOMAIN = "in.news.example"


def sample(name: str) -> bytes:
    """A mail of tests/data/bounces."""
    return (BOUNCES / f"{name}.eml").read_bytes()


def written(
    subject: str = "Hello",
    body: str = "",
    *,
    sender: str = "ann@readers.example",
    to: str = "weekly@news.example",
    **headers: str,
) -> bytes:
    """A mail of a person; `headers` with underscores for hyphens."""
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    number = zlib.crc32(f"{subject}{body}{sender}{more}".encode())
    return (
        f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{number}@x.example>\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n{more}\r\n{body}\r\n"
    ).encode()


def inbound_service(db: Database, clock: StillClock, **settings: object) -> Service:
    values = {
        "inbound_domain": DOMAIN,
        "bounce_domain": DOMAIN,
        "from_address": "weekly@news.example",
        "site_url": HttpUrl("https://news.example"),
        "redis_url": "unix:///nowhere/redis.sock",
        "secret_keys": [KEY],
        **settings,
    }
    return Service(settings=Settings(_env_file=None, **values), clock=clock, db=db, secret_keys=[KEY])


def brought(
    session: Session, service: Service, to: str, source: bytes, *, sender: str = "ann@readers.example"
) -> Received:
    """A mail that a server brought to an address of ours, decided within `session`."""
    recipient = service.reception.recipients.find(to)
    assert recipient is not None, f"{to} is no address of ours"
    incoming = Incoming(sender, recipient, read_mail(source), source)
    return receive(session, incoming, service.reception, service.clock.now())
