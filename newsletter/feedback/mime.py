"""A mail from outside, taken apart within bounds of time and memory. Pure.

The parser of the standard library is recursive, and slow for what no mail program writes. So the source is looked at
first, by searches whose time grows with its length alone, and what is too complex is refused before it is parsed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, message_from_string
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from html import unescape

import nh3

from newsletter.errors import InvalidInputError

MOST_PARTS = 200
MOST_BOUNDARIES = 40
MOST_ENCLOSED = 20  # messages in messages
HEADER_BYTES = 256 * 1024
HEADER_LINES = 3000
_PARAMETER_BYTES = 4096  # of a Content-Type: the parser's time for it grows with the square of its length
_TEXT = 64 * 1024  # of a part, and more than anyone reads

_HEADER_END = re.compile(rb"\r?\n\r?\n")
_BOUNDARY = re.compile(rb"(?i)\bboundary\s*=\s*(\"[^\"\r\n]{1,200}\"|[^\s;\"]{1,200})")
_ENCLOSED = re.compile(rb"(?i)content-type:\s*message/")
_LONG_PARAMETERS = re.compile(rb"(?i)\ncontent-(?:type|disposition):(?=([^\n]*(?:\n[ \t][^\n]*)*))")
# Codecs whose time grows with the square of the length, or that are not of texts.
_BAD_CHARSETS = ("punycode", "idna")
_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_ORIGINAL_TYPES = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")


class TooComplexError(InvalidInputError):
    message = "The mail is too complex to be read."


@dataclass(frozen=True)
class Mail:
    """What the deciding files need of a mail. Texts have LF line ends; header names any case."""

    message: Message = field(repr=False)
    text: str = ""  # what a person reads: the plain text, else the HTML's
    statuses: list[Message] = field(default_factory=list)  # the fields of delivery reports, a group each (RFC 3464)
    complaint: Message | None = None  # the fields of a feedback report (RFC 5965)
    original: Message | None = None  # the headers of the mail that came back
    report_type: str = ""
    types: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """The first of that name, decoded and on one line; "" where there is none."""
        return header_of(self.message, name)

    def headers(self, name: str) -> list[str]:
        return [_decoded(value) for value in _raw(self.message, name)]


def read_mail(source: bytes) -> Mail:
    """Raises TooComplexError. Whatever else is wrong with a mail, something is made of it."""
    _check(source)
    try:
        message = message_from_bytes(source, policy=compat32)
        return _taken_apart(message)
    except RecursionError as error:
        raise TooComplexError from error


def header_of(message: Message | None, name: str) -> str:
    return _decoded(next(iter(_raw(message, name)), "")) if message is not None else ""


def _raw(message: Message, name: str) -> list[str]:
    """The values as they came; `get` would replace bytes beyond ASCII, which are no rarity in Subjects."""
    return [str(value) for key, value in message.raw_items() if key.lower() == name.lower()]


def _check(source: bytes) -> None:
    end = _HEADER_END.search(source)
    head = source[: end.start()] if end else source
    if len(head) > HEADER_BYTES or head.count(b"\n") > HEADER_LINES:
        raise TooComplexError("The mail's headers are too long.")
    boundaries = {found.strip(b'"') for found in _BOUNDARY.findall(source)}
    if len(boundaries) > MOST_BOUNDARIES or len(_ENCLOSED.findall(source)) > MOST_ENCLOSED:
        raise TooComplexError
    if sum(source.count(b"\n--" + boundary) for boundary in boundaries) > MOST_PARTS + len(boundaries):
        raise TooComplexError("The mail has too many parts.")
    for found in _LONG_PARAMETERS.finditer(b"\n" + source):
        if len(found[1]) > _PARAMETER_BYTES:
            raise TooComplexError


def _taken_apart(message: Message) -> Mail:
    parts = list(_own_parts(message))
    types = tuple(part.get_content_type() for part in parts)
    statuses = _statuses(parts)
    complaints = [part for part in parts if part.get_content_type() == "message/feedback-report"]
    originals = [part for part in parts if part.get_content_type() in _ORIGINAL_TYPES]
    if not statuses and not complaints and originals:  # a report that was passed on whole
        statuses = _statuses(list(_own_parts(_enclosed(originals[0]))))
    return Mail(
        message=message,
        text=_readable(parts),
        statuses=statuses,
        complaint=next(iter(_groups(complaints[0])), None) if complaints else None,
        original=_enclosed(originals[0]) if originals else None,
        report_type=str(message.get_param("report-type", "") or "").lower(),
        types=types,
    )


def _statuses(parts: list[Message]) -> list[Message]:
    return [group for part in parts if part.get_content_type() in _STATUS_TYPES for group in _groups(part)]


def _own_parts(message: Message) -> Iterator[Message]:
    """The leaves of the mail itself: what is in a mail that it encloses is not its own."""
    kind = message.get_content_type()
    if not message.is_multipart() or kind in _STATUS_TYPES + _ORIGINAL_TYPES or kind.startswith("message/"):
        yield message
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _own_parts(part)


def _readable(parts: list[Message]) -> str:
    plain = [text_of(part) for part in parts if part.get_content_type() == "text/plain"]
    written = "\n".join(text for text in plain if text.strip())
    if written:
        return written[:_TEXT]
    return "\n".join(text_of(part) for part in parts if part.get_content_type() == "text/html")[:_TEXT]


def text_of(part: Message) -> str:
    """The text of a leaf, HTML without its tags; bounded."""
    payload = part.get_payload(decode=True)
    content = payload[:_TEXT] if isinstance(payload, bytes) else b""
    text = _in_charset(content, part.get_content_charset("utf-8"))
    if part.get_content_type() == "text/html":
        text = unescape(nh3.clean(re.sub(r"(?i)<(?:br|/p|/div|/tr|/h\d|/li)\b[^<>]{0,200}>", "\n", text), tags=set()))
    return text.replace("\r\n", "\n")


def _in_charset(content: bytes, charset: str) -> str:
    if charset.lower().startswith(_BAD_CHARSETS):
        charset = "utf-8"
    try:
        return content.decode(charset, "replace")
    except (LookupError, ValueError):  # no such charset, or one with no way to replace
        return content.decode("utf-8", "replace")


def _groups(part: Message) -> list[Message]:
    """The groups of fields in a report. The parser makes messages of them for the oldest of the types alone."""
    payload = part.get_payload()
    if isinstance(payload, list) and part.get_content_type() == _STATUS_TYPES[0]:
        return [group for group in payload if isinstance(group, Message) and group.keys()][:MOST_PARTS]
    first = payload[0] if isinstance(payload, list) and payload else None
    text = _flattened(first) if isinstance(first, Message) else text_of(part)
    blocks = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip("\n"))
    return [message_from_string(block, policy=compat32) for block in blocks[:MOST_PARTS] if block.strip()]


def _flattened(message: Message) -> str:
    """What was taken for a message, as the text that it was."""
    rest = message.get_payload(decode=True)
    head = "".join(f"{name}: {value}\n" for name, value in message.raw_items())
    return f"{head}\n{rest.decode('utf-8', 'replace')}" if isinstance(rest, bytes) else head


def _enclosed(part: Message) -> Message:
    payload = part.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        return payload[0]
    return message_from_string(text_of(part).lstrip("\n"), policy=compat32)


def _decoded(value: str) -> str:
    raw = " ".join(value[:4000].split())
    if any("\udc80" <= sign <= "\udcff" for sign in raw):  # bytes beyond ASCII, as they were sent
        raw = raw.encode("ascii", "surrogateescape").decode("utf-8", "replace")
    if "=?" not in raw or any(f"=?{charset}" in raw.lower() for charset in _BAD_CHARSETS):
        return raw
    try:
        return " ".join(str(make_header(decode_header(raw))).split())
    except (LookupError, ValueError, HeaderParseError):
        return raw


def head_of(source: bytes) -> Mail:
    """Of a mail that is too complex: its headers, as far as they go."""
    end = _HEADER_END.search(source)
    head = source[: end.start() if end else _TEXT][:_TEXT]
    return Mail(message_from_bytes(head, policy=compat32))
