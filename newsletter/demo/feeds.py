"""Each newsroom's feed as it stood at an instant, in the form and encoding that the newsroom uses. Pure."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from xml.etree.ElementTree import Element, SubElement, tostring

from newsletter.demo.world import Form, Newsroom, Report, World

FEED_LENGTH = 25  # entries in a feed; older stories have gone from it
_ATOM = "http://www.w3.org/2005/Atom"
_RSS1 = "http://purl.org/rss/1.0/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC = "http://purl.org/dc/elements/1.1/"


@dataclass(frozen=True)
class Feed:
    body: bytes
    content_type: str
    modified_at: datetime | None  # when its newest entry was published


@dataclass(frozen=True)
class _Entry:
    report: Report
    link: str
    page: str  # its permanent address, which is the link but for a hostile entry


def feed_at(world: World, newsroom: Newsroom, at: datetime, base_url: str) -> Feed:
    """The feed of `newsroom` at the instant `at`; links lead to the story pages below `base_url`."""
    site = f"{base_url}/{newsroom.key}"
    entries = [
        _Entry(report, report.link or f"{site}/{report.slug}", f"{site}/{report.slug}")
        for report in world.published(newsroom.key, at)[:FEED_LENGTH]
    ]
    modified_at = entries[0].report.published_at if entries else None
    if newsroom.trouble == "html":
        return Feed(b"<!doctype html><title>Aviso</title><p>Nos hemos mudado.", "text/html", modified_at)
    body, content_type = _FORMS[newsroom.form](newsroom, site, entries)
    return Feed(body, content_type, modified_at)


def page_of(newsroom: Newsroom, report: Report) -> str:
    """A report's own page, so that links of letters lead somewhere."""
    direction = "rtl" if newsroom.language == "ar" else "ltr"
    return (
        f'<!doctype html><html lang="{newsroom.language}" dir="{direction}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(report.title)}</title>'
        '<body style="max-width:34em;margin:3em auto;padding:0 1em;font:1.1em/1.6 serif">'
        f"<p><em>{escape(newsroom.name)}</em></p><h1>{escape(report.title)}</h1><p>{escape(report.text)}</p>"
    )


def _rss2(newsroom: Newsroom, site: str, entries: Sequence[_Entry]) -> tuple[bytes, str]:
    rss = _rss(newsroom, site, entries, "2.0")
    for item, entry in zip(rss.iter("item"), entries, strict=True):
        _texts(item, pubDate=format_datetime(entry.report.published_at), guid=entry.page)
    return _xml(rss, newsroom), "application/rss+xml"


def _rss092(newsroom: Newsroom, site: str, entries: Sequence[_Entry]) -> tuple[bytes, str]:
    """Old feeds give no dates: their stories count from when they are first seen."""
    return _xml(_rss(newsroom, site, entries, "0.92"), newsroom), "text/xml"


def _rss(newsroom: Newsroom, site: str, entries: Sequence[_Entry], version: str) -> Element:
    rss = Element("rss", version=version)
    channel = SubElement(rss, "channel")
    _texts(channel, title=newsroom.name, link=site, description=newsroom.name, language=newsroom.language)
    for entry in entries:
        item = SubElement(channel, "item")
        _texts(item, title=entry.report.title, link=entry.link, description=f"<p>{escape(entry.report.text)}</p>")
    return rss


def _rdf(newsroom: Newsroom, site: str, entries: Sequence[_Entry]) -> tuple[bytes, str]:
    rdf = Element(f"{{{_RDF}}}RDF")
    channel = SubElement(rdf, f"{{{_RSS1}}}channel", {f"{{{_RDF}}}about": site})
    _texts(channel, _RSS1, title=newsroom.name, link=site, description=newsroom.name)
    _texts(channel, _DC, language=newsroom.language)
    order = SubElement(SubElement(channel, f"{{{_RSS1}}}items"), f"{{{_RDF}}}Seq")
    for entry in entries:
        SubElement(order, f"{{{_RDF}}}li", {f"{{{_RDF}}}resource": entry.page})
        item = SubElement(rdf, f"{{{_RSS1}}}item", {f"{{{_RDF}}}about": entry.page})
        _texts(item, _RSS1, title=entry.report.title, link=entry.link, description=entry.report.text)
        _texts(item, _DC, date=entry.report.published_at.isoformat())
    return _xml(rdf, newsroom), "application/rdf+xml"


def _atom(newsroom: Newsroom, site: str, entries: Sequence[_Entry]) -> tuple[bytes, str]:
    feed = Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": newsroom.language})
    updated = entries[0].report.published_at.isoformat() if entries else "2026-01-01T00:00:00Z"
    _texts(feed, _ATOM, title=newsroom.name, id=site, updated=updated)
    SubElement(SubElement(feed, f"{{{_ATOM}}}author"), f"{{{_ATOM}}}name").text = newsroom.name
    for entry in entries:
        item = SubElement(feed, f"{{{_ATOM}}}entry")
        published = entry.report.published_at.isoformat()
        _texts(item, _ATOM, title=entry.report.title, id=entry.page, published=published, updated=published)
        SubElement(item, f"{{{_ATOM}}}link", href=entry.link)
        SubElement(item, f"{{{_ATOM}}}summary", type="html").text = f"<p>{escape(entry.report.text)}</p>"
    return _xml(feed, newsroom), "application/atom+xml"


def _json(newsroom: Newsroom, site: str, entries: Sequence[_Entry]) -> tuple[bytes, str]:
    """Unlike the others it passes markup on as it is, the hostile story's too."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": newsroom.name,
        "home_page_url": site,
        "language": newsroom.language,
        "items": [
            {
                "id": entry.page,
                "url": entry.link,
                "title": entry.report.title,
                "content_html": f"<p>{entry.report.text}</p>",
                "date_published": entry.report.published_at.isoformat(),
            }
            for entry in entries
        ],
    }
    return json.dumps(feed, ensure_ascii=False).encode(), "application/feed+json"


def _texts(parent: Element, namespace: str = "", **texts: str) -> None:
    for name, text in texts.items():
        SubElement(parent, f"{{{namespace}}}{name}" if namespace else name).text = text


def _xml(root: Element, newsroom: Newsroom) -> bytes:
    document: bytes = tostring(root, encoding=newsroom.encoding, xml_declaration=True)
    return document


_FORMS: dict[Form, Callable[[Newsroom, str, Sequence[_Entry]], tuple[bytes, str]]] = {
    "rss092": _rss092,
    "rss2": _rss2,
    "rdf": _rdf,
    "atom": _atom,
    "json": _json,
}
