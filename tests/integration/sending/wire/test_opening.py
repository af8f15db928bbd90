"""The beginning of a session: introduced, secured, logged in; and whoever stands between."""

import base64
import socket
from pathlib import Path

import pytest

from newsletter.config import load_settings
from newsletter.sending.mailboxes import UnmailableAddressError
from newsletter.sending.relay import Relay, RelayUnavailableError
from tests.integration.sending.wire.conftest import MESSAGE, SENDER, connected, offers, relay_of
from tests.support.raw_smtp import RawSmtp, Talk
from tests.support.smtp import TLS

ANN = "ann@readers.example"


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def refusal(server: RawSmtp, **settings) -> str:
    with pytest.raises(RelayUnavailableError) as caught, connected(server, **settings):
        pass
    assert "secret" not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' certificate counts as issued by somebody known."""
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "certificate.pem"))


# Introducing


def test_a_server_from_before_extensions_is_served() -> None:
    def old(talk: Talk) -> None:
        talk.say("220 old.example")
        assert talk.hear().startswith("EHLO ")
        talk.say("502 what?")
        assert talk.hear().startswith("HELO ")
        talk.say("250 old.example PIPELINING")
        talk.serve()

    with RawSmtp(old) as server, connected(server) as connection:
        assert connection.send(SENDER, ANN, MESSAGE).is_accepted
    assert server.heard[2] == f"MAIL FROM:<{SENDER}>"


@pytest.mark.parametrize(
    "greeting",
    ["554 5.3.2 No service", "421 4.3.2 Busy", "250 ok", "hello", "220-go\r\n554 no", "HTTP/1.1 200 OK", "x" * 9000],
)
def test_whoever_greets_otherwise_is_not_spoken_to(greeting: str) -> None:
    def script(talk: Talk) -> None:
        talk.say(greeting)
        assert talk.hears_no_more()

    with RawSmtp(script) as server:
        assert f"127.0.0.1:{server.port}" in refusal(server)


@pytest.mark.parametrize("answer", ["421 4.3.2 Busy", "450 later", "220 hello", "250-a\r\n251 b"])
def test_whoever_answers_the_introduction_otherwise_is_left(answer: str) -> None:
    def script(talk: Talk) -> None:
        talk.say("220 raw.example")
        talk.hear()
        talk.say(answer)
        assert talk.hears_no_more()

    with RawSmtp(script) as server:
        refusal(server)


# Addresses and messages beyond ASCII


def test_an_address_beyond_ascii_is_told_to_a_relay_that_can_hear_it() -> None:
    def script(talk: Talk) -> None:
        talk.greet("SMTPUTF8", "8BITMIME").serve()

    with RawSmtp(script) as server, connected(server) as connection:
        assert connection.send(SENDER, "åsa@bücher.example", "To: åsa\r\n\r\n".encode()).is_accepted
        assert connection.send(SENDER, ANN, MESSAGE).is_accepted
    mails = [line for line in server.heard if line.startswith(("MAIL", "RCPT"))]
    assert mails == [
        f"MAIL FROM:<{SENDER}> SMTPUTF8 BODY=8BITMIME",
        "RCPT TO:<åsa@xn--bcher-kva.example>",
        f"MAIL FROM:<{SENDER}>",
        f"RCPT TO:<{ANN}>",
    ]


def test_where_a_relay_cannot_hear_it_that_one_is_refused_and_the_others_go_on() -> None:
    first, last = offers(2)
    beyond = type(first).of(SENDER, "åsa@readers.example", MESSAGE)
    with RawSmtp(lambda talk: talk.greet("PIPELINING").serve()) as server, connected(server) as connection:
        (_, one), (_, refused), (_, two) = connection.send_all([first, beyond, last])
    assert isinstance(refused, UnmailableAddressError)
    assert "SMTPUTF8" in str(refused)
    assert one.is_accepted
    assert two.is_accepted
    assert len(server.messages) == 2


# STARTTLS


def in_tls(talk: Talk, *extensions: str) -> Talk:
    talk.greet("STARTTLS", "AUTH PLAIN")
    assert talk.hear() == "STARTTLS"
    talk.say("220 go").start_tls()
    return talk.hear_hello(*extensions)


