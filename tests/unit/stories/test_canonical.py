import pytest

from newsletter.stories.canonical import canonical_of_entry, canonical_url, link
from newsletter.stories.errors import UnusableStoryError


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        pytest.param("https://News.Example/A", "https://news.example/A", id="hosts have no case, paths have"),
        pytest.param("http://news.example/a", "https://news.example/a", id="http and https are one story"),
        pytest.param("https://news.example:443/a", "https://news.example/a", id="default port"),
        pytest.param("http://news.example:80/a", "https://news.example/a", id="default port of http"),
        pytest.param("https://news.example:8443/a", "https://news.example:8443/a", id="other port"),
        pytest.param("https://news.example", "https://news.example/", id="no path"),
        pytest.param("https://news.example/a/", "https://news.example/a", id="slash at the end"),
        pytest.param("https://news.example/./a/../b", "https://news.example/b", id="dots"),
        pytest.param("https://news.example/a#comments", "https://news.example/a", id="a place in the page"),
        pytest.param("https://news.example/#!/story/12", "https://news.example/#!/story/12", id="page by fragment"),
        pytest.param("https://news.example/#/story/12", "https://news.example/#/story/12", id="page by route"),
        pytest.param("https://news.example/a?utm_source=x&utm_medium=rss", "https://news.example/a", id="utm"),
        pytest.param("https://news.example/a?id=4&fbclid=x&UTM_Campaign=y", "https://news.example/a?id=4", id="mixed"),
        pytest.param("https://news.example/a?b=2&a=1", "https://news.example/a?a=1&b=2", id="order of parameters"),
        pytest.param("https://news.example/a?ref=rss&id=4", "https://news.example/a?id=4", id="the feed as origin"),
        pytest.param("https://news.example/a?ref=home", "https://news.example/a?ref=home", id="ref may mean more"),
        pytest.param("https://news.example/a?q=", "https://news.example/a?q=", id="empty values stay"),
        pytest.param(
            "https://news.example/a;jsessionid=0A?x=1", "https://news.example/a?x=1", id="session in the path"
        ),
        pytest.param("https://news.example/caf\u00e9", "https://news.example/caf%C3%A9", id="letters beyond ASCII"),
        pytest.param("https://news.example/%7Ea%2fb", "https://news.example/~a%2Fb", id="escapes"),
        pytest.param("https://m\u00fcller.example/a", "https://xn--mller-kva.example/a", id="international name"),
        pytest.param("https://news.example./a", "https://news.example/a", id="dot at the host's end"),
        pytest.param("https://[2001:DB8::1]:8080/a", "https://[2001:db8::1]:8080/a", id="IPv6"),
        pytest.param(" https://news.example/a\n ", "https://news.example/a", id="white space around"),
        pytest.param("https://news.exam\nple/a", "https://news.example/a", id="a line break inside"),
    ],
)
def test_links_to_one_story_have_one_canonical_form(given, canonical):
    assert canonical_url(link(given)) == canonical
    assert canonical_url(canonical) == canonical, "the form is stable"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        pytest.param("javascript:alert(1)", "begins with javascript:", id="javascript"),
        pytest.param(" JaVa\nScRiPt:alert(1)", "begins with javascript:", id="javascript in disguise"),
        pytest.param("data:text/html,<script>", "begins with data:", id="data"),
        pytest.param("file:///etc/passwd", "begins with file:", id="file"),
        pytest.param("/relative", "no full address", id="relative"),
        pytest.param("//news.example/a", "no full address", id="without a scheme"),
        pytest.param("https://", "names no host", id="no host"),
        pytest.param("https://.../", "names no host", id="dots for a host"),
        pytest.param("https://a b.example/", "names no host", id="space in the host"),
        pytest.param("https://a<b>.example/", "names no host", id="markup in the host"),
        pytest.param("https://bank.example@evil.example/", "user name", id="dressed up as another host"),
        pytest.param("https://news.example:99999/", "cannot be read", id="port out of range"),
        pytest.param("https://[::1/", "cannot be read", id="broken IPv6"),
        pytest.param("https://news.example/" + "a" * 2000, "longer than 2000", id="too long"),
    ],
)
def test_what_no_reader_should_follow_is_refused_with_a_reason(given, reason):
    with pytest.raises(UnusableStoryError, match=reason):
        link(given)


def test_a_link_is_kept_as_given_but_in_ascii():
    assert link("http://news.example/señal?utm_source=x#top") == "http://news.example/se%C3%B1al?utm_source=x#top"


def test_an_entry_without_a_link_is_known_by_its_sites_page_and_its_id():
    known_by = canonical_of_entry("http://status.example/feed#x", "tag:1 2")
    assert known_by == "https://status.example/feed#tag%3A1%202"
    assert len(canonical_of_entry("http://status.example/", "x" * 5000)) <= 2000
