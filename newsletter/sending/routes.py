"""How a round goes by relay and by domain of the readers: which way the trouble is."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from newsletter.sending.models import Letter, LetterState, Round, WayTally
from newsletter.sending.progress import running_for, seconds_left
from newsletter.sending.states import ENDED

OTHERS, UNTRIED = "others", "not tried yet"


class Count(NamedTuple):
    relay: str | None  # None: not tried yet
    domain: str | None  # None: none of those that are counted by name
    state: LetterState  # QUEUED: any that is no end
    letters: int


class Lately(NamedTuple):
    """Letters that have ended within the last `seconds`, by what went which way."""

    seconds: float = 0.0
    by_relay: Mapping[str | None, int] = {}
    by_domain: Mapping[str | None, int] = {}


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
    rate_per_second: float = 0.0  # of ends, lately
    seconds_left: float | None = None  # at that rate; None: cannot be told


@dataclass(frozen=True)
class Routes:
    relays: Sequence[Way] = field(default_factory=list)
    domains: Sequence[Way] = field(default_factory=list)  # the largest first, then the sum of the others


def routes(counts: Iterable[Count], lately: Lately | None = None) -> Routes:
    """What `counts` mean. Pure."""
    lately = lately or Lately()
    by_relay: dict[str | None, Counter[LetterState]] = defaultdict(Counter)
    by_domain: dict[str | None, Counter[LetterState]] = defaultdict(Counter)
    for count in counts:
        by_relay[count.relay][count.state] += count.letters
        by_domain[count.domain][count.state] += count.letters
    relays = sorted(_that_count(by_relay), key=lambda relay: relay or UNTRIED)
    domains = sorted(
        _that_count(by_domain), key=lambda domain: (domain is None, -by_domain[domain].total(), domain or "")
    )
    return Routes(
        relays=[_way(name or UNTRIED, by_relay[name], lately.by_relay.get(name, 0), lately) for name in relays],
        domains=[_way(name or OTHERS, by_domain[name], lately.by_domain.get(name, 0), lately) for name in domains],
    )


def routes_of(session: Session, round: Round, now: datetime) -> Routes:
    """By the tally and the letters of the last half minute: it takes no longer for ten million than for a thousand."""
    key = (WayTally.relay, WayTally.domain, WayTally.state)
    query = select(*key, func.sum(WayTally.letters)).where(WayTally.round_id == round.id).group_by(*key)
    name = _names(round)
    counts = [Count(relay, name(place), state, int(letters)) for relay, place, state, letters in session.execute(query)]
    return routes(counts, _lately(session, round, now))


def _lately(session: Session, round: Round, now: datetime) -> Lately:
    seconds = running_for(round, now)
    query = (
        select(Letter.relay, Letter.domain, func.count())
        .where(Letter.round_id == round.id, Letter.state.in_(ENDED), Letter.ended_at > now - seconds)
        .group_by(Letter.relay, Letter.domain)
    )
    by_relay: Counter[str | None] = Counter()
    by_domain: Counter[str | None] = Counter()
    name = _names(round)
    for relay, place, letters in session.execute(query):
        by_relay[relay] += letters
        by_domain[name(place)] += letters
    return Lately(seconds.total_seconds(), by_relay, by_domain)


def _names(round: Round) -> Callable[[int], str | None]:
    """The domain at a place of the round's list."""
    named = dict(enumerate(round.domains or (), start=1))
    return named.get


def _that_count(ways: Mapping[str | None, Counter[LetterState]]) -> list[str | None]:
    return [name for name, of in ways.items() if any(of.values())]


def _way(name: str, of: Counter[LetterState], ended_lately: int, lately: Lately) -> Way:
    accepted, refused, unknown, skipped = (of[state] for state in _ENDS)
    still_open = of.total() - accepted - refused - unknown - skipped
    rate = ended_lately / lately.seconds if lately.seconds else 0.0
    left = seconds_left(still_open, rate)
    return Way(name, of.total(), accepted, refused, unknown, skipped, still_open, rate, left)


_ENDS = (LetterState.ACCEPTED, LetterState.REFUSED, LetterState.UNKNOWN, LetterState.SKIPPED)
