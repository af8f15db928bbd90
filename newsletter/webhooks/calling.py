"""Making the calls that are due: claim and commit, post, record and commit, as the mailroom does with notices.

A call whose worker died is made again when its lease is over: receivers know a copy by its id. Several workers may do
this side by side.
"""

import json
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from newsletter.clock import Clock, SystemClock
from newsletter.db import Database, among
from newsletter.editors.log import AUTOMATIC, record
from newsletter.happenings.models import CallState, Webhook, WebhookCall
from newsletter.subscribers.models import Subscriber
from newsletter.webhooks.posting import Answer, Poster
from newsletter.webhooks.signing import headers_of
from newsletter.webhooks.waiting import wait_after

AT_ONCE = 8
_LEASE = timedelta(minutes=2)
_GONE = 410
_GONE_SENTENCE = "It answered 410: it wants no more calls."

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Caller:
    """`keys` are the service's, newest first. What is due goes by `clock`; leases and signatures go by `wall`."""

    db: Database
    poster: Poster
    clock: Clock
    keys: Sequence[str] = field(repr=False)
    wall: Clock = field(default_factory=SystemClock)

    def call_due(self, limit: int = 50) -> int:
        """Make up to `limit` calls, some at once; how many."""
        claimed = self._claim(limit)
        if claimed:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(self._make, claimed))
        return len(claimed)

    def call_now(self, call_id: int) -> WebhookCall:
        """Make this one, if nobody else is at it, and return it as it is then."""
        for row in self._claim(1, WebhookCall.id == call_id):
            self._make(row)
        with self.db.reading() as session:
            return session.get_one(WebhookCall, call_id)

    def forget_old(self, before: datetime, limit: int = 1000) -> int:
        """Erase calls that ended and happened before then; how many."""
        old = (
            select(WebhookCall.id)
            .where(WebhookCall.happened_at < before, WebhookCall.state.in_((CallState.ANSWERED, CallState.GIVEN_UP)))
            .limit(limit)
        )
        with self.db.reading() as session:
            found = session.scalars(old).all()
        if found:
            with self.db.writing() as session:
                session.execute(delete(WebhookCall).where(among(session, WebhookCall.id, found)))
        return len(found)

    def _claim(self, limit: int, *which: ColumnElement[bool]) -> Sequence[WebhookCall]:
        """Those that have been due longest, now ours for as long as one call can take."""
        is_due = or_(
            and_(WebhookCall.state == CallState.QUEUED, WebhookCall.due_at <= self.clock.now()),
            and_(WebhookCall.state == CallState.ATTEMPTING, WebhookCall.due_at <= self.wall.now()),
        )
        query = select(WebhookCall).where(is_due, *which).order_by(WebhookCall.due_at, WebhookCall.id).limit(limit)
        with self.db.reading() as session:
            if session.scalar(query.with_only_columns(WebhookCall.id)) is None:
                return []
        with self.db.writing() as session:
            rows = session.scalars(query.with_for_update(skip_locked=True, of=WebhookCall)).all()
            for row in rows:
                row.state, row.attempts, row.due_at = CallState.ATTEMPTING, row.attempts + 1, self.wall.now() + _LEASE
        return rows

    def _make(self, row: WebhookCall) -> None:
        webhook = row.webhook
        if not webhook.is_active:
            self._record(row, Answer(None, "Its webhook is switched off."), CallState.GIVEN_UP, None)
            return
        body = json.dumps(self._payload(row), ensure_ascii=False, separators=(",", ":")).encode()
        headers = headers_of(row.uid, self.wall.now(), body, webhook.salt, self.keys)
        answer = self.poster.post(webhook.url, headers, body)
        if answer.is_good:
            self._record(row, answer, CallState.ANSWERED, None)
            return
        wait = None if answer.status == _GONE else wait_after(row.attempts, random.random())  # noqa: S311 - no secret
        self._record(row, answer, CallState.QUEUED if wait else CallState.GIVEN_UP, wait)

    def _payload(self, row: WebhookCall) -> dict[str, Any]:
        data = dict(row.data)
        if row.webhook.with_addresses and "reader" in data:
            with self.db.reading() as session:
                data["address"] = session.scalar(select(Subscriber.address).where(Subscriber.id == data["reader"]))
        return {"type": row.happening.value, "timestamp": row.happened_at.isoformat(), "data": data}

    def _record(self, row: WebhookCall, answer: Answer, state: CallState, wait: timedelta | None) -> None:
        """Write down what became of a call, unless its lease ran out and another worker has it now."""
        now = self.clock.now()
        values = {
            "state": state,
            "status": answer.status,
            "said": answer.said,
            "due_at": row.due_at if wait is None else now + wait,
            "ended_at": now if wait is None else None,
        }
        ours = (
            WebhookCall.id == row.id,
            WebhookCall.state == CallState.ATTEMPTING,
            WebhookCall.attempts == row.attempts,
        )
        with self.db.writing() as session:
            session.execute(update(WebhookCall).where(*ours).values(values))
            if answer.status == _GONE:
                _switch_off(session, row.webhook_id, now)
        log.info("webhook called", call=row.id, webhook=row.webhook_id, state=state, status=answer.status)


def _switch_off(session: Session, webhook_id: int, now: datetime) -> None:
    """As Standard Webhooks has it: whoever answers 410 is not called again."""
    webhook = session.get(Webhook, webhook_id, with_for_update=True)
    if webhook is not None and webhook.is_active:
        webhook.is_active, webhook.trouble = False, _GONE_SENTENCE
        details = {"reason": _GONE_SENTENCE}
        subject = f"webhook {webhook_id}"
        record(session, actor=AUTOMATIC, action="webhook switched off", subject=subject, details=details, now=now)
