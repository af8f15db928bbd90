"""One entry of a feed, in whatever format, made into a story or refused with a reason. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newsletter.stories.canonical import canonical_of_entry, canonical_url, link
from newsletter.stories.cleaning import NAME_LIMIT, one_line, plain, summary_of, title_of
from newsletter.stories.errors import UnusableStoryError
from newsletter.stories.languages import primary
from newsletter.stories.parsed import ParsedStory, RejectedEntry

_E_MAIL = re.compile(r"[<(]?[^\s<>()]+@[^\s<>()]+[>)]?")
RAW_LIMIT = 4000  # characters of a refused entry that are kept


@dataclass(frozen=True)
class Entry:
    """What a format's reader found, still as the source wrote it."""

    title: str
    summary: str = ""
    url: str = ""
    entry_id: str = ""
    published_at: datetime | None = None
    author: str = ""
    image_url: str = ""
    language: str | None = None
    region: str | None = None
    title_is_html: bool = True
    summary_is_html: bool = True


def story_of(entry: Entry, *, site_url: str = "") -> ParsedStory:
    """The cleaned story of an entry. Raises UnusableStoryError.

    An entry that has an id but no link of its own (status pages give such) leads to its site's page.
    """
    title = title_of(entry.title, is_html=entry.title_is_html)
    if not title:
        raise UnusableStoryError("It has no title.")
    if not entry.url.strip() and not (entry.entry_id.strip() and site_url.strip()):
        raise UnusableStoryError("It has no link.")
    url = link(entry.url if entry.url.strip() else site_url)
    canonical = canonical_url(url) if entry.url.strip() else canonical_of_entry(url, plain(entry.entry_id).strip())
    return ParsedStory(
        title=title,
        summary=summary_of(entry.summary, is_html=entry.summary_is_html),
        url=url,
        canonical_url=canonical,
        published_at=entry.published_at,
        author=author_of(entry.author),
        image_url=image_of(entry.image_url),
        language=primary(entry.language),
        region=entry.region,
    )


def author_of(name: str) -> str | None:
    """A name to print; the e-mail address that RSS puts beside it is personal data that we have no use for."""
    without_address = _E_MAIL.sub(" ", title_of(name)).strip(" ()<>,;")
    return one_line(without_address, NAME_LIMIT) or None


def image_of(url: str) -> str | None:
    """An image's link, or None: a story with a picture that cannot be used goes without."""
    try:
        return link(url) if url.strip() else None
    except UnusableStoryError:
        return None


def rejected(reason: str, raw: str | Mapping[str, Any]) -> RejectedEntry:
    text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False, default=str)
    return RejectedEntry(reason, plain(text)[:RAW_LIMIT])
