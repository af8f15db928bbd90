from pathlib import Path

import pytest

from newsletter.config import load_settings
from newsletter.errors import SettingsError
from newsletter.relay_urls import Mechanism, RelayUrl, Security, parse_relay_urls


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("smtp://relay.example", RelayUrl("relay.example", 25)),
        ("smtp://relay.example:2525/", RelayUrl("relay.example", 2525)),
        ("smtp://[::1]:2525", RelayUrl("::1", 2525)),
        ("smtp://user:word@relay.example", RelayUrl("relay.example", 587, user="user", password="word")),
        ("smtps://user:word@relay.example", RelayUrl("relay.example", 465, Security.TLS, "user", "word")),
        ("smtp+tls://relay.example", RelayUrl("relay.example", 587, Security.STARTTLS)),
        ("smtp://relay.example?starttls=required", RelayUrl("relay.example", 587, Security.STARTTLS)),
        ("smtp://relay.example?starttls=never", RelayUrl("relay.example", 25, Security.NEVER)),
        ("smtp://relay.example?starttls=offered", RelayUrl("relay.example", 25)),
        (
            "smtp://relay.example?weight=2.5&connections=8&max_rate_per_second=0.5",
            RelayUrl("relay.example", 25, weight=2.5, connections=8, max_rate_per_second=0.5),
        ),
        (
            "smtp://me@relay.example?auth=XOAUTH2&password_file=/run/token",
            RelayUrl(
                "relay.example", 587, user="me", auth=Mechanism.XOAUTH2, password_file=Path("/run/token")
            ),
        ),
        (
            "smtp://a%40b:p%2C%20%3F@relay.example",
            RelayUrl("relay.example", 587, user="a@b", password="p, ?"),
        ),
        ("smtp://me:one,two@relay.example", RelayUrl("relay.example", 587, user="me", password="one,two")),
    ],
)  # fmt: skip
def test_a_url_says_all_about_a_relay(text: str, url: RelayUrl) -> None:
    assert parse_relay_urls(text) == (url,)


@pytest.mark.parametrize("between", [",", ", ", " ", "\n", " ,\n  "])
def test_several_stand_side_by_side(between: str) -> None:
    urls = parse_relay_urls(f"smtp://me:a,b@one.example?weight=3{between}smtps://two.example{between}")
    assert [(url.host, url.password, url.weight) for url in urls] == [("one.example", "a,b", 3), ("two.example", "", 1)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("http://relay.example", "must look like"),
        ("relay.example:25", "must look like"),
        ("smtp://", "must look like"),
        ("smtp://relay.example/mail", "must look like"),
        ("smtp://relay.example#here", "must look like"),
        ("smtp://[::1", "must look like"),
        ("smtp://one.example,http://two.example", "must look like"),
        ("smtp://relay.example:99999", "port"),
        ("smtp://relay.example:none", "port"),
        ("smtp://relay.example?wait=2", "unknown option"),
        ("smtp://relay.example?weight=0", "weight"),
        ("smtp://relay.example?weight=heavy", "weight"),
        ("smtp://relay.example?weight=nan", "weight"),
        ("smtp://relay.example?max_rate_per_second=-1", "max_rate_per_second"),
        ("smtp://relay.example?max_rate_per_second=", "max_rate_per_second"),
        ("smtp://relay.example?connections=0", "connections"),
        ("smtp://relay.example?connections=201", "connections"),
        ("smtp://relay.example?connections=1.5", "connections"),
        ("smtp://relay.example?connections=1000001", "connections"),
        ("smtp://relay.example?starttls=maybe", "starttls"),
        ("smtps://relay.example?starttls=never", "starttls"),
        ("smtp://relay.example?auth=gssapi", "auth"),
        ("smtp://relay.example?auth=", "auth"),
        ("smtp://me:a%0D%0Ab@relay.example", "control"),
        ("smtp://me%00:ab@relay.example", "control"),
        ("smtp://relay.example smtp://other.example smtp://relay.example?weight=2", "twice"),
    ],
)
def test_a_wrong_one_is_told_without_its_password(text: str, told: str) -> None:
    text = text.replace("//me:", "//me:hushhush")
    with pytest.raises(SettingsError, match=told) as raised:
        load_settings(relay_url=text)
    assert "NEWSLETTER_RELAY_URL" in str(raised.value)
    assert "hushhush" not in str(raised.value)


def test_a_password_is_not_shown() -> None:
    assert "hushhush" not in repr(parse_relay_urls("smtp://me:hushhush@relay.example"))


@pytest.mark.parametrize(
    ("urls", "connections"),
    [
        (None, 5),
        ("smtp://relay.example", 5),
        ("smtp://relay.example?connections=9", 9),
        ("smtp://one.example?connections=9 smtp://two.example", 14),
    ],
)
def test_connections_are_counted_over_all_relays(urls: str | None, connections: int) -> None:
    assert load_settings(relay_url=urls, relay_connections=5).connections == connections


def test_rates_of_domains_are_written_with_equal_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLETTER_DOMAIN_RATES", "Example.com=5, example.org = 0.5,")
    assert load_settings().domain_rates == {"example.com": 5.0, "example.org": 0.5}


@pytest.mark.parametrize("rates", ["example.com", "=5", "example.com=", "example.com=fast", "example.com=0", "a=-1"])
def test_a_wrong_rate_is_told(monkeypatch: pytest.MonkeyPatch, rates: str) -> None:
    monkeypatch.setenv("NEWSLETTER_DOMAIN_RATES", rates)
    with pytest.raises(SettingsError, match="NEWSLETTER_DOMAIN_RATES"):
        load_settings()
