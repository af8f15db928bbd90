"""RSS 0.9x to 2.0, RDF and Atom, read by feedparser. Pure."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import feedparser
from feedparser.api import SUPPORTED_VERSIONS

from newsletter.stories.cleaning import NAME_LIMIT, title_of
from newsletter.stories.dates import from_parts, from_text
from newsletter.stories.entries import RAW_LIMIT, Entry, rejected, story_of
from newsletter.stories.errors import FeedError, UnusableStoryError
from newsletter.stories.languages import primary
from newsletter.stories.parsed import ParsedFeed, ParsedStory, RejectedEntry
from newsletter.stories.survey import MALFORMED_LIMIT, Survey, refuse_crowded

ENTRY_LIMIT = 1000
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,300}\?>")
_ENTRY_START = re.compile(r"<(?:[\w.-]{1,20}:)?(?:item|entry)[\s>]")
_ENTRY_END = re.compile(r"</(?:[\w.-]{1,20}:)?(?:item|entry)\s*>")


def read_xml(text: str, found: Survey, url: str) -> ParsedFeed:
    """The stories of a feed in XML. Raises FeedError where it breaks off and nothing in it can be used."""
    part = _readable_part(text, found)
    refuse_crowded(part.text)
    parsed = _parse(part.text, url)
    if part.breaks_off and not parsed.entries:
        raise FeedError("The feed breaks off before the end of its first story.")
    feed: Mapping[str, Any] = dict(parsed.feed)
    is_atom = str(parsed.version).startswith("atom")
    stories, refused = _stories(parsed.entries[:ENTRY_LIMIT], is_atom, feed)
    if part.unfinished:
        refused.append(rejected("The feed breaks off in the middle of this entry.", part.unfinished))
    return ParsedFeed(
        title=title_of(feed.get("title", "")),
        language=primary(feed.get("language")),
        kind=SUPPORTED_VERSIONS.get(parsed.version) or "feed of an unknown version",
        stories=stories,
        rejected=refused,
        problem=part.problem,
    )


@dataclass(frozen=True)
class _Part:
    """What of a document its parser gets."""

    text: str
    problem: str | None = None
    breaks_off: bool = False
    unfinished: str = ""  # the beginning of the entry that the document breaks off in


def _readable_part(text: str, found: Survey) -> _Part:
    ends = [match.end() for match in islice(_ENTRY_END.finditer(text), ENTRY_LIMIT + 1)]
    if len(ends) > ENTRY_LIMIT:
        return _Part(text[: ends[-2]], f"The feed has more than {ENTRY_LIMIT} entries; only the first were read.")
    if found.well_formed:
        return _Part(text)
    if found.closed and len(text) <= MALFORMED_LIMIT:
        return _Part(text, "The feed is not well-formed XML; what could be understood was read.")
    whole = text[:MALFORMED_LIMIT]
    unfinished = _ENTRY_START.search(whole, max((end for end in ends if end <= MALFORMED_LIMIT), default=0))
    start = unfinished.start() if unfinished else len(whole)
    problem = "The feed breaks off before its end; its whole entries were read."
    return _Part(whole[:start], problem, breaks_off=True, unfinished=whole[start:][:RAW_LIMIT])


def _parse(text: str, url: str) -> Any:
    body = _DECLARATION.sub("", text, count=1).encode()
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        # Bytes in a stream: what is handed over bare, feedparser may take for a file's name or an address.
        return feedparser.parse(
            io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:
        # Its lenient parser leaves by whatever exception a hostile document happens to cause; all mean the same.
        raise FeedError("The feed is so malformed that it cannot be read.") from error


def _stories(
    entries: list[Any], is_atom: bool, feed: Mapping[str, Any]
) -> tuple[list[ParsedStory], list[RejectedEntry]]:
    stories: list[ParsedStory] = []
    refused: list[RejectedEntry] = []
    for raw in entries:
        entry = dict(raw)  # feedparser's own kind of dict answers for keys that it has not
        try:
            stories.append(story_of(_entry(entry, is_atom, feed), site_url=feed.get("link", "")))
        except UnusableStoryError as error:
            kept = {key: str(entry[key])[:1000] for key in ("id", "title", "link", "summary") if key in entry}
            refused.append(rejected(str(error), kept))
    return stories, refused


def _entry(entry: Mapping[str, Any], is_atom: bool, feed: Mapping[str, Any]) -> Entry:
    title = dict(entry.get("title_detail") or {})
    summary = _summary(entry)
    return Entry(
        title=title.get("value", ""),
        summary=summary.get("value", ""),
        url=entry.get("feedburner_origlink") or entry.get("link") or "",
        entry_id=entry.get("id", ""),
        published_at=_published(entry),
        author=_author(entry),
        image_url=_image(entry),
        language=title.get("language") or feed.get("language"),
        # Only Atom says for sure that a text is not HTML (RFC 4287, 3.1.1); in RSS it is anyone's guess.
        title_is_html=not (is_atom and title.get("type") == "text/plain"),
        summary_is_html=not (is_atom and summary.get("type") == "text/plain"),
    )


def _summary(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The summary, or else the content, with its type."""
    for given in (entry.get("summary_detail"), *(entry.get("content") or [])):
        text = dict(given or {})
        if text.get("value", "").strip() and text.get("type", "text/plain").startswith(("text/", "application/xhtml")):
            return text
    return {}


def _published(entry: Mapping[str, Any]) -> Any:
    for name in ("published", "updated", "created"):
        if instant := from_parts(entry.get(f"{name}_parsed")) or from_text(entry.get(name)):
            return instant
    return None


def _author(entry: Mapping[str, Any]) -> str:
    return str(entry.get("author") or "")[: 2 * NAME_LIMIT]


def _image(entry: Mapping[str, Any]) -> str:
    """The first picture that the entry names: of its media, its thumbnails or its enclosures."""
    for media in entry.get("media_content") or []:
        if media.get("medium") == "image" or str(media.get("type", "")).startswith("image/"):
            return str(media.get("url", ""))
    for thumbnail in entry.get("media_thumbnail") or []:
        return str(thumbnail.get("url", ""))
    for enclosure in entry.get("links") or []:
        if enclosure.get("rel") == "enclosure" and str(enclosure.get("type", "")).startswith("image/"):
            return str(enclosure.get("href", ""))
    return ""
