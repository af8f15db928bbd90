"""Documents that are built to do harm: refused, or read, but quickly and in little memory."""

import time
import tracemalloc

import pytest

from newsletter.stories.errors import FeedError
from newsletter.stories.parsing import parse_feed

_HEAD = '<rss version="2.0"><channel><title>T</title>'
_GOOD = "<item><title>Good</title><link>https://news.example/good</link></item>"
_TAIL = "</channel></rss>"


def _laughs(levels: int = 9, before: str = "") -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels))
    title = f"<item><title>&l{levels - 1};</title></item>"
    return f'<!DOCTYPE rss [{before}<!ENTITY l0 "lol">{entities}]>{_HEAD}{title}{_TAIL}'


def _attributes(name: str, count: int) -> str:
    return " ".join(f'{name}{number}="u:{number}"' for number in range(count))


def _quadratic(size: int) -> str:
    return f'<!DOCTYPE rss [<!ENTITY a "{"A" * size}">]>{_HEAD}<item><title>{"&a;" * size}</title></item>{_TAIL}'


def _linked(opening: str, closing: str, times: int = 1) -> str:
    """A feed of many relative links, in elements that set their base."""
    return _HEAD + opening * times + "<link>b</link>" * 2_000 + closing * times + _TAIL


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(_laughs(), id="billion laughs"),
        pytest.param(_laughs(before="<!-- <x -->"), id="billion laughs behind a comment"),
        pytest.param('Warning! <?xml version="1.0"?>' + _laughs(), id="billion laughs behind junk"),
        pytest.param(_laughs().replace(_TAIL, ""), id="billion laughs that break off"),
        pytest.param(_laughs().replace("<rss", "<rss <", 1), id="billion laughs, not well-formed"),
        pytest.param(_quadratic(50_000), id="quadratic expansion"),
        pytest.param('<?xml version="1.0"?>junk' + _quadratic(20_000), id="quadratic expansion behind junk"),
        pytest.param('<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + _HEAD + _GOOD + _TAIL, id="a file"),
        pytest.param(
            '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd">%p;]>' + _HEAD + _TAIL, id="a remote DTD"
        ),
        pytest.param(_HEAD + "<a>" * 300_000 + "</a>" * 300_000 + _TAIL, id="deeply nested"),
        pytest.param(_HEAD + _GOOD + "<a>" * 1_000_000, id="deeply nested and breaking off"),
        pytest.param(_HEAD + f"<item {_attributes('a', 100_000)}/>{_TAIL}", id="many attributes"),
        pytest.param(
            _HEAD.replace("<rss", f"<rss {_attributes('xmlns:n', 50_000)}") + _TAIL,
            id="many namespaces",
        ),
        pytest.param(
            _HEAD + "".join(f'<n{n}:a xmlns:n{n}="u:{n}"/>' for n in range(5_000)) + _TAIL,
            id="many namespaces, each of its own element",
        ),
        pytest.param(_linked(f'<item xml:base="https://a.example/{"a/" * 50_000}">', "</item>"), id="a long base"),
        pytest.param(_linked('<a xml:base="aaaaaaaaa/' + "b" * 40 + '/">', "</a>", 150), id="bases that add up"),
        pytest.param(
            _linked(f'&undefined;<item xml:base="https://a.example/{"a/" * 50_000}">', "</item>"),
            id="a long base, not well-formed",
        ),
        pytest.param(_HEAD + _GOOD + "<a/>" * 300_000 + _TAIL, id="many elements"),
        pytest.param("<html><head><![ <body>", id="a page with a malformed declaration"),
        pytest.param('{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * 500_000, id="deep JSON"),
    ],
)
def test_documents_built_to_do_harm_are_refused_before_they_do_any(document):
    body = document.encode()
    started = time.process_time()
    tracemalloc.start()
    with pytest.raises(FeedError):
        parse_feed(body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.process_time() - started < 3
    assert peak < 8 * len(body) + 5_000_000


@pytest.mark.parametrize(
    "piece",
    ["<a>", "<", "&", "<a b='", "<![CDATA[", "<!--", "<!ENTITY", "<?", "&lt;b&gt;", "&a;", "]]>", "<item>", "</a>"],
)
def test_nothing_repeated_without_end_takes_more_than_its_length(piece):
    document = f"{_HEAD}{_GOOD}&undefined;<item><title>{piece * (300_000 // len(piece))}"
    started = time.process_time()
    try:
        feed = parse_feed(document.encode())
    except FeedError:
        feed = None
    assert time.process_time() - started < 5
    assert feed is None or feed.stories[0].title == "Good"


def test_a_story_with_a_hostile_summary_is_still_a_story():
    summary = "&lt;div&gt;" * 20_000 + "Said." + "&lt;script&gt;alert(1)&lt;/script&gt;"
    item = _GOOD.replace("</item>", f"<description>{summary}</description></item>")
    (story,) = parse_feed((_HEAD + item + _TAIL).encode()).stories
    assert "<" not in story.summary
    assert "alert" not in story.summary


def test_a_feed_of_very_many_entries_is_read_as_far_as_it_is_taken():
    feed = parse_feed((_HEAD + "".join(_GOOD.replace("/good", f"/{n}") for n in range(40_000)) + _TAIL).encode())
    assert len(feed.stories) == 1000
    assert "more than 1000 entries" in feed.problem


def test_old_feeds_may_declare_the_letters_of_html():
    doctype = '<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY ntilde "&#241;"><!ENTITY amp "&#38;#38;">]>'
    item = _GOOD.replace("Good", "ni&ntilde;o&nbsp;&amp; ni&ntilde;a")
    (story,) = parse_feed((doctype + _HEAD + item + _TAIL).encode()).stories
    assert story.title == "niño & niña"
