"""A feed's bytes into stories: RSS 0.9x to 2.0, RDF, Atom and JSON Feed. Pure.

An entry that cannot become a story is set aside with a reason and costs only itself; a document that is no feed at
all, or one that is built to do harm, is a FeedError whose sentence the source's page shows.
"""

import re

from newsletter.stories.encodings import decode
from newsletter.stories.errors import FeedError
from newsletter.stories.json_feeds import read_json
from newsletter.stories.parsed import ParsedFeed, ParsedStory, RejectedEntry
from newsletter.stories.survey import feed_link, root_of, survey
from newsletter.stories.xml_feeds import read_xml

__all__ = ["FeedError", "ParsedFeed", "ParsedStory", "RejectedEntry", "parse_feed"]

_FEED_ROOTS = frozenset({"rss", "feed", "rdf"})
_OTHER_ROOTS = {
    "opml": "This is a list of feeds (OPML), not a feed; `newsletter sources import` takes it.",
    "urlset": "This is a sitemap, not a feed.",
    "sitemapindex": "This is a list of sitemaps, not a feed.",
}
_PAGE_ROOTS = frozenset({"html", "head", "body", "script", "meta", "title", "div", "center", "table", "p", "h1"})
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, 2.2
_JUNK_LIMIT = 1000  # characters before the document, such as a warning that a broken script printed


def parse_feed(body: bytes, *, content_type: str | None = None, url: str = "") -> ParsedFeed:
    """The stories in `body`, fetched from `url` (which relative links are completed by). Raises FeedError."""
    text = _document(decode(body, content_type))
    if not text:
        raise FeedError("The answer is empty.")
    if text.startswith("{"):
        return read_json(text, url)
    if _is_web_page(text):
        link = feed_link(text, url)
        raise FeedError("This is a web page, not a feed" + (f"; the page names a feed at {link}" if link else "") + ".")
    found = survey(text)
    if found.root not in _FEED_ROOTS:
        raise FeedError(_OTHER_ROOTS.get(found.root) or _stranger(found.root))
    return read_xml(text, found, url)


def _document(text: str) -> str:
    """The document without what stands before it, and without characters that no document may have."""
    text = _NOT_XML.sub("", text).lstrip("\ufeff \t\r\n")
    if not text.startswith(("<", "{")):
        start = min((at for tag in ("<?xml", "<rss", "<feed", "<rdf") if (at := text.find(tag)) >= 0), default=-1)
        if 0 < start <= _JUNK_LIMIT:
            return text[start:]
    return text


def _is_web_page(text: str) -> bool:
    return text[:14].lower() == "<!doctype html" or root_of(text) in _PAGE_ROOTS


def _stranger(root: str) -> str:
    if root:
        return f"This is XML, but not a feed: its first element is <{root[:40]}>."
    return "This is neither XML nor JSON, so it is not a feed."
