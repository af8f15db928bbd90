"""Mail that is kept for an editor, and the one answer a day that its writer gets."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.errors import NotFoundError
from newsletter.feedback.mime import Mail
from newsletter.feedback.models import InboundMail
from newsletter.sending.inserting import insert_new
from newsletter.sending.models import NoticeKind
from newsletter.sending.notices import UNDETERMINED, queue_notice
from newsletter.subscribers.digests import address_digests

KEEP_BYTES = 200_000  # of a mail; an editor reads words
_TEXT = 20_000
_NOT_KEPT = re.compile("[\0\ud800-\udfff]")  # Postgres takes neither in a text


def keep(session: Session, mail: Mail, source: bytes, kind: str, sender: str, recipient: str, now: datetime) -> None:
    """Keep a mail for an editor, once: a server that was not sure of our answer brings it again."""
    row = {
        "digest": hashlib.sha256(_identity(mail, source) + f"\0{sender}\0{recipient}".encode()).hexdigest(),
        "received_at": now,
        "sender": _kept(sender, 320),
        "recipient": _kept(recipient, 320),
        "subject": _kept(mail.header("Subject"), 500),
        "text": _kept(mail.text, _TEXT),
        "kind": kind,
        "size": len(source),
        "raw": source[:KEEP_BYTES],
    }
    insert_new(session, InboundMail, [row])


def keep_note(session: Session, source: bytes, subject: str, text: str, now: datetime) -> None:
    """Keep what a program told and a person has to act on, in the same place."""
    row = {
        "digest": hashlib.sha256(source).hexdigest(),
        "received_at": now,
        "sender": "",
        "recipient": "",
        "subject": _kept(subject, 500),
        "text": _kept(text, _TEXT),
        "kind": "note",
        "size": len(source),
        "raw": source[:KEEP_BYTES],
    }
    insert_new(session, InboundMail, [row])


def answer(
    session: Session, address: str, keys: Sequence[str], now: datetime, *, language: str = "", joins: bool = False
) -> None:
    """Tell the writer that their mail is here, or how to ask for a letter; at most once a day an address.

    Nothing that they wrote stands in it: the address may be another's.
    """
    digest = address_digests(address.lower(), keys)[0][:32]
    queue_notice(
        session,
        NoticeKind.RECEIVED,
        address=address,
        language=language or UNDETERMINED,
        arguments={"joins": joins},
        now=now,
        once=f"received:{digest}:{now.date()}",
    )


def kept_mails(session: Session, limit: int = 200) -> Sequence[InboundMail]:
    """Newest first."""
    query = select(InboundMail).order_by(InboundMail.received_at.desc(), InboundMail.id.desc())
    return session.scalars(query.limit(limit)).all()


def kept_mail(session: Session, mail_id: int) -> InboundMail:
    """Raises NotFoundError."""
    found = session.get(InboundMail, mail_id)
    if found is None:
        raise NotFoundError("There is no such mail any more.")
    return found


def delete_mail(session: Session, mail_id: int) -> None:
    """Raises NotFoundError."""
    session.delete(kept_mail(session, mail_id))


def _identity(mail: Mail, source: bytes) -> bytes:
    return mail.header("Message-ID").encode("utf-8", "replace") or source


def _kept(text: str, length: int) -> str:
    return _NOT_KEPT.sub("\ufffd", text)[:length]
