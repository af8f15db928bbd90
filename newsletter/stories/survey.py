"""A look at a document before its parser gets it: what it is, whether it is whole, whether it is built to do harm.

Pure, and linear in the length of the document. feedparser survives most hostile documents, but takes the square of the
number of a tag's attributes, and of the namespaces, in time; a hundred bytes of memory for each level of nesting; and
a copy of the base address for every link.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin
from xml.parsers import expat

from newsletter.stories.errors import FeedError

DEPTH_LIMIT = 200
ATTRIBUTE_LIMIT = 500  # of one tag
ENTITY_LIMIT = 300  # HTML's Latin 1 set has 96; old feeds declare it
ELEMENT_LIMIT = 100_000  # of the entries that are read; each costs feedparser as much time as a hundred characters
NAMESPACE_LIMIT = 200  # different ones
BASE_LIMIT = 2000  # characters of the base address that relative links are completed by
MALFORMED_LIMIT = 2_000_000  # characters of a feed that is no well-formed XML; the depth of those is not measured

_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_PROLOGUE = re.compile(r"[^<]{0,100}(<\?|(<!--))")
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{4000,}")
_BASE = re.compile(r"""\bbase\s*=\s*("[^"]*"|'[^']*'|[^\s>]*)""", re.IGNORECASE)
_HARMLESS_VALUE = re.compile(r"[^&%<>]{0,32}|[<>%]|&#\w{1,8};")  # a few literal characters, or a reference to one
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
_LONG_BASE = f"Its links are relative to a base address of more than {BASE_LIMIT} characters, so it was not read."


@dataclass(frozen=True)
class Survey:
    root: str  # local name of the first element, in lower case; "" where there is none
    well_formed: bool
    closed: bool  # the root element's end tag was seen


def survey(text: str) -> Survey:
    """Look at an XML document. Raises FeedError for one that must not be parsed."""
    start = _first_element(text)
    _refuse_many_attributes(text)
    well_formed = _is_well_formed(text)
    if not well_formed and "<!ENTITY" in text:
        raise FeedError("It declares XML entities and is not well-formed, so what they stand for cannot be told.")
    if not well_formed and _longest_base(text) > BASE_LIMIT:
        raise FeedError(_LONG_BASE)
    if start is None:
        return Survey("", well_formed, False)
    end_tag = f"</{start[1] or ''}{start[2]}"
    return Survey(start[2].lower(), well_formed, well_formed or end_tag in text[-2000:])


def refuse_crowded(text: str) -> None:
    """Raises FeedError for a document, or the beginning of one, whose elements would take a minute to read."""
    if text.count("<") > ELEMENT_LIMIT and _elements_in(text) > ELEMENT_LIMIT:
        raise FeedError(f"It has more than {ELEMENT_LIMIT:,} elements, so it was not read.")


def root_of(text: str) -> str:
    """The local name of the first element, in lower case; "" where there is none."""
    start = _first_element(text)
    return start[2].lower() if start else ""


def feed_link(page: str, url: str = "") -> str | None:
    """The feed that a web page names in its head (`<link rel="alternate">`), as a full address where possible."""
    finder = _FeedLink()
    with suppress(AssertionError):  # how html.parser leaves a page with a malformed declaration ("<![ ")
        finder.feed(page[:200_000])
    return urljoin(url, finder.found) if finder.found else None


def _first_element(text: str) -> re.Match[str] | None:
    """The first element's start, after comments and processing instructions."""
    position = 0
    while skipped := _PROLOGUE.match(text, position):
        end = text.find("-->" if skipped[2] else "?>", skipped.end())
        if end < 0:
            return None
        position = end
    return _ROOT.search(text, position)


def _refuse_many_attributes(text: str) -> None:
    if any(match[0].count("=") > ATTRIBUTE_LIMIT for match in _LONG_TAG.finditer(text)):
        raise FeedError(f"One of its tags has more than {ATTRIBUTE_LIMIT} attributes, so it was not read.")


def _longest_base(text: str) -> int:
    """The most that the base addresses of a document that expat cannot read may come to: relative ones add up."""
    bases = [match[1] for match in _BASE.finditer(text)]
    relative = sum(len(base) for base in bases if "://" not in base)
    return relative + max((len(base) for base in bases), default=0)


def _is_well_formed(text: str) -> bool:
    """Whether expat can read it all. Raises FeedError for a document that is built to do harm."""
    guard = _Guard()
    parser = expat.ParserCreate()
    parser.StartElementHandler = guard.open_element
    parser.EndElementHandler = guard.close_element
    parser.EntityDeclHandler = guard.declare_entity
    try:
        parser.Parse(text, True)
    except (expat.ExpatError, UnicodeEncodeError):
        return False
    return True


def _elements_in(text: str) -> int:
    """How many elements expat finds before the end, or before its first error."""
    starts = 0

    def count(_name: str, _attributes: Any) -> None:
        nonlocal starts
        starts += 1

    parser = expat.ParserCreate()
    parser.StartElementHandler = count
    with suppress(expat.ExpatError, UnicodeEncodeError):
        parser.Parse(text, True)
    return starts


class _Guard:
    """Counts what expat meets, and stops it before anything is expanded."""

    def __init__(self) -> None:
        self.bases: list[int] = []  # of the open elements, how long their base address has become
        self.namespaces: set[str] = set()
        self.entities = 0

    def open_element(self, _name: str, attributes: Mapping[str, str]) -> None:
        base = attributes.get("xml:base") or attributes.get("base") or ""
        before = self.bases[-1] if self.bases and "://" not in base else 0
        self.bases.append(before + len(base))
        self.namespaces.update(value for name, value in attributes.items() if name.startswith("xmlns"))
        if len(self.bases) > DEPTH_LIMIT:
            raise FeedError(f"Its elements are nested more than {DEPTH_LIMIT} deep, so it was not read.")
        if self.bases[-1] > BASE_LIMIT:
            raise FeedError(_LONG_BASE)
        if len(self.namespaces) > NAMESPACE_LIMIT:
            raise FeedError(f"It declares more than {NAMESPACE_LIMIT} namespaces, so it was not read.")

    def close_element(self, _name: str) -> None:
        self.bases.pop()

    def declare_entity(self, _name: str, is_parameter: bool, value: str | None, *_where: Any) -> None:
        self.entities += 1
        if is_parameter or value is None or not _HARMLESS_VALUE.fullmatch(value) or self.entities > ENTITY_LIMIT:
            raise FeedError(
                "It declares XML entities that stand for more than a few characters (an entity bomb, or a file to "
                "be read in), so it was not read."
            )


class _FeedLink(HTMLParser):
    found: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        is_alternate = tag == "link" and "alternate" in given.get("rel", "").lower().split()
        if is_alternate and self.found is None and given.get("type", "").lower() in _FEED_TYPES:
            self.found = given.get("href", "").strip()[:500] or None
