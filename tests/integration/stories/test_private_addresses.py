"""A feed, or whoever stands behind it, wants us to ask an address inside of our own network."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from newsletter.stories.errors import FetchError, RefusedAddressError
from newsletter.stories.fetching import Fetcher
from tests.support.feeds import Page, rss

NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)
_FEED = rss(("Told", "https://news.example/told"))

_REFUSED = "is not public|cannot be read"  # some disguises are no valid address to begin with

# Everything here leads to an address that is not public and not the one that the tests allow (127.0.0.1).
_INSIDE = [
    pytest.param("127.0.0.2", id="loopback"),
    pytest.param("127.2", id="shortened"),
    pytest.param("2130706434", id="decimal"),
    pytest.param("0x7f000002", id="hexadecimal"),
    pytest.param("0177.0.0.2", id="octal"),
    pytest.param("0.0.0.0", id="this host"),  # noqa: S104 - nothing is bound
    pytest.param("0", id="this host, shortened"),
    pytest.param("10.0.0.1", id="private 10"),
    pytest.param("172.16.0.1", id="private 172"),
    pytest.param("192.168.1.1", id="private 192"),
    pytest.param("169.254.169.254", id="metadata"),
    pytest.param("100.100.100.200", id="metadata in carrier space"),
    pytest.param("[::1]", id="loopback 6"),
    pytest.param("[::]", id="unspecified 6"),
    pytest.param("[::ffff:127.0.0.2]", id="mapped"),
    pytest.param("[::ffff:a9fe:a9fe]", id="mapped metadata"),
    pytest.param("[fe80::1]", id="link-local 6"),
    pytest.param("[fd00:ec2::254]", id="metadata 6"),
    pytest.param("[64:ff9b::7f00:2]", id="NAT64"),
    pytest.param("[2002:7f00:2::]", id="6to4"),
    pytest.param("①②⑦.⓪.⓪.②", id="in circled digits"),
    pytest.param("127。0。0。2", id="with ideographic dots"),
]


@pytest.mark.parametrize("host", _INSIDE)
def test_a_feed_at_an_address_inside_is_not_asked(feeds, fetcher, host):
    with pytest.raises(FetchError, match=_REFUSED):
        fetcher.fetch(feeds.url("/feed", host=host), now=NOW)
    assert feeds.asked == []


def _in_bytes(location: str) -> str:
    """As a server would write it that does not care that headers are ASCII."""
    return location.encode().decode("latin-1")


@pytest.mark.parametrize("host", _INSIDE)
def test_a_redirect_to_an_address_inside_is_not_followed(feeds, fetcher, host):
    feeds.pages["/feed"] = Page(status=302, headers={"Location": _in_bytes(feeds.url("/secret", host=host))})
    with pytest.raises(FetchError, match=_REFUSED):
        fetcher.fetch(feeds.url("/feed"), now=NOW)
    assert [asked.path for asked in feeds.asked] == ["/feed"]


class _Names:
    """A DNS whose answers to one name follow each other."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, _host: str, _port: int) -> Sequence[str]:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def test_a_name_that_leads_inside_is_not_asked(feeds, settings):
    fetcher = Fetcher(settings, resolver=_Names(["10.0.0.1", "::1"]))
    with pytest.raises(RefusedAddressError, match=r"feeds\.example has the address 10\.0\.0\.1, which is not public"):
        fetcher.fetch("http://feeds.example/feed", now=NOW)


def test_a_second_answer_of_the_dns_is_never_asked_for(feeds, settings):
    """Rebinding: the name is public when it is checked and private a moment later, when it would be connected to."""
    feeds.pages["/feed"] = Page(_FEED)
    names = _Names(["127.0.0.1"], ["127.0.0.2"])
    fetcher = Fetcher(settings, resolver=names)
    assert fetcher.fetch(feeds.url("/feed", host="feeds.example"), now=NOW).body == _FEED
    assert names.asked == 1
    with pytest.raises(RefusedAddressError):
        fetcher.fetch(feeds.url("/feed", host="feeds.example"), now=NOW)


def test_each_redirect_to_the_same_name_is_checked_anew(feeds, settings):
    feeds.pages["/feed"] = Page(status=302, headers={"Location": "/secret"})
    fetcher = Fetcher(settings, resolver=_Names(["127.0.0.1"], ["169.254.169.254"]))
    with pytest.raises(RefusedAddressError):
        fetcher.fetch(feeds.url("/feed", host="feeds.example"), now=NOW)
    assert [asked.path for asked in feeds.asked] == ["/feed"]


def test_of_a_names_addresses_only_those_outside_are_tried(feeds, settings):
    feeds.pages["/feed"] = Page(_FEED)
    fetcher = Fetcher(settings, resolver=_Names(["169.254.169.254", "::1", "127.0.0.1"]))
    assert fetcher.fetch(feeds.url("/feed", host="feeds.example"), now=NOW).body == _FEED


def test_a_proxy_of_the_environment_is_not_used(feeds, fetcher, monkeypatch):
    """It would do the resolving and the connecting, and so undo every check."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    feeds.pages["/feed"] = Page(_FEED)
    assert fetcher.fetch(feeds.url("/feed"), now=NOW).body == _FEED


def test_an_unknown_name_is_a_plain_failure(settings):
    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise OSError("Name or service not known")

    with pytest.raises(FetchError, match=r"nowhere\.example is not known"):
        Fetcher(settings, resolver=unknown).fetch("https://nowhere.example/", now=NOW)