def test_what_was_offered_in_plain_text_counts_no_longer_under_tls() -> None:
    def script(talk: Talk) -> None:
        talk.greet("STARTTLS", "SIZE 1000", "PIPELINING")
        assert talk.hear() == "STARTTLS"
        talk.say("220 go").start_tls()
        talk.hear_hello()
        talk.serve()

    with RawSmtp(script) as server, connected(server) as connection:
        assert connection.is_secure
        assert connection.send(SENDER, ANN, MESSAGE).is_accepted
    assert f"MAIL FROM:<{SENDER}>" in server.heard


@pytest.mark.parametrize("injected", ["250 ok", "250-evil.example\r\n250 AUTH PLAIN", "250 o"])
def test_what_is_said_between_starttls_and_tls_is_an_attack(injected: str) -> None:
    def somebody_between(talk: Talk) -> None:
        talk.greet("STARTTLS")
        assert talk.hear() == "STARTTLS"
        talk.say("220 go", injected)
        assert talk.hears_no_more()

    with RawSmtp(somebody_between) as server:
        told = refusal(server, login="newsroom:secret@")
    assert "Somebody spoke between" in told


def test_what_is_said_a_little_later_ends_in_no_tls_at_all() -> None:
    def somebody_between(talk: Talk) -> None:
        talk.greet("STARTTLS")
        talk.hear()
        talk.say("220 go")
        talk.sock.recv(1000)  # the client has begun with TLS
        talk.say("250 ok", "250 ok")
        talk.hears_no_more()

    with RawSmtp(somebody_between) as server:
        assert "does not speak TLS" in refusal(server, login="newsroom:secret@")


