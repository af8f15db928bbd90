"""Pieces that were rendered before: kept as rows, and those that letters are being made of in the process as well.

Thousands of editions are made of a few issues' pieces, one edition after another, so most of them find theirs read.
"""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from typing import NamedTuple

import structlog
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from newsletter.db import among
from newsletter.issues.models import Issue
from newsletter.rendering.models import RenderedIssue
from newsletter.rendering.pieces import IssuePieces

MOST = 16  # issues whose pieces stay in the process, of up to 300 KB each

PIECES = TypeAdapter(IssuePieces)

log = structlog.get_logger(__name__)


class Found(NamedTuple):
    row_id: int
    pieces: IssuePieces | None  # None: an earlier version of the service kept them in another shape


class Shelf:
    """Threads may share it."""

    def __init__(self) -> None:
        self._read: OrderedDict[tuple[int, datetime], IssuePieces] = OrderedDict()  # the longest unused first
        self._lock = Lock()

    def find(self, session: Session, issues: Sequence[Issue], language: str) -> dict[int, Found]:
        """The kept pieces of the issues' present content, by issue; those that were never rendered are missing."""
        rows = session.execute(
            select(RenderedIssue.id, RenderedIssue.issue_id, RenderedIssue.content_hash, RenderedIssue.rendered_at)
            .where(among(session, RenderedIssue.issue_id, [issue.id for issue in issues]))
            .where(RenderedIssue.language == language)
        ).all()
        present = {(issue.id, issue.content_hash) for issue in issues}
        rows = [row for row in rows if (row.issue_id, row.content_hash) in present]
        # Whoever renders a row anew gives it a new time.
        at_hand = {row.id: self._at_hand((row.id, row.rendered_at)) for row in rows}
        missing = [row_id for row_id, pieces in at_hand.items() if pieces is None]
        if missing:
            at_hand |= self._from_rows(session, missing)
        return {row.issue_id: Found(row.id, at_hand[row.id]) for row in rows}

    def forget(self, row_id: int) -> None:
        """It is rendered anew; perhaps at the same time, by a rehearsal's clock."""
        with self._lock:
            for key in [key for key in self._read if key[0] == row_id]:
                del self._read[key]

    def _at_hand(self, key: tuple[int, datetime]) -> IssuePieces | None:
        with self._lock:
            if key in self._read:
                self._read.move_to_end(key)
            return self._read.get(key)

    def _from_rows(self, session: Session, row_ids: Sequence[int]) -> dict[int, IssuePieces | None]:
        # As text, which pydantic reads at a fifth of what objects in between would cost.
        query = select(RenderedIssue.id, RenderedIssue.rendered_at, cast(RenderedIssue.pieces, Text).label("written"))
        found: dict[int, IssuePieces | None] = {}
        for row in session.execute(query.where(among(session, RenderedIssue.id, row_ids))):
            found[row.id] = pieces = _pieces(row.id, row.written)
            if pieces is not None:
                self._put((row.id, row.rendered_at), pieces)
        return found

    def _put(self, key: tuple[int, datetime], pieces: IssuePieces) -> None:
        with self._lock:
            self._read[key] = pieces
            while len(self._read) > MOST:
                self._read.popitem(last=False)


def _pieces(row_id: int, written: str) -> IssuePieces | None:
    try:
        return PIECES.validate_json(written)
    except ValidationError:
        log.warning("pieces of an earlier version are rendered anew", row=row_id)
        return None
