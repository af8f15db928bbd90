from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.stories.errors import FeedError
from newsletter.stories.parsing import ParsedFeed, parse_feed
from newsletter.stories.xml_feeds import ENTRY_LIMIT

_FEEDS = Path(__file__).parents[2] / "data" / "feeds"
_ITEM = "<item><title>Told</title><link>https://news.example/told</link></item>"


def _read(name: str, url: str = "https://feeds.example/") -> ParsedFeed:
    return parse_feed((_FEEDS / name).read_bytes(), url=url)


def _rss(items: str, *, end: str = "</channel></rss>") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>T</title>{items}{end}'.encode()


@pytest.mark.parametrize(
    ("name", "kind", "title", "language", "titles"),
    [
        (
            "rss-2.0.xml",
            "RSS 2.0",
            "The Harbour Post",
            "en",
            ["Ferry & freight: port of Veracruz reopens after storm", "Gulls win again"],
        ),
        ("rss-0.91.xml", "RSS 0.91 (Netscape)", "Café Bulletin", "fr", ["Le café du port a rouvert"]),
        ("rss-1.0.rdf", "RSS 1.0", "Bergblatt", "de", ["Pass nach Schneefall für Lkw gesperrt"]),
        (
            "atom-1.0.xml",
            "Atom 1.0",
            "صحيفة النهر",
            "ar",
            ["إعادة فتح الجسر القديم أمام المشاة", "How to write <b> in a headline"],
        ),
        ("json-feed-1.1.json", "JSON Feed 1.1", "山の新聞", "ja", ["古い橋が再び開通"]),
    ],
)
def test_every_format_gives_its_title_language_and_stories(name, kind, title, language, titles):
    feed = _read(name)
    assert (feed.kind, feed.title, feed.language) == (kind, title, language)
    assert [story.title for story in feed.stories] == titles
    assert feed.problem is None


def test_a_story_of_rss_has_all_that_its_entry_says():
    story, by_guid = _read("rss-2.0.xml").stories
    assert story.url == "https://harbour.example/2026/port-reopens?utm_source=rss"
    assert story.canonical_url == "https://harbour.example/2026/port-reopens"
    assert story.published_at == datetime(2026, 5, 14, 14, 30, tzinfo=UTC)
    assert story.author == "Ada Quill"
    assert story.image_url == "https://harbour.example/img/port.jpg"
    assert story.summary == "Ships are moving again.\n\nThe first ferry left at nine."
    assert story.language == "en"
    assert by_guid.url == "https://harbour.example/2026/gulls", "a permanent guid is a link"
    assert by_guid.author == "The sports desk", "the address of an author is not kept"
    assert by_guid.summary == "First paragraph.\n\nSecond paragraph."
    assert by_guid.published_at is None


def test_a_story_of_atom_has_its_base_language_and_dates():
    arabic, english = _read("atom-1.0.xml").stories
    assert arabic.url == "https://nahr.example/news/bridge"
    assert arabic.image_url == "https://nahr.example/news/bridge.jpg"
    assert arabic.author == "ليلى حداد"
    assert arabic.published_at == datetime(2026, 5, 14, 10, tzinfo=UTC), "published, not updated"
    assert (arabic.language, english.language) == ("ar", "en")
    assert english.published_at == datetime(2026, 5, 13, 8, tzinfo=UTC)
    assert english.summary == "One < two.\n\nThree."


def test_a_story_of_json_feed_is_complete_and_bad_items_are_told():
    feed = _read("json-feed-1.1.json", url="https://yama.example/feed.json")
    (story,) = feed.stories
    assert story.url == "https://yama.example/2026/05/bridge"
    assert story.summary == "二年ぶりに開通した。\n\n式典は静かだった。"
    assert story.published_at == datetime(2026, 5, 14, tzinfo=UTC)
    assert (story.author, story.language) == ("佐藤 花", "ja")
    assert [entry.reason for entry in feed.rejected] == [
        "It has no link.",
        "The link begins with javascript:; only http and https links are followed.",
    ]


def test_an_entry_that_cannot_be_used_costs_only_itself_and_is_kept_with_its_reason():
    feed = _read("two-wrong-entries.xml")
    assert [story.title for story in feed.stories] == ["A good story", "Another good one {{7*191}} {% for x in y %}"]
    by_script, untitled = feed.rejected
    assert by_script.reason == "The link begins with javascript:; only http and https links are followed."
    assert "document.cookie" in by_script.raw
    assert untitled.reason == "It has no title."


