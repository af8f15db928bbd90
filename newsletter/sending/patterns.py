"""The message of each edition, built once in a worker and kept while its letters are sent."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock

import structlog

from newsletter.db import Database
from newsletter.sending.message import Pattern
from newsletter.sending.pattern_building import PatternBuilder

KEPT = 128  # patterns of 30 to 150 KB
BUILT_AT_ONCE = 8  # so that those of sixteen batches that are being sent are all kept

log = structlog.get_logger(__name__)


class UnrenderableError(Exception):
    """An edition could not be built; the cause is chained, and in the log."""


class Patterns:
    """Has patterns built; its threads share those that are kept."""

    def __init__(self, db: Database, builder: PatternBuilder) -> None:
        self._db = db
        self._builder = builder
        self._kept: OrderedDict[int, Pattern] = OrderedDict()
        self._lock = Lock()
        self._building = Lock()  # threads want the same edition at the same time, which is one wait and not many

    def of(self, edition_id: int) -> Pattern:
        """The message of an edition. Raises UnrenderableError."""
        with self._lock:
            if edition_id in self._kept:
                self._kept.move_to_end(edition_id)
                return self._kept[edition_id]
        return self.build([edition_id])

    def has(self, edition_id: int) -> bool:
        """Whether it is built."""
        return edition_id in self._kept

    def build(self, edition_ids: Sequence[int]) -> Pattern:
        """Build the messages of editions, and keep them; one thread at a time. The first one's, which is wanted now.

        The others will be wanted next. Raises UnrenderableError where the first cannot be built.
        """
        with self._building:
            wanted = self._kept.get(edition_ids[0])
            if wanted is None:
                built = self._built([key for key in edition_ids if key not in self._kept])
                self._keep(built)
                wanted = built[edition_ids[0]]
            return wanted

    def _built(self, edition_ids: Sequence[int]) -> dict[int, Pattern]:
        """Whatever is wrong with one edition must not hold up the others: then the first is built by itself."""
        try:
            with self._db.writing() as session:
                return self._builder.build(session, edition_ids)
        except Exception as error:
            if len(edition_ids) > 1:
                log.info("editions are built one by one", editions=edition_ids, reason=type(error).__name__)
                return self._built(edition_ids[:1])
            log.exception("edition could not be built", edition=edition_ids[0])
            raise UnrenderableError from error

    def _keep(self, built: Mapping[int, Pattern]) -> None:
        with self._lock:
            self._kept.update(built)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
