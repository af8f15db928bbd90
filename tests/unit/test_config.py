import pytest

from newsletter.config import Settings, load_settings, variable_name
from newsletter.errors import SettingsError

KEY = "k" * 40


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch, tmp_path):
    """No `.env` of a developer in the way."""
    monkeypatch.chdir(tmp_path)


def test_the_defaults_start_a_service_on_one_machine():
    settings = load_settings()
    assert settings.database_url == ""
    assert settings.relay_url is None
    assert settings.base_url == "http://127.0.0.1:8000"


@pytest.mark.parametrize(("port", "url"), [("8080", "http://127.0.0.1:8080"), ("80", "http://127.0.0.1")])
def test_the_address_of_the_pages_follows_their_port_until_it_is_set(monkeypatch, port, url):
    monkeypatch.setenv("NEWSLETTER_WEB_PORT", port)
    monkeypatch.setenv("NEWSLETTER_SITE_URL", "")
    assert load_settings().base_url == url
    monkeypatch.setenv("NEWSLETTER_SITE_URL", "https://news.example/weekly/")
    assert load_settings().base_url == "https://news.example/weekly"


def test_every_setting_is_documented():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_environment_wins_over_the_env_file(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("NEWSLETTER_SITE_NAME=From the file\nNEWSLETTER_PUBLISHER=From the file\n")
    monkeypatch.setenv("NEWSLETTER_SITE_NAME", "From the environment")
    settings = load_settings()
    assert (settings.site_name, settings.publisher) == ("From the environment", "From the file")


def test_lists_are_written_with_commas(monkeypatch):
    monkeypatch.setenv("NEWSLETTER_FETCH_ALLOW", "10.1.0.0/16, fd00::/8")
    monkeypatch.setenv("NEWSLETTER_SECRET_KEYS", f"{KEY},{'o' * 32}")
    settings = load_settings()
    assert [str(network) for network in settings.fetch_allow] == ["10.1.0.0/16", "fd00::/8"]
    assert [key.get_secret_value() for key in settings.secret_keys] == [KEY, "o" * 32]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("NEWSLETTER_WEB_PORT", "eighty"),
        ("NEWSLETTER_WEB_PORT", "70000"),
        ("NEWSLETTER_WEB_PORT", "0"),
        ("NEWSLETTER_SECRET_KEYS", "short"),
        ("NEWSLETTER_RELAY_URL", "http://relay.example"),
        ("NEWSLETTER_RELAY_URL", "smtp://"),
        ("NEWSLETTER_FETCH_ALLOW", "intranet"),
        ("NEWSLETTER_FROM_ADDRESS", "nobody"),
        ("NEWSLETTER_SITE_URL", "news"),
        ("NEWSLETTER_LOG_STYLE", "xml"),
        ("NEWSLETTER_LANGUAGE", "klingon"),
        ("REDIS_URL", "http://redis.example"),
        ("NEWSLETTER_FROM_ADDRESS", "wöchentlich@news.example"),
        ("NEWSLETTER_FROM_ADDRESS", "weekly@evil.example(x)@news.example"),
        ("NEWSLETTER_REPLY_TO", "wöchentlich@news.example"),
        ("NEWSLETTER_BOUNCE_DOMAIN", "bounces@news.example"),
        ("NEWSLETTER_BOUNCE_DOMAIN", "https://news.example"),
        ("NEWSLETTER_BOUNCE_DOMAIN", "news.example>\r\nRCPT TO:<eve@evil.example"),
        ("NEWSLETTER_DKIM_DOMAIN", "news..example"),
        ("NEWSLETTER_DKIM_SELECTOR", "s2026; d=evil.example"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_shown(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=variable) as raised:
        load_settings()
    assert f"input_value={value}" not in str(raised.value)


def test_a_postgres_database_needs_keys_that_all_processes_share(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://user@host/name")
    with pytest.raises(SettingsError, match="NEWSLETTER_SECRET_KEYS"):
        load_settings()
    monkeypatch.setenv("NEWSLETTER_SECRET_KEYS", KEY)
    assert load_settings().database_url.startswith("postgresql://")


def test_a_key_that_signs_mails_needs_its_name_in_the_dns(monkeypatch):
    monkeypatch.setenv("NEWSLETTER_DKIM_KEY_FILE", "key.pem")
    with pytest.raises(SettingsError, match="NEWSLETTER_DKIM_SELECTOR"):
        load_settings()


def test_domains_are_kept_as_a_labels(monkeypatch):
    monkeypatch.setenv("NEWSLETTER_BOUNCE_DOMAIN", "Bounces.Bücher.example")
    assert load_settings().bounce_domain == "bounces.xn--bcher-kva.example"


def test_secrets_are_not_in_the_printed_settings(monkeypatch):
    monkeypatch.setenv("NEWSLETTER_SECRET_KEYS", KEY)
    monkeypatch.setenv("NEWSLETTER_RELAY_URL", "smtp://user:very-secret@relay.example")
    assert KEY not in repr(load_settings())
    assert "very-secret" not in repr(load_settings())


def test_a_name_of_two_lines_becomes_one(monkeypatch):
    monkeypatch.setenv("NEWSLETTER_SITE_NAME", "The\r\nWeekly")
    assert load_settings().site_name == "The Weekly"


def test_variables_have_the_projects_prefix_but_for_the_two_that_everyone_knows():
    assert variable_name("web_port") == "NEWSLETTER_WEB_PORT"
    assert variable_name("database_url") == "DATABASE_URL"
