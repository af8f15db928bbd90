"""Header lines that no text can break out of: it is cleaned first, then encoded. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from email.header import Header
from email.utils import formataddr

from newsletter.config import Settings
from newsletter.errors import InvalidInputError
from newsletter.sending.mailboxes import mailable

_LINE = 900  # RFC 5322, section 2.1.1 ends a line at 998; the rest is for the header's name
_FOLD = 76  # RFC 2047, section 2: a line with encoded words
_NOT_FOR_HEADERS = ("Cc", "Cs", "Zl", "Zp")  # controls, lone surrogates, line and paragraph separators
_VISIBLE = re.compile(rf"[!-~]{{1,{_LINE}}}")


@dataclass(frozen=True)
class Sender:
    """Who every mail is from."""

    name: str
    address: str
    reply_to: str | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Sender":
        return cls(settings.site_name, settings.from_address, settings.reply_to)

    @property
    def list_id(self) -> str:
        """What names the newsletter to mail programs (RFC 2919): weekly@news.example is weekly.news.example."""
        local = self.address.rpartition("@")[0]
        return f"{re.sub('[^A-Za-z0-9]+', '-', local).strip('-') or 'letter'}.{self.domain}"

    @property
    def domain(self) -> str:
        """The domain of the address, as A-labels where it is in another script."""
        return mailable(self.address).rpartition("@")[2]


def clean(text: str) -> str:
    """`text` on one line: what could end a header line, or cannot be sent at all, becomes a space."""
    kept = "".join(" " if unicodedata.category(sign) in _NOT_FOR_HEADERS else sign for sign in text)
    return " ".join(kept.split())


def unstructured(name: str, text: str) -> bytes:
    """A header line of free text, such as a Subject; in encoded words only where it must be (RFC 2047)."""
    text = clean(text)
    if text.isascii() and "=?" not in text and len(text) <= _LINE:
        return f"{name}: {text}\r\n".encode()
    return f"{name}: {_encoded_words(name, text)}\r\n".encode()


def address_line(name: str, display_name: str, address: str) -> bytes:
    """A header line of one mailbox. Raises UnmailableAddressError."""
    address, display_name = mailable(address), clean(display_name)
    if not display_name:
        return f"{name}: {address}\r\n".encode()
    if display_name.isascii() and "=?" not in display_name and len(display_name) <= _LINE // 2:
        return f"{name}: {formataddr((display_name, address))}\r\n".encode()
    return f"{name}: {_encoded_words(name, display_name)} <{address}>\r\n".encode()


def token(text: str) -> str:
    """`text` as one word without the colon that separates the fields of a Feedback-ID."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-") or "none"


def visible(value: str) -> str:
    """`value` if it can stand in a header as it is. Raises InvalidInputError."""
    if not _VISIBLE.fullmatch(value):
        raise InvalidInputError(f"A value of {len(value)} characters cannot stand in a header.")
    return value


def _encoded_words(name: str, text: str) -> str:
    return Header(text, "utf-8", maxlinelen=_FOLD, header_name=name).encode(linesep="\r\n")
