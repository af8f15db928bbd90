"""Reading a message back as other programs do: Python's own parser, one that shares nothing with it, and its links."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

import fast_mail_parser
from lxml import html as markup

_WEB = ("http://", "https://")


def parsed(message: bytes) -> EmailMessage:
    """By Python's email package. Raises AssertionError for any defect, in a header or a part."""
    mail = cast(EmailMessage, message_from_bytes(message, policy=policy.default))
    for part in mail.walk():
        assert not part.defects, part.defects
        for name, value in part.items():
            assert not getattr(value, "defects", ()), (name, value.defects)
    return mail


def content(mail: EmailMessage, kind: str) -> str:
    """The text of its `kind` ("plain" or "html") part."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def links_of_html(html: str) -> list[str]:
    """What links lead to and where pictures are, in order."""
    return [str(one.get("href") or one.get("src")) for one in markup.document_fromstring(html).iter("a", "img")]


def links_of_text(text: str) -> list[str]:
    """Each stands in a line of its own."""
    return [line for line in text.splitlines() if line.startswith(_WEB)]


def problems(message: bytes) -> list[str]:
    """What the two parsers find wrong, or see differently from each other."""
    mail = parsed(message)
    other: Any = fast_mail_parser.parse_email(message)
    found = []
    if other.subject != mail["Subject"]:
        found.append(f"two parsers read two subjects: {mail['Subject']!r}, {other.subject!r}")
    for kind, theirs in (("plain", other.text_plain), ("html", other.text_html)):
        if [part.replace("\r\n", "\n").strip() for part in theirs] != [content(mail, kind).strip()]:
            found.append(f"two parsers read two {kind} parts")
    html, text = links_of_html(content(mail, "html")), links_of_text(content(mail, "plain"))
    if html != text:
        found.append("the links of HTML and text differ")
    if len(html + text) % 2:
        found.append("an odd number of links")
    if any(len(line) > 998 for line in message.splitlines()):
        found.append("a line is longer than 998 octets")
    return found
