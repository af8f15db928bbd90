"""The domains that a round counts by name: those with most of the readers, and not so many that a list could fill a
table with them, nor so small that one names a person.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.orm import Session

from newsletter.db import is_sqlite
from newsletter.sending.models import Round
from newsletter.subscribers.models import Subscriber, SubscriberState

MOST_DOMAINS = 20
LEAST_READERS = 5


def domains_of(session: Session, round: Round) -> Sequence[str]:
    """The domains of a round, largest first: fixed once, for its letters are counted by their places in the list.

    It looks at every reader, half a second for a million of them; so it is asked for when a round starts, at the
    first hour of the world.
    """
    if round.domains is None:
        domain = _domain(session)
        query = select(domain).where(Subscriber.state == SubscriberState.CONFIRMED).group_by(domain)
        query = query.having(func.count() >= LEAST_READERS).order_by(func.count().desc(), domain).limit(MOST_DOMAINS)
        round.domains = list(session.scalars(query))
    return round.domains


def place_of(session: Session, domains: Sequence[str]) -> ColumnElement[int]:
    """Where a subscriber's domain stands among these, counted from 1; 0: nowhere."""
    if not domains:
        return literal(0)
    return case({domain: place for place, domain in enumerate(domains, 1)}, value=_domain(session), else_=0)


def _domain(session: Session) -> ColumnElement[str]:
    at = func.instr(Subscriber.normalised, "@") if is_sqlite(session) else func.strpos(Subscriber.normalised, "@")
    return func.substr(Subscriber.normalised, at + 1)
