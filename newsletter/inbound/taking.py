"""One mail that came, however it came: read, decided, committed, and only then answered for.

The answers are those of SMTP, which the other ways translate: 250 it is ours now, 4xx bring it again, 5xx never.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from newsletter.bootstrap import Service
from newsletter.feedback.delivery_reports import address_in
from newsletter.feedback.letterbox import keep
from newsletter.feedback.mime import Mail, TooComplexError, head_of, read_mail
from newsletter.feedback.reception import Incoming, author_of, receive
from newsletter.feedback.recipients import Desk, Recipient
from newsletter.feedback.verdicts import Kind
from newsletter.sending.settling import settle
from newsletter.web.ringing import Bell

log = structlog.get_logger(__name__)

TAKEN = "250 2.6.0 Taken"
NOBODY = "550 5.1.1 There is no such address here"
LATER = "451 4.3.0 Not now, please try again later"
TOO_COMPLEX = "554 5.6.0 This mail is too complex to be read"

# Where a server that delivered into a mailbox wrote down for whom it was; then where the writer did.
_FOR_WHOM = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "To", "Cc")


@dataclass(frozen=True)
class Taker:
    """Takes mails for one service. Threads may share it."""

    service: Service
    bell: Bell

    @classmethod
    def of(cls, service: Service) -> "Taker":
        return cls(service, Bell(service.redis_url))

    def find(self, address: str) -> Recipient | None:
        return self.service.reception.recipients.find(address)

    def take(self, sender: str, recipients: Sequence[Recipient], source: bytes) -> list[str]:
        """An answer for each recipient. Whatever happens, no mail is lost: what is not kept is asked for again."""
        try:
            mail = read_mail(source)
        except TooComplexError:
            return [TOO_COMPLEX for _ in recipients]
        answers = [self._take(Incoming(sender, recipient, mail, source)) for recipient in recipients]
        if TAKEN in answers:
            self.bell.ring()
        return answers

    def take_found(self, source: bytes) -> str:
        """A mail without its envelope, from a mailbox of ours: nothing in it is refused, for nobody would hear it."""
        try:
            mail = read_mail(source)
        except TooComplexError:
            mail = head_of(source)
            return self._keep(mail, source)
        incoming = Incoming(_envelope_sender(mail), self.recipient_of(mail), mail, source)
        answer = self._take(incoming)
        if answer == TAKEN:
            self.bell.ring()
        return answer

    def recipient_of(self, mail: Mail) -> Recipient:
        """The first address of ours that the headers name; the newsroom's where they name none."""
        for name in _FOR_WHOM:
            for value in mail.headers(name):
                for word in value.replace(",", " ").split():
                    if (address := address_in(word)) and (found := self.find(address)):
                        return found
        return Recipient(Desk.PEOPLE, address_in(mail.header("To")) or self.service.settings.from_address)

    def _take(self, incoming: Incoming) -> str:
        try:
            with self.service.db.writing() as session:
                received = receive(session, incoming, self.service.reception, self.service.clock.now())
            if received.left is not None:
                settle(self.service.db, received.left)
        except SQLAlchemyError as error:
            log.error("mail not taken: the database does not answer", error=type(error).__name__)
            return LATER
        return TAKEN

    def _keep(self, mail: Mail, source: bytes) -> str:
        now = self.service.clock.now()
        to = self.recipient_of(mail).address
        try:
            with self.service.db.writing() as session:
                keep(session, mail, source, Kind.OTHER, author_of(mail), to, now)
        except SQLAlchemyError as error:
            log.error("mail not taken: the database does not answer", error=type(error).__name__)
            return LATER
        return TAKEN


def _envelope_sender(mail: Mail) -> str:
    """As the server that delivered it wrote it down; the author where none did (RFC 5321, section 4.4)."""
    written = mail.headers("Return-Path")
    return address_in(written[0]) if written else author_of(mail)
