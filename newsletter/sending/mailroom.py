"""The mailroom sends the notices that are due, one at a time: claim and commit, send, record and commit.

A notice whose sender died while it was offered is claimed again when its lease is over: a second copy does less harm
than none. Several mailrooms may work side by side.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy import ColumnElement, and_, exists, or_, select, update

from newsletter.clock import Clock, SystemClock
from newsletter.config import Settings
from newsletter.db import Database
from newsletter.errors import NewsletterError
from newsletter.sending.connection import Connection, ConnectionLostError, Reply
from newsletter.sending.headers import Sender
from newsletter.sending.message_ids import MessageIds
from newsletter.sending.models import Notice, NoticeState
from newsletter.sending.notice_contents import WRITING, NoLongerWantedError, NoticeContents
from newsletter.sending.relay import RelayUnavailableError
from newsletter.sending.relays import Relays
from newsletter.sending.return_paths import ReturnPaths
from newsletter.subscribers.suppression import suppressed

_WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60))  # the last one again and again
_WITHOUT_RELAY = timedelta(seconds=30)
_ATTEMPTS = 50  # a notice that stops whoever takes it is given up some time

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Mailroom:
    """`keys` are the service's secret keys, newest first.

    What is due goes by `clock`; leases go by `wall`, for in a rehearsal a week may pass while one mail is offered.
    """

    db: Database
    relays: Relays
    contents: NoticeContents
    settings: Settings
    clock: Clock
    keys: Sequence[str] = field(repr=False)
    wall: Clock = field(default_factory=SystemClock)

    def send_due_notices(self, limit: int = 50) -> int:
        """Send up to `limit` notices; how many ended or were put off. Raises RelayUnavailableError."""
        if not self._is_any_due():
            return 0
        with self.relays.connect() as connection:
            for served in range(limit):
                notice = self._claim()
                if notice is None:
                    return served
                self._serve(connection, notice)
        return limit

    def send_now(self, notice_id: int) -> Notice:
        """Send this one, if no other mailroom has it, and return it as it is then. Raises RelayUnavailableError."""
        with self.relays.connect() as connection:
            notice = self._claim(Notice.id == notice_id)
            if notice is not None:
                self._serve(connection, notice)
        with self.db.reading() as session:
            return session.get_one(Notice, notice_id)

    def _is_any_due(self) -> bool:
        with self.db.reading() as session:
            return bool(session.scalar(select(exists().where(self._is_due()))))

    def _is_due(self) -> ColumnElement[bool]:
        return or_(
            and_(Notice.state == NoticeState.QUEUED, Notice.due_at <= self.clock.now()),
            and_(Notice.state == NoticeState.ATTEMPTING, Notice.due_at <= self.wall.now()),
        )

    def _claim(self, *which: ColumnElement[bool]) -> Notice | None:
        """The notice that has been due longest, now ours for as long as one sending can take."""
        query = select(Notice).where(self._is_due(), *which).order_by(Notice.due_at, Notice.id).limit(1)
        with self.db.writing() as session:
            notice = session.scalar(query.with_for_update(skip_locked=True))
            if notice is not None:
                notice.state = NoticeState.ATTEMPTING
                notice.attempts += 1
                notice.due_at = self.wall.now() + timedelta(seconds=60 + 10 * self.settings.relay_timeout_seconds)
        return notice

    def _serve(self, connection: Connection, notice: Notice) -> None:
        try:
            message = self._message(notice)
            reply = connection.send(self._return_path(notice), notice.address, message)
        except RelayUnavailableError:
            self._record(notice, NoticeState.QUEUED, attempts=notice.attempts - 1, wait=_WITHOUT_RELAY)
            raise
        except ConnectionLostError as lost:
            self._put_off(notice, _said(lost))
        except NewsletterError as error:
            self._record(notice, NoticeState.SKIPPED, reply=_said(error))
        else:
            self._take_down(notice, reply)

    def _return_path(self, notice: Notice) -> str:
        settings = self.settings
        return ReturnPaths(self.keys, settings.bounce_domain, settings.from_address).notice(notice.id)

    def _message(self, notice: Notice) -> bytes:
        now = self.clock.now()
        message_id = MessageIds(self.keys, Sender.of(self.settings).domain).notice(notice.id)
        opened = self.db.writing if notice.kind in WRITING else self.db.reading
        with opened() as session:
            if suppressed(session, [notice.address], self.keys):
                raise NoLongerWantedError("This address must not be mailed.")
            if notice.attempts > _ATTEMPTS:
                raise NoLongerWantedError(f"It was tried {_ATTEMPTS} times.")
            return self.contents.message(session, notice, message_id, now)

    def _take_down(self, notice: Notice, reply: Reply) -> None:
        if reply.is_temporary:
            self._put_off(notice, reply)
        else:
            state = NoticeState.ACCEPTED if reply.is_accepted else NoticeState.REFUSED
            self._record(notice, state, reply=reply)

    def _put_off(self, notice: Notice, reply: Reply) -> None:
        """Try again, each time after a longer wait, for as long as the settings say."""
        if self.clock.now() - notice.queued_at >= timedelta(hours=self.settings.retry_for_hours):
            self._record(notice, NoticeState.REFUSED, reply=reply)
        else:
            wait = _WAITS[min(notice.attempts, len(_WAITS)) - 1]
            self._record(notice, NoticeState.QUEUED, reply=reply, wait=wait)

    def _record(
        self,
        notice: Notice,
        state: NoticeState,
        *,
        reply: Reply | None = None,
        wait: timedelta | None = None,
        attempts: int | None = None,
    ) -> None:
        """Write down what became of a notice, unless its lease ran out and another mailroom has it now."""
        now = self.clock.now()
        values = {
            "state": state,
            "attempts": notice.attempts if attempts is None else attempts,
            "due_at": notice.due_at if wait is None else now + wait,
            "ended_at": None if wait is not None else now,
        }
        if reply is not None:
            values |= {"reply_code": reply.code or None, "reply_text": reply.text}
        ours = (Notice.id == notice.id, Notice.state == NoticeState.ATTEMPTING, Notice.attempts == notice.attempts)
        with self.db.writing() as session:
            session.execute(update(Notice).where(*ours).values(values))
        log.info("notice", notice=notice.id, kind=notice.kind, state=state, code=values.get("reply_code"))


def _said(error: NewsletterError) -> Reply:
    """Why there is no answer of the relay, to be kept where the answer would be."""
    return Reply.of(0, str(error).encode())
