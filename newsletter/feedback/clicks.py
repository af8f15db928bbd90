"""Clicks on stories of letters, where they are counted: gathered in Redis, kept as one number an item.

A click is a number from its first moment on: which item of which issue. For a few seconds Redis also knows which item
a network opened last, under a keyed digest, because programs that look through a mail open its links all at once, and
what they open is not counted. Taking the numbers out of Redis comes before keeping them: a process that dies between
the two loses a minute's clicks, and none is ever counted twice.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import redis
import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from newsletter.db import among
from newsletter.feedback.models import ClickCount
from newsletter.issues.models import Issue

AT_ONCE_SECONDS = 3  # a person who opens a second story of a letter has looked at the letter again

_COUNTS = "clicks"  # a hash: "issue.position" to a number
# KEYS: the counts; what the network opened last. ARGV: the item; seconds.
# Two items in a moment are a program's: the first one's click is taken back, and none counts while it goes on.
_COUNT = """
local last = redis.call('GET', KEYS[2])
if last == ARGV[1] then return 0 end
if not last then
  redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[2])
  return redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
end
if last ~= '' then redis.call('HINCRBY', KEYS[1], last, -1) end
redis.call('SET', KEYS[2], '', 'EX', ARGV[2])
return 0
"""

log = structlog.get_logger(__name__)


class ItemKey(NamedTuple):
    issue_id: int
    position: int  # of the item, from 1

    @classmethod
    def parse(cls, text: str) -> "ItemKey":
        issue_id, _, position = text.partition(".")
        return cls(int(issue_id), int(position))

    def __str__(self) -> str:
        return f"{self.issue_id}.{self.position}"


class ClickCounter:
    """The clicks of a moment, in Redis. Nobody waits for it: while it does not answer, clicks are not counted."""

    def __init__(self, client: "redis.Redis") -> None:
        self._client = client
        self._count: Any = client.register_script(_COUNT)

    def count(self, item: ItemKey, network: str | None) -> None:
        """One more. `network`: a digest of where the click came from; None for one that is not known."""
        try:
            if network is None:
                self._client.hincrby(_COUNTS, str(item), 1)
            else:
                last = f"{_COUNTS}:{item.issue_id}:{network[:32]}"
                self._count(keys=[_COUNTS, last], args=[str(item), AT_ONCE_SECONDS])
        except redis.RedisError as error:
            log.warning("a click was not counted: Redis does not answer", error=type(error).__name__)

    def take(self) -> dict[ItemKey, int]:
        """What was counted since it was last taken; nobody else gets it. Raises redis.RedisError."""
        with self._client.pipeline(transaction=True) as pipe:
            pipe.hgetall(_COUNTS)
            pipe.delete(_COUNTS)
            counted, _ = pipe.execute()
        found = {ItemKey.parse(item.decode()): int(count) for item, count in counted.items()}
        return {item: count for item, count in found.items() if count}

    def give_back(self, counted: Mapping[ItemKey, int]) -> None:
        """What was taken and could not be kept."""
        with self._client.pipeline(transaction=True) as pipe:
            for item, count in counted.items():
                pipe.hincrby(_COUNTS, str(item), count)
            pipe.execute()


def keep_clicks(session: Session, counted: Mapping[ItemKey, int]) -> None:
    """Add to the rows; what belongs to an issue that is gone is dropped."""
    there = set(session.scalars(select(Issue.id).where(among(session, Issue.id, {item.issue_id for item in counted}))))
    for item, count in sorted(counted.items()):  # in one order, so that two at once do not wait for each other
        if item.issue_id in there and not _added(session, item, count):
            _made(session, item, count)


def _made(session: Session, item: ItemKey, count: int) -> None:
    try:
        with session.begin_nested():
            session.add(ClickCount(issue_id=item.issue_id, position=item.position, count=count))
    except IntegrityError:  # somebody else was the first, in this very moment
        _added(session, item, count)


def _added(session: Session, item: ItemKey, count: int) -> bool:
    """One statement, so that no other can come between reading and writing; False where there is no row yet."""
    more = (
        update(ClickCount)
        .where(ClickCount.issue_id == item.issue_id, ClickCount.position == item.position)
        .values(count=ClickCount.count + count)
        .returning(ClickCount.id)
    )
    return session.scalar(more) is not None
