"""A mail that came to one of our addresses: who wants what, what is done, what an editor has to read.

Everything here happens in one transaction of the caller, who answers the server that brought the mail after it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import getaddresses

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.errors import InvalidInputError, NewsletterError, NotFoundError
from newsletter.feedback.automatic import must_not_be_answered
from newsletter.feedback.events import Event, about_mail, take_in
from newsletter.feedback.intents import Wish, wish_in
from newsletter.feedback.letterbox import answer, keep
from newsletter.feedback.mime import Mail
from newsletter.feedback.models import FeedbackKind
from newsletter.feedback.reasons import Reason
from newsletter.feedback.recipients import Desk, Recipient, Recipients
from newsletter.feedback.transitions import Told
from newsletter.feedback.verdicts import Kind, Verdict, judge
from newsletter.regions.service import active_regions
from newsletter.sending.asking import ask
from newsletter.sending.confirming import say_goodbye, take_word
from newsletter.sending.message_ids import MessageIds
from newsletter.sending.models import Notice, NoticeKind
from newsletter.subscribers.addresses import normalise
from newsletter.subscribers.consenting import Way
from newsletter.subscribers.finding import by_key
from newsletter.subscribers.leaving import leave
from newsletter.subscribers.models import Subscriber

log = structlog.get_logger(__name__)

_WORDING = "By a mail of theirs to {address}"
_ANSWERED_WITHIN = timedelta(days=60)  # a confirmation mail that may still be answered, whatever the settings say


@dataclass(frozen=True)
class Incoming:
    """A mail as a server brought it. `sender` and `recipient` are those of the envelope."""

    sender: str
    recipient: Recipient
    mail: Mail
    source: bytes = field(repr=False)


@dataclass(frozen=True)
class Rules:
    """What reception needs to know of the service. `keys` are its secret keys, newest first."""

    keys: Sequence[str] = field(repr=False)
    recipients: Recipients
    message_ids: MessageIds
    language: str
    confirm_days: int
    keep_raw: timedelta


@dataclass(frozen=True)
class Received:
    """What became of a mail: its kind, and in a word what was done."""

    kind: Kind
    done: str
    left: int | None = None  # the subscriber who left: `sending.settling` is owed to them before the answer


def receive(session: Session, incoming: Incoming, rules: Rules, now: datetime) -> Received:
    """Do what the mail asks for, or keep it for an editor. Whoever commits rings for notices afterwards."""
    received = _Case(session, incoming, rules, now).decide()
    log.info("mail came in", desk=incoming.recipient.desk, kind=received.kind, done=received.done)
    return received


class _Case:
    def __init__(self, session: Session, incoming: Incoming, rules: Rules, now: datetime) -> None:
        self.session, self.rules, self.now = session, rules, now
        self.incoming, self.mail, self.to = incoming, incoming.mail, incoming.recipient
        self.author = author_of(incoming.mail)

    def decide(self) -> Received:
        if self.to.desk is Desk.UNSUBSCRIBE and (reader := self._named_by_token()):
            return self._leave(reader)
        verdict = judge(self.mail)
        if self.to.mail is not None:
            return self._of_return_path(verdict)
        if verdict.kind is Kind.COMPLAINT:
            return self._complaint(verdict)
        if verdict.kind is not Kind.OTHER:
            return Received(verdict.kind, "nothing: only a valid return path of ours has effects")
        if self._is_from_ourselves() or must_not_be_answered(self.mail, self.incoming.sender) or not self.author:
            return Received(verdict.kind, "nothing: a machine's")
        return self._of_person()

    def _of_return_path(self, verdict: Verdict) -> Received:
        """A person does not write to a return path: what is neither report nor complaint is some machine's."""
        if verdict.kind not in (Kind.BOUNCE, Kind.COMPLAINT) or self.to.mail is None:
            return Received(verdict.kind, "nothing: no bounce")
        return self._event(verdict, self.to)

    def _complaint(self, verdict: Verdict) -> Received:
        """Believed only if it shows the return path of the mail that it is about."""
        for address in verdict.return_paths:
            found = self.rules.recipients.find(address)
            if found is not None and found.mail is not None:
                return self._event(verdict, found)
        self._keep(verdict.kind)
        return Received(verdict.kind, "kept: it shows no return path of ours")

    def _event(self, verdict: Verdict, path: Recipient) -> Received:
        assert path.mail is not None  # noqa: S101 - asked before
        kind = FeedbackKind.COMPLAINT if verdict.kind is Kind.COMPLAINT else FeedbackKind.BOUNCE
        told = Told(kind, verdict.reason or Reason.UNKNOWN, verdict.hard, verdict.is_delay)
        identity = self.mail.header("Message-ID") or hashlib.sha256(self.incoming.source).hexdigest()
        event = Event(
            "mail",
            hashlib.sha256(f"{kind}\0{path.mail}\0{identity}".encode("utf-8", "replace")).hexdigest(),
            told,
            self.now,
            about_mail(self.session, path.mail),
            verdict.status,
            verdict.said,
            raw=self.incoming.source,
        )
        following = take_in(self.session, event, keys=self.rules.keys, now=self.now, keep_raw=self.rules.keep_raw)
        return Received(verdict.kind, f"event: {following}" if following else "nothing: told before")

    def _of_person(self) -> Received:
        if reader := self._confirmed_by():
            return self._confirm(reader)
        codes = [region.code for region in active_regions(self.session)]
        wish = wish_in(self.mail, codes, self.to.tag if self.to.desk is Desk.SUBSCRIBE else "")
        if (wish.leaves or self.to.desk is Desk.UNSUBSCRIBE) and (reader := self._reader()):
            return self._leave(reader)
        if not wish.leaves and (self.to.desk is Desk.SUBSCRIBE or (wish.joins and wish.regions)):
            return self._join(wish, codes)
        return self._for_an_editor(wish)

    def _confirm(self, reader: Subscriber) -> Received:
        try:
            take_word(self.session, reader, self.now, way=Way.MAIL, wording=self._wording())
        except NewsletterError:  # they have left since: an old mail does not bring anyone back
            return Received(Kind.CONFIRMATION, "nothing: they have left since")
        return Received(Kind.CONFIRMATION, "confirmed")

    def _leave(self, reader: Subscriber) -> Received:
        if leave(self.session, reader, Way.MAIL, self.now):
            say_goodbye(self.session, reader, self.now)
        return Received(Kind.UNSUBSCRIBE, "left", left=reader.id)

    def _join(self, wish: Wish, codes: Sequence[str]) -> Received:
        regions = wish.regions or (tuple(codes) if len(codes) == 1 else ())
        if not regions:
            answer(self.session, self.author, self.rules.keys, self.now, language=wish.language, joins=True)
            return Received(Kind.SUBSCRIBE, "asked which region")
        language = wish.language or self.rules.language
        try:
            ask(
                self.session, self.author, regions, language=language, way=Way.MAIL, wording=self._wording(),
                keys=self.rules.keys, now=self.now,
            )  # fmt: skip
        except InvalidInputError:
            return self._for_an_editor(wish)
        return Received(Kind.SUBSCRIBE, "asked to confirm")

    def _for_an_editor(self, wish: Wish) -> Received:
        self._keep(Kind.OTHER)
        answer(self.session, self.author, self.rules.keys, self.now, language=wish.language)
        return Received(Kind.OTHER, "kept")

    def _keep(self, kind: Kind) -> None:
        sender = self.author or self.incoming.sender
        keep(self.session, self.mail, self.incoming.source, kind, sender, self.to.address, self.now)

    def _wording(self) -> str:
        return _WORDING.format(address=self.to.address.partition("+")[0] + "@" + self.to.address.rpartition("@")[2])

    def _is_from_ourselves(self) -> bool:
        return any(self.rules.recipients.is_own(address) for address in (self.incoming.sender, self.author) if address)

    def _reader(self) -> Subscriber | None:
        """By the address that the mail is from, which anyone can write: see decision 0113 for what it may do."""
        query = select(Subscriber).where(Subscriber.normalised == self.author.lower())
        return self.session.scalar(query.with_for_update())

    def _named_by_token(self) -> Subscriber | None:
        try:
            key = self.rules.recipients.mail_addresses.read_unsubscribe(self.to.tag)
            return by_key(self.session, key, for_change=True)
        except (NewsletterError, NotFoundError):
            return None

    def _confirmed_by(self) -> Subscriber | None:
        """Whoever answers the confirmation mail proves that they have it: its token, or its Message-ID.

        A machine that answers has been sorted out before; and the answer must be from the address that was asked.
        """
        reader = self._asked_by_token() if self.to.desk is Desk.CONFIRM else self._asked_by_message_id()
        return reader if reader is not None and reader.normalised == self.author.lower() else None

    def _asked_by_token(self) -> Subscriber | None:
        addresses, today = self.rules.recipients.mail_addresses, self.now.date()
        try:
            key = addresses.read_confirm(self.to.tag, today, good_for_days=self.rules.confirm_days)
            return by_key(self.session, key, for_change=True)
        except NewsletterError:
            return None

    def _asked_by_message_id(self) -> Subscriber | None:
        answered = f"{self.mail.header('In-Reply-To')} {self.mail.header('References')}"
        reader = self._reader() if "@" in answered else None
        if reader is None:
            return None
        query = select(Notice.id).where(
            Notice.address == reader.address,
            Notice.kind.in_((NoticeKind.CONFIRM, NoticeKind.REMINDER)),
            Notice.queued_at > self.now - min(_ANSWERED_WITHIN, timedelta(days=self.rules.confirm_days)),
        )
        asked = (self.rules.message_ids.notice(notice_id) for notice_id in self.session.scalars(query))
        return reader if any(message_id in answered for message_id in asked) else None


def author_of(mail: Mail) -> str:
    """The one address in From, as mail is sent to it; "" where there is none, several, or one that cannot be."""
    addresses = {address for _, address in getaddresses([mail.header("From")]) if address}
    if len(addresses) != 1:
        return ""
    try:
        return normalise(addresses.pop()).address
    except InvalidInputError:
        return ""
