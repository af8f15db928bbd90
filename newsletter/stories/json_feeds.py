"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/). Pure."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from newsletter.stories.cleaning import title_of
from newsletter.stories.dates import from_text
from newsletter.stories.entries import Entry, rejected, story_of
from newsletter.stories.errors import FeedError, UnusableStoryError
from newsletter.stories.languages import primary
from newsletter.stories.parsed import ParsedFeed, ParsedStory, RejectedEntry

_VERSION = "jsonfeed.org/version/"
ENTRY_LIMIT = 1000


def read_json(text: str, url: str) -> ParsedFeed:
    """The stories of a JSON Feed. Raises FeedError for other JSON, or for what is none."""
    try:
        document = json.loads(text)
    except RecursionError as error:
        raise FeedError("Its JSON is nested too deeply, so it was not read.") from error
    except ValueError as error:
        raise FeedError("It begins like a JSON Feed, but is not valid JSON; perhaps it breaks off.") from error
    if not isinstance(document, dict) or _VERSION not in _text(document, "version"):
        raise FeedError("This is JSON, but not a JSON Feed: its version names none.")
    items = document.get("items")
    if not isinstance(items, list):
        raise FeedError("This JSON Feed has no list of items.")
    language = primary(_text(document, "language"))
    stories, refused = _stories(items[:ENTRY_LIMIT], document, url)
    many = f"The feed has {len(items)} entries; the first {ENTRY_LIMIT} were read."
    return ParsedFeed(
        title=title_of(_text(document, "title")),
        language=language,
        kind=f"JSON Feed {_text(document, 'version').rpartition('/')[2][:8]}",
        stories=stories,
        rejected=refused,
        problem=many if len(items) > ENTRY_LIMIT else None,
    )


def _stories(items: list[Any], feed: Mapping[str, Any], url: str) -> tuple[list[ParsedStory], list[RejectedEntry]]:
    stories: list[ParsedStory] = []
    refused: list[RejectedEntry] = []
    for item in items:
        try:
            if not isinstance(item, dict):
                raise UnusableStoryError("It is not a JSON object.")
            stories.append(story_of(_entry(item, feed, url), site_url=_text(feed, "home_page_url")))
        except UnusableStoryError as error:
            refused.append(rejected(str(error), json.dumps(item, ensure_ascii=False)))
    return stories, refused


def _entry(item: Mapping[str, Any], feed: Mapping[str, Any], url: str) -> Entry:
    plain_summary = _text(item, "summary") or _text(item, "content_text")
    link = _text(item, "url") or _text(item, "external_url")
    image = _text(item, "image") or _text(item, "banner_image")
    return Entry(
        title=_text(item, "title"),
        summary=plain_summary or _text(item, "content_html"),
        url=urljoin(url, link) if link else "",
        entry_id=_text(item, "id"),
        published_at=from_text(_text(item, "date_published") or _text(item, "date_modified")),
        author=_author(item) or _author(feed),
        image_url=urljoin(url, image) if image else "",
        language=_text(item, "language") or _text(feed, "language"),
        title_is_html=False,
        summary_is_html=not plain_summary,
    )


def _author(given: Mapping[str, Any]) -> str:
    """The first author: of 1.1's list, or 1.0's single one."""
    authors = given.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else given.get("author")
    return _text(first, "name") if isinstance(first, dict) else ""


def _text(given: Mapping[str, Any], key: str) -> str:
    """A member that should be text; numbers (some feeds number their items) as text, anything else as none."""
    value = given.get(key)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
