"""What `newsletter status` looks at, one thing after another."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from sqlalchemy import func, select

from newsletter.bootstrap import Service, bootstrap
from newsletter.config import Settings
from newsletter.errors import NewsletterError, UnavailableError
from newsletter.events.embedder import Embedder
from newsletter.sending.models import LetterState, Notice, NoticeState, Round, RoundState, Tally
from newsletter.setting_values import no_settings
from newsletter.stories.models import Source
from newsletter.work import last_tick

MANY_FAILURES = 5  # in a row, before a source counts as broken


@dataclass(frozen=True)
class Finding:
    what: str
    is_well: bool
    how: str  # a few words, or a sentence that says what to do


def check_up(settings: Settings, now: datetime) -> list[Finding]:
    """What is well and what is wrong; `now` is the system's time."""
    try:
        service = bootstrap(settings)
    except UnavailableError as error:
        return [Finding("database", False, str(error))]
    with closing(service):
        return [
            *(Finding("settings", False, str(unknown)) for unknown in no_settings()),
            Finding("database", True, service.db.engine.dialect.name),
            _redis(service),
            *_relays(service),
            _tick(service, now),
            _embeddings(service),
            *_rows(service),
        ]


def _redis(service: Service) -> Finding:
    try:
        service.redis.ping()
    except redis.RedisError as error:
        return Finding("Redis", False, f"It does not answer ({error}): is `newsletter up` running, or REDIS_URL right?")
    return Finding("Redis", True, "answers")


def _relays(service: Service) -> Iterator[Finding]:
    for relay in service.relays.all:
        what = "relay" if len(service.relays.all) == 1 else f"relay {relay.name}"
        try:
            with relay.connect():
                pass
        except UnavailableError as error:
            yield Finding(what, False, str(error))
        else:
            yield Finding(what, True, "the outbox keeps every mail" if relay.is_outbox else "lets us in")


def _tick(service: Service, now: datetime) -> Finding:
    try:
        ticked_at = last_tick(service)
    except redis.RedisError:
        return Finding("tick", False, "not known without Redis")
    if ticked_at is None:
        return Finding("tick", False, "There was none yet: are a worker and beat running?")
    age, limit = now - ticked_at, timedelta(seconds=60 + 3 * service.settings.tick_seconds)
    how = f"{age.total_seconds():.0f} s ago"
    return (
        Finding("tick", True, how) if age < limit else Finding("tick", False, f"{how}: are a worker and beat running?")
    )


def _embeddings(service: Service) -> Finding:
    """Loads the model, as a worker does when the first event in a second language comes in."""
    what, settings = "embeddings", service.settings
    if settings.embeddings_model is None:
        return Finding(what, True, "off; events in two languages meet by names, numbers and places")
    embedder = Embedder(settings.embeddings_model, settings.embeddings_cut)
    try:
        return Finding(what, True, f"{embedder.folder} can be read: {embedder.size} numbers a headline")
    except NewsletterError as error:
        return Finding(what, False, str(error))


def _rows(service: Service) -> Iterator[Finding]:
    with service.db.reading() as session:
        broken = session.scalar(select(func.count()).where(Source.active, Source.failures >= MANY_FAILURES)) or 0
        paused = session.scalar(select(func.count()).where(Round.state == RoundState.PAUSED)) or 0
        unknown = session.scalar(
            select(func.sum(Tally.letters))
            .join(Round, Round.id == Tally.round_id)
            .where(Tally.state == LetterState.UNKNOWN, Round.rolled_up_at.is_(None))
        )
        notices = session.scalar(select(func.count()).where(Notice.state == NoticeState.QUEUED)) or 0
    yield Finding("sources", not broken, f"{broken} broken; see `newsletter sources list`" if broken else "all answer")
    yield Finding(
        "rounds", not paused, f"{paused} paused; see `newsletter rounds list`" if paused else "none is paused"
    )
    yield Finding("unknown", True, f"{unknown} letters; see `newsletter rounds unknown`" if unknown else "no letter")
    yield Finding("notices", True, f"{notices} waiting")
