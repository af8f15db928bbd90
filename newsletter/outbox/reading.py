"""A kept mail as its page shows it; whatever is broken in it is shown as well as it can be. Pure."""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32


@dataclass(frozen=True)
class Readable:
    headers: str  # as they were sent
    html: str | None
    text: str | None


def readable(source: bytes) -> Readable:
    message = message_from_bytes(source, policy=compat32)  # it takes whatever comes
    head = source.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return Readable(head.decode("utf-8", "replace"), _part(message, "text/html"), _part(message, "text/plain"))


def _part(message: Message, content_type: str) -> str | None:
    for part in message.walk():
        if part.get_content_type() == content_type and not part.is_multipart():
            payload = part.get_payload(decode=True)
            content = payload if isinstance(payload, bytes) else b""
            return _decoded(content, part.get_content_charset("utf-8"))
    return None


def _decoded(content: bytes, charset: str) -> str:
    try:
        text = content.decode(charset, "replace")
    except LookupError:  # no such charset
        text = content.decode("utf-8", "replace")
    return text.replace("\r\n", "\n")
