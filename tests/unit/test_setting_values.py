import json
from dataclasses import asdict

import pytest
from pydantic import SecretStr

from newsletter.config import Settings
from newsletter.setting_values import no_settings, problem_with_value, shown_settings, wants, where_from

SETTINGS = Settings(
    _env_file=None,
    relay_url=SecretStr("smtps://someone:hunter2@smtp.example:465"),
    redis_url="redis://:hunter2@redis.example:6379/0",
    database_url="sqlite:////tmp/x.sqlite3",
    secret_keys=["hunter2" * 8],
    oidc_client_secret=SecretStr("hunter2"),
    hook_postmark=SecretStr("hook:hunter2"),
)


def test_no_secret_is_part_of_what_is_shown():
    rows = shown_settings(SETTINGS, {})
    assert "hunter2" not in json.dumps([asdict(row) for row in rows])
    assert {row.field: row.value for row in rows}["relay_url"] == "(secret)"
    assert {row.field: row.value for row in rows}["redis_url"] == "redis://:***@redis.example:6379/0"


def test_each_setting_says_where_it_comes_from(tmp_path, monkeypatch):
    file = tmp_path / "settings.env"
    file.write_text("NEWSLETTER_SITE_NAME=Week\nNEWSLETTER_LANGUAGE=es\nNEWSLETTER_PUBLISHER=\nREDIS_URL=redis://x\n")
    monkeypatch.setenv("NEWSLETTER_LANGUAGE", "en")
    monkeypatch.setenv("NEWSLETTER_DATABASE_URL", "sqlite:///x")
    monkeypatch.setenv("NEWSLETTER_CANARY", "")
    found = where_from(str(file))
    assert {name: found.get(name) for name in ("site_name", "language", "redis_url", "database_url", "publisher")} == {
        "site_name": "file",
        "language": "environment",
        "redis_url": "file",
        "database_url": "environment",
        "publisher": None,
    }
    assert "canary" not in found


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("canary", "5%"),
        ("canary", ""),
        ("domain_rates", "example.com=5, example.org=0.5"),
        ("brand_color", "#8c1d18"),
        ("trusted_proxies", "172.16.0.0/12"),
        ("relay_url", "smtp+tls://a:b@smtp.example:587"),
        ("log_style", "json"),
        ("language", "pt-BR"),
    ],
)
def test_a_value_that_would_do_has_no_problem(field, value):
    assert problem_with_value(SETTINGS, field, value) is None


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("canary", "lots", "number of letters"),
        ("domain_rates", "example.com", "must look like"),
        ("brand_color", "#fffffe", "BRAND_PAPER"),
        ("dkim_key_file", "/x.pem", "DKIM_SELECTOR"),  # beside the others as they are
        ("web_port", "123456", "65535"),
        ("batch_size", "x", "integer"),
        ("site_url", "javascript:alert(1)", "URL"),
        ("publisher", "x" * 6000, "at most 5000"),
        ("publisher", "a\0b", "NUL"),
    ],
)
def test_a_value_that_would_not_do_says_why(field, value, words):
    assert words in (problem_with_value(SETTINGS, field, value) or "")


@pytest.mark.parametrize(
    "value", ["ftp://a:hunter2@b", "smtp://a:hunter2@b:99999999", "smtp://a:hunter2@[b", "hunter2"]
)
def test_what_is_wrong_with_a_secret_does_not_repeat_it(value):
    problem = problem_with_value(SETTINGS, "relay_url", value)
    assert problem
    assert "hunter2" not in problem
    assert "hunter2" not in (problem_with_value(SETTINGS, "secret_keys", "hunter2") or "hunter2")


def test_what_is_no_setting_is_an_error():
    with pytest.raises(KeyError):
        problem_with_value(SETTINGS, "__class__", "x")


def test_what_a_service_lacks_before_it_mails_readers_is_said():
    assert set(wants(Settings(_env_file=None))) == {"postal_address", "from_address", "site_url", "relay_url"}
    assert set(wants(SETTINGS)) == {"postal_address", "from_address", "site_url", "bounce_domain"}


def test_a_variable_that_is_no_setting_is_named_with_the_one_that_was_perhaps_meant(tmp_path, monkeypatch):
    file = tmp_path / "settings.env"
    file.write_text("NEWSLETTER_RELAYURL=smtps://a:hunter2@smtp.example\nNEWSLETTER_LANGUAGE=es\nOTHER=1\n")
    monkeypatch.setenv("NEWSLETTER_SITE_NAMES", "hunter2")
    monkeypatch.setenv("NEWSLETTER_XYZZY", "hunter2")
    monkeypatch.setenv("NEWSLETTER_REDIS_URL", "redis://x")
    monkeypatch.setenv("NEWSLETTER_DATA_DIR", "x")
    found = no_settings(str(file))
    assert [(one.variable, one.nearest) for one in found] == [
        ("NEWSLETTER_RELAYURL", "NEWSLETTER_RELAY_URL"),
        ("NEWSLETTER_SITE_NAMES", "NEWSLETTER_SITE_NAME"),
        ("NEWSLETTER_XYZZY", None),
    ]
    assert "hunter2" not in str(found) + "".join(map(str, found))
    assert str(found[0]).endswith("Did you mean NEWSLETTER_RELAY_URL?")