@pytest.mark.parametrize("options", ["?starttls=required", ""])
@pytest.mark.parametrize(
    ("extensions", "answer"), [((), None), (("STARTTLS",), "454 4.7.0 TLS not available"), (("STARTTLS",), "500 what?")]
)
def test_a_password_does_not_leave_where_starttls_was_stripped(
    options: str, extensions: tuple[str, ...], answer: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stripped(talk: Talk) -> None:
        talk.greet(*extensions, "AUTH PLAIN LOGIN")
        if answer:
            assert talk.hear() == "STARTTLS"
            talk.say(answer)
        assert talk.hears_no_more()

    monkeypatch.setattr(Relay, "is_loopback", False)
    with RawSmtp(stripped) as server:
        refusal(server, login="newsroom:secret@", options=options)
    assert not any(line.startswith("AUTH") for line in server.heard)


def test_a_certificate_for_another_name_is_refused_before_a_word_is_said(trusted, monkeypatch) -> None:
    def here(host: str, port: int, *_) -> list:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", here)
    with RawSmtp(in_tls) as server:
        relay = Relay.of(load_settings(relay_url=f"smtp+tls://newsroom:secret@relay.example:{server.port}"))
        with pytest.raises(RelayUnavailableError, match="could not be verified"), relay.connect():
            pass
    assert server.heard[-1] == "STARTTLS"


def test_starttls_is_left_alone_on_a_persons_word() -> None:
    def script(talk: Talk) -> None:
        talk.greet("STARTTLS").serve()

    with RawSmtp(script) as server, connected(server, options="?starttls=never") as connection:
        assert connection.send(SENDER, ANN, MESSAGE).is_accepted
    assert "STARTTLS" not in server.heard


def test_letters_go_through_tls_ahead_of_answers_as_well(trusted) -> None:
    def script(talk: Talk) -> None:
        in_tls(talk, "PIPELINING")
        talk.hear_group()
        talk.say("250 ok", "250 ok", "354 go on")
        for _ in range(3):
            talk.hear_message()
            talk.hear_group()
            talk.say("250 kept", "250 ok", "250 ok", "354 go on")
        talk.hear_message()
        talk.say("250 kept").serve()

    with RawSmtp(script) as server, connected(server) as connection:
        results = [result for _, result in connection.send_all(offers(4, MESSAGE + b"x" * 70_000 + b"\r\n"))]
    assert [result.code for result in results] == [250] * 4
    assert server.connections == 1


# AUTH


def logs_in(offered: str, *conversation: str):
    """A server that expects what the client says and answers it, turn by turn."""

    def script(talk: Talk) -> None:
        talk.greet(offered)
        for heard, answer in zip(conversation[::2], conversation[1::2], strict=True):
            assert talk.hear() == heard
            talk.say(answer)
        talk.serve()

    return script


PLAIN, USER, PASSWORD = b64("\0newsroom\0secret"), b64("newsroom"), b64("secret")
TOKEN = b64("user=newsroom\1auth=Bearer secret\1\1")


@pytest.mark.parametrize(
    ("options", "script"),
    [
        ("", logs_in("AUTH PLAIN LOGIN", f"AUTH PLAIN {PLAIN}", "235 in")),
        ("", logs_in("AUTH LOGIN PLAIN", f"AUTH PLAIN {PLAIN}", "235 in")),
        ("", logs_in("AUTH=LOGIN PLAIN", f"AUTH PLAIN {PLAIN}", "235 in")),
        ("", logs_in("AUTH LOGIN", "AUTH LOGIN", f"334 {b64('Username:')}", USER, "334 x", PASSWORD, "235 in")),
        ("?auth=login", logs_in("AUTH PLAIN LOGIN", "AUTH LOGIN", "334", USER, "334", PASSWORD, "235 in")),
        ("?auth=xoauth2", logs_in("AUTH XOAUTH2 PLAIN", f"AUTH XOAUTH2 {TOKEN}", "235 in")),
    ],
    ids=["plain", "plain first", "an old form", "login", "login asked for", "token"],
)
def test_each_way_to_log_in_opens_the_relay(options: str, script) -> None:
    with RawSmtp(script) as server, connected(server, login="newsroom:secret@", options=options) as connection:
        assert connection.send(SENDER, ANN, MESSAGE).is_accepted


@pytest.mark.parametrize(
    ("options", "script", "told"),
    [
        ("", logs_in("AUTH PLAIN", f"AUTH PLAIN {PLAIN}", "535 5.7.8 no"), "refused the user name or the password"),
        ("", logs_in("AUTH PLAIN", f"AUTH PLAIN {PLAIN}", "250 ok"), "refused the user name or the password"),
        ("", logs_in("AUTH LOGIN", "AUTH LOGIN", "535 no"), "(535)"),
        ("", logs_in("AUTH LOGIN", "AUTH LOGIN", "334", USER, "334", PASSWORD, "535 no"), "(535)"),
        ("", logs_in("AUTH LOGIN", "AUTH LOGIN", "334", USER, "334", PASSWORD, "334 more?", "", "501 no"), "(501)"),
        (
            "?auth=xoauth2",
            logs_in("AUTH XOAUTH2", f"AUTH XOAUTH2 {TOKEN}", f"334 {b64('expired')}", "", "535 no"),
            "(535)",
        ),
        ("", logs_in("AUTH GSSAPI XOAUTH2"), "no way to log in that we know"),
        ("?auth=xoauth2", logs_in("AUTH PLAIN"), "no way to log in by xoauth2"),
        ("", logs_in("SIZE 1000"), "no way to log in that we know"),
        ("", logs_in("AUTH PLAIN", f"AUTH PLAIN {PLAIN}", "nonsense"), "does not answer"),
    ],
)
def test_a_relay_that_does_not_let_us_in_is_told(options: str, script, told: str) -> None:
    with RawSmtp(script) as server:
        assert told in refusal(server, login="newsroom:secret@", options=options)


def test_a_password_in_a_file_is_read_at_each_login(tmp_path: Path) -> None:
    file = tmp_path / "token"

    def expects(password: str):
        return logs_in("AUTH PLAIN", f"AUTH PLAIN {b64(f'{chr(0)}newsroom{chr(0)}{password}')}", "235 in")

    with RawSmtp(expects("monday"), expects("tuesday")) as server:
        relay = relay_of(server, login="newsroom@", options=f"?password_file={file}")
        for password in ("monday", "tuesday"):
            file.write_text(password + "\n")
            with relay.connect() as connection:
                assert connection.send(SENDER, ANN, MESSAGE).is_accepted
    file.unlink()
    with RawSmtp(logs_in("AUTH PLAIN")) as server:
        assert "cannot be read" in refusal(server, login="newsroom@", options=f"?password_file={file}")