def test_an_entry_with_an_id_but_no_link_leads_to_its_site():
    items = '<link>https://status.example/</link><item><title>Up</title><guid isPermaLink="false">7</guid></item>'
    (story,) = parse_feed(_rss(items)).stories
    assert (story.url, story.canonical_url) == ("https://status.example/", "https://status.example/#7")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"", "The answer is empty", id="empty"),
        pytest.param(b" \n\t", "The answer is empty", id="blank"),
        pytest.param(b"<!DOCTYPE html><html><body>Hello</body></html>", "This is a web page, not a feed", id="page"),
        pytest.param(b"<HTML><title>Log in</title>", "web page", id="old page"),
        pytest.param(b"<div>404</div>", "web page", id="piece of a page"),
        pytest.param(b'<opml version="2.0"></opml>', "list of feeds", id="OPML"),
        pytest.param(b"<urlset></urlset>", "sitemap", id="sitemap"),
        pytest.param(b"<invoice/>", "first element is <invoice>", id="other XML"),
        pytest.param(b'{"hello": 1}', "not a JSON Feed", id="other JSON"),
        pytest.param(b'{"version": "https://jsonfeed.org/version/1", "items": [{"id', "breaks off", id="broken JSON"),
        pytest.param(b'{"version": "https://jsonfeed.org/version/1"}', "no list of items", id="JSON without items"),
        pytest.param(b"Too many requests", "neither XML nor JSON", id="text"),
        pytest.param(bytes(range(256)), "neither XML nor JSON", id="bytes"),
        pytest.param(b"\x1f\x8b\x08" + b"\0" * 50, "neither XML nor JSON", id="packed"),
        pytest.param(_rss("<item><title>Half a st", end=""), "breaks off before the end of its first", id="too short"),
    ],
)
def test_what_is_no_feed_is_refused_in_a_sentence(body, reason):
    with pytest.raises(FeedError, match=reason):
        parse_feed(body)


def test_a_page_that_names_its_feed_has_it_told():
    page = b'<!doctype html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head>'
    with pytest.raises(FeedError, match=r"names a feed at https://news\.example/feed\.xml"):
        parse_feed(page, url="https://news.example/mexico")


def test_a_feed_that_breaks_off_gives_its_whole_entries_and_says_so():
    feed = parse_feed(_rss(_ITEM * 2 + "<item><title>Half a st", end=""))
    assert [story.title for story in feed.stories] == ["Told", "Told"]
    assert "breaks off" in (feed.problem or "")
    assert [(entry.reason, entry.raw) for entry in feed.rejected] == [
        ("The feed breaks off in the middle of this entry.", "<item><title>Half a st")
    ]


@pytest.mark.parametrize(
    "items",
    [
        pytest.param(
            "<item><title>Told & untold</title><link>https://news.example/a?b=1&c=2</link></item>", id="ampersands"
        ),
        pytest.param(_ITEM.replace("Told", "Told &nbsp; &eacute;"), id="references of HTML"),
        pytest.param(_ITEM.replace("Told", "Told\x00\x0b"), id="characters that XML has not"),
        pytest.param("<br>" + _ITEM, id="an unclosed tag"),
        pytest.param("<x:y>z</x:y>" + _ITEM, id="an unknown prefix"),
    ],
)
def test_feeds_that_are_not_well_formed_are_read_all_the_same(items):
    (story,) = parse_feed(_rss(items)).stories
    assert story.title.startswith("Told")


def test_what_a_broken_script_prints_before_the_feed_is_passed_over():
    assert len(parse_feed(b"Warning: x() in y.php on line 3\n" + _rss(_ITEM)).stories) == 1
    assert len(parse_feed(b"\xef\xbb\xbf\n  " + _rss(_ITEM)).stories) == 1


def test_a_huge_feed_is_read_up_to_a_number_of_entries():
    feed = parse_feed(_rss(_ITEM * (ENTRY_LIMIT + 5)))
    assert len(feed.stories) == ENTRY_LIMIT
    assert str(ENTRY_LIMIT) in (feed.problem or "")


def test_bytes_that_are_the_name_of_a_file_are_only_bytes(tmp_path, monkeypatch):
    """What feedparser is given bare, it opens if there is such a file."""
    (tmp_path / "<rss>").write_bytes(_rss(_ITEM))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FeedError, match="breaks off"):
        parse_feed(b"<rss>")


@pytest.mark.parametrize(
    ("given", "title"),
    [
        pytest.param("&lt;b&gt;Bold&lt;/b&gt; move", "Bold move", id="escaped markup"),
        pytest.param("<![CDATA[<i>Set</i> apart]]>", "Set apart", id="markup in CDATA"),
        pytest.param("AT&amp;T", "AT&T", id="escaped once"),
        pytest.param("AT&amp;amp;T", "AT&T", id="escaped twice"),
        pytest.param("1 &lt; 2", "1 < 2", id="less than"),
        pytest.param("&lt;script&gt;alert(1)&lt;/script&gt;Hi", "Hi", id="script"),
        pytest.param("a&#13;&#10;Bcc: x&#x2028;y", "a Bcc: x y", id="line ends by reference"),
        pytest.param("{{7*191}}", "{{7*191}}", id="template"),
        pytest.param("{% for x in y %}", "{% for x in y %}", id="template block"),
    ],
)
def test_titles_of_rss_are_text(given, title):
    body = _rss(_ITEM.replace("Told", given))
    assert [story.title for story in parse_feed(body).stories] == [title]
