"""Emptying a mailbox: each mail is taken in and committed here, and only then deleted there.

A mail that was taken before its deletion was lost comes again: it is known by its Message-ID, and has no second effect.
"""

import imaplib
import poplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import structlog

from newsletter.errors import UnavailableError
from newsletter.inbound.mailboxes import MailboxUrl
from newsletter.inbound.taking import TAKEN

AT_ONCE = 200  # mails
TIMEOUT_SECONDS = 30.0
_HEAD_LINES = 0  # of the body of a mail that is too large

Take = Callable[[bytes], str]

log = structlog.get_logger(__name__)


def poll(url: MailboxUrl, take: Take, *, largest: int, tls: ssl.SSLContext | None = None) -> int:
    """Take in what is there, at most AT_ONCE mails; how many. Of a mail beyond `largest` bytes only its headers.

    `take` answers as SMTP does; whatever is not taken stays in the mailbox. Raises UnavailableError.
    """
    context = tls or ssl.create_default_context()
    try:
        mails = (_imap if url.protocol == "imap" else _pop3)(url, take, largest, context)
    except (OSError, imaplib.IMAP4.error, poplib.error_proto, EOFError) as error:
        raise UnavailableError(f"The mailbox at {url.host}:{url.port} does not work: {_said(error)}") from error
    if mails:
        log.info("mailbox emptied", mails=mails)
    return mails


def _imap(url: MailboxUrl, take: Take, largest: int, context: ssl.SSLContext) -> int:
    taken = 0
    with _imap_session(url, context) as session:
        _done(session.select(_quoted(url.folder)))
        numbers = _done(session.uid("SEARCH", "UNDELETED"))[0].split()[:AT_ONCE]
        for number in numbers:
            source = _fetched(session, number.decode(), largest)
            if take(source) != TAKEN:
                break
            _done(session.uid("STORE", number.decode(), "+FLAGS", r"(\Deleted)"))
            taken += 1
        session.expunge()
    return taken


@contextmanager
def _imap_session(url: MailboxUrl, context: ssl.SSLContext) -> Iterator[imaplib.IMAP4]:
    if url.tls == "tls":
        session: imaplib.IMAP4 = imaplib.IMAP4_SSL(url.host, url.port, ssl_context=context, timeout=TIMEOUT_SECONDS)
    else:
        session = imaplib.IMAP4(url.host, url.port, timeout=TIMEOUT_SECONDS)
    try:
        if url.tls == "starttls":
            session.starttls(context)
        session.login(url.user, url.password)
        yield session
    finally:
        with suppress(OSError, imaplib.IMAP4.error):  # it is only a goodbye
            session.logout()


def _fetched(session: imaplib.IMAP4, number: str, largest: int) -> bytes:
    size = re.search(
        rb"RFC822\.SIZE (\d+)", b" ".join(map(_bytes, _done(session.uid("FETCH", number, "(RFC822.SIZE)"))))
    )
    what = "BODY.PEEK[HEADER]" if size and int(size[1]) > largest else "BODY.PEEK[]"
    answer = _done(session.uid("FETCH", number, f"({what})"))
    return next((part[1] for part in answer if isinstance(part, tuple)), b"")


def _pop3(url: MailboxUrl, take: Take, largest: int, context: ssl.SSLContext) -> int:
    taken = 0
    with _pop3_session(url, context) as session:
        for line in session.list()[1][:AT_ONCE]:
            number, size = (int(word) for word in line.split()[:2])
            lines = session.top(number, _HEAD_LINES)[1] if size > largest else session.retr(number)[1]
            if take(b"\r\n".join(lines) + b"\r\n") != TAKEN:
                break
            session.dele(number)
            taken += 1
        session.quit()  # only now are they deleted (RFC 1939, section 6)
    return taken


@contextmanager
def _pop3_session(url: MailboxUrl, context: ssl.SSLContext) -> Iterator[poplib.POP3]:
    if url.tls == "tls":
        session: poplib.POP3 = poplib.POP3_SSL(url.host, url.port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        session = poplib.POP3(url.host, url.port, timeout=TIMEOUT_SECONDS)
    try:
        if url.tls == "starttls":
            session.stls(context)
        session.user(url.user)
        session.pass_(url.password)
        yield session
    finally:
        session.close()


def _done(answer: tuple[str, list[Any]]) -> list[Any]:
    """What an IMAP command gave. Raises imaplib.IMAP4.error where it did not work."""
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"the server said {status}")
    return data


def _bytes(part: object) -> bytes:
    return part if isinstance(part, bytes) else b" ".join(part) if isinstance(part, tuple) else b""


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _said(error: Exception) -> str:
    """The server's words may hold what we said to it; only their kind is told."""
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else type(error).__name__
