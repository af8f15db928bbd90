"""A mail's HTML in the frame of a page: its links open beside the page, as from a mail program. Pure."""

import re

_HEAD = re.compile(r"<head(\s[^>]*)?>", re.IGNORECASE)
_BASE = '<base target="_blank">'


def framed(html: str) -> str:
    """The same, with the place where its links open."""
    head = _HEAD.search(html)
    return html[: head.end()] + _BASE + html[head.end() :] if head else _BASE + html
