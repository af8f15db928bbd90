"""Bytes of a feed into text, whatever its server and its first line claim. Pure.

Declarations are wrong so often that the bytes are asked first: text with bytes beyond ASCII that is valid UTF-8 is
UTF-8 (it hardly ever is by chance). Then come the declarations, in the order of RFC 7303, section 3.2.
"""

import codecs
import re
from collections.abc import Iterator

from w3lib.encoding import http_content_type_encoding, read_bom, resolve_encoding

_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']""", re.IGNORECASE)
_WITHOUT_BOM = ((b"<\0?\0", "utf-16-le"), (b"<\0r\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"), (b"\0<\0r", "utf-16-be"))
# Families of encodings that text on the web is written in (whatwg.org/encoding), by Python's names for them. Its other
# codecs (unicode_escape, punycode, zip) are no encodings of feeds, and UTF-16 would have shown itself.
_FOR_FEEDS = re.compile(
    r"(?:ascii|utf-8|iso8859|cp\d|koi8|mac|gb|big5|euc|shift_jis|iso2022|tis|johab|hz|ptcp|kz|viscii)", re.IGNORECASE
)


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of `body`; bytes that no reading explains become U+FFFD."""
    if encoding := _self_evident(body):
        return body.decode(encoding, "replace").lstrip("\ufeff")
    declared = list(_declared(body, content_type))
    for encoding in declared:
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return _best_effort(body, declared)


def _self_evident(body: bytes) -> str | None:
    """The encoding that the bytes themselves show."""
    encoding, _ = read_bom(body)
    if encoding is not None:
        return encoding
    for beginning, name in _WITHOUT_BOM:
        if body.startswith(beginning):
            return name
    if body.isascii():
        return None  # could be ISO-2022-JP, which only a declaration tells
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _declared(body: bytes, content_type: str | None) -> Iterator[str]:
    in_xml = _DECLARED.search(body[:1000])
    for name in (http_content_type_encoding(content_type), in_xml[1].decode("ascii") if in_xml else None):
        encoding = resolve_encoding(name) if name else None
        if encoding is not None and _FOR_FEEDS.match(codecs.lookup(encoding).name):
            yield encoding


def _best_effort(body: bytes, declared: list[str]) -> str:
    """Mostly UTF-8 with some damage, or else a Western single-byte encoding."""
    as_utf8 = body.decode("utf-8", "replace")
    damaged = as_utf8.count("\ufffd")
    sound = sum(1 for sign in as_utf8 if sign > "\x7f") - damaged
    if sound >= damaged:
        return as_utf8
    legacy = next((encoding for encoding in declared if not encoding.startswith("utf")), "cp1252")
    return body.decode(legacy, "replace")
