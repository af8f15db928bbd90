"""How a round goes by relay and by domain of the readers: which way the trouble is."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from newsletter.db import is_sqlite
from newsletter.sending.models import Letter, LetterState, Round
from newsletter.subscribers.models import Subscriber

MOST_DOMAINS = 20
OTHERS, NOBODY, UNTRIED = "others", "erased readers", "not tried yet"


class Count(NamedTuple):
    relay: str | None  # None: not tried yet
    domain: str | None  # None: the reader was erased
    state: LetterState
    letters: int


@dataclass(frozen=True)
class Way:
    """The letters that go one way; `open` are all that have no end yet."""

    name: str
    letters: int
    accepted: int
    refused: int
    unknown: int
    skipped: int
    open: int


@dataclass(frozen=True)
class Routes:
    relays: Sequence[Way]
    domains: Sequence[Way]  # the largest, then the sum of the others


def routes(counts: Iterable[Count]) -> Routes:
    """What `counts` mean. Pure."""
    by_relay: dict[str, Counter[LetterState]] = defaultdict(Counter)
    by_domain: dict[str, Counter[LetterState]] = defaultdict(Counter)
    for count in counts:
        by_relay[count.relay or UNTRIED][count.state] += count.letters
        by_domain[count.domain or NOBODY][count.state] += count.letters
    ordered = sorted(by_domain, key=lambda name: (-by_domain[name].total(), name))
    if rest := ordered[MOST_DOMAINS:]:
        by_domain[OTHERS] = sum((by_domain[name] for name in rest), Counter())
        ordered = [*ordered[:MOST_DOMAINS], OTHERS]
    return Routes(
        relays=[_way(name, by_relay[name]) for name in sorted(by_relay)],
        domains=[_way(name, by_domain[name]) for name in ordered],
    )


def routes_of(session: Session, round: Round) -> Routes:
    """It counts every letter, which takes a while for a million: not to be asked for every second."""
    at = func.instr(Subscriber.normalised, "@") if is_sqlite(session) else func.strpos(Subscriber.normalised, "@")
    domain = func.substr(Subscriber.normalised, at + 1)
    query = (
        select(Letter.relay, domain, Letter.state, func.count())
        .outerjoin(Subscriber, Subscriber.id == Letter.subscriber_id)
        .where(Letter.round_id == round.id)
        .group_by(Letter.relay, domain, Letter.state)
    )
    return routes(Count(*row) for row in session.execute(query))


def _way(name: str, of: Counter[LetterState]) -> Way:
    accepted, refused, unknown, skipped = (of[state] for state in _ENDS)
    still_open = of.total() - accepted - refused - unknown - skipped
    return Way(name, of.total(), accepted, refused, unknown, skipped, still_open)


_ENDS = (LetterState.ACCEPTED, LetterState.REFUSED, LetterState.UNKNOWN, LetterState.SKIPPED)
