"""Messages for tests: built like a letter or a notice, and read back as strictly as a mail program may."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, message_from_string, policy
from email.errors import NonASCIILocalPartDefect
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from newsletter.rendering.pieces import Composed
from newsletter.rendering.slots import Slot
from newsletter.sending.dkim import Signer
from newsletter.sending.headers import Sender
from newsletter.sending.mastheads import letter_headers, notice_headers
from newsletter.sending.message import Pattern, Personal

SENT_AT = datetime(2026, 5, 15, 12, 0, tzinfo=UTC)
SENDER = Sender("Regional Weekly", "weekly@news.example", "editors@news.example")
TEXT = f"Good morning\n\nLeave: {Slot.UNSUBSCRIBE}\nChoose: {Slot.PREFERENCES} today\nThis went to {Slot.ADDRESS}.\n"
HTML = f'<p>Good morning</p><a href="{Slot.UNSUBSCRIBE}">Leave</a><a href="{Slot.PREFERENCES}">Choose</a>{Slot.ADDRESS}'

# RFC 5322, section 3.6: an encoded word has no place in these (RFC 2047, section 5).
STRUCTURED = (
    "To", "Reply-To", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID",
    "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted", "DKIM-Signature",
)  # fmt: skip


def personal(**values: Any) -> Personal:
    """What is Ann's, but for `values`."""
    defaults: dict[str, Any] = {
        "recipient": "ann@readers.example",
        "message_id": "<1@news.example>",
        "date": SENT_AT,
        "unsubscribe_url": "https://news.example/u/ann.signature",
        "preferences_url": "https://news.example/p/ann.today.signature",
    }
    return Personal(**(defaults | values))


def letter(
    subject: str = "This week",
    *,
    html: str = HTML,
    text: str = TEXT,
    sender: Sender = SENDER,
    signer: Signer | None = None,
) -> Pattern:
    headers = letter_headers(sender, subject, language="en", campaign="2026-W20")
    return Pattern.of(Composed(subject, html, text, "en"), headers, signer)


def notice(
    subject: str = "Please confirm", *, html: str = HTML, text: str = TEXT, signer: Signer | None = None
) -> Pattern:
    return Pattern.of(Composed(subject, html, text, "en"), notice_headers(SENDER, subject), signer)


def parsed(message: bytes) -> EmailMessage:
    """`message` as a strict reader sees it: no defect in any header or part.

    Python's parser knows headers in UTF-8 (RFC 6532) only as text, and marks a local part in them as what it is.
    """
    mail = message_from_string(message.decode(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert [defect for part in mail.walk() for defect in part.defects] == []
    defects = [(name, defect) for part in mail.walk() for name, value in part.items() for defect in value.defects]
    assert [(name, defect) for name, defect in defects if (name, type(defect)) != ("To", NonASCIILocalPartDefect)] == []
    assert message.isascii() or defects
    return mail


def part(mail: EmailMessage, subtype: str) -> str:
    body = mail.get_body((subtype,))
    assert body is not None
    content: str = body.get_content()
    return content.replace("\r\n", "\n")


def sender_name(message: bytes) -> str:
    """Read by the older of Python's parsers: the newer one sees spaces between the encoded words of a phrase."""
    line = message_from_bytes(message, policy=policy.compat32)["From"]
    name = parseaddr(line)[0]
    return str(make_header(decode_header(name))) if "=?" in name else name


def assert_is_well_formed(message: bytes) -> None:
    """RFC 5322, section 2.1.1, RFC 2045, section 6.7, and RFC 2047, section 5."""
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\0", message)
    lines = message.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    headers_end = lines.index(b"")
    assert max(map(len, lines[headers_end:])) <= 76
    assert b"".join(lines[headers_end:]).isascii()
    head = re.split(r"\r\n(?![ \t])", b"\r\n".join(lines[:headers_end]).decode())
    for name, _, value in (line.partition(": ") for line in head):
        assert name.isascii()
        assert value.isascii() or name == "To"
        assert name not in STRUCTURED or not re.search(r"=\?[^?]*\?[bqBQ]\?", value)
        if name == "From":
            assert "=?" not in value[value.rindex("<") if "<" in value else 0 :]
