"""The relay's connections against a real SMTP server on loopback."""

from contextlib import ExitStack, contextmanager

import pytest

from newsletter.config import load_settings
from newsletter.errors import SettingsError
from newsletter.sending.connection import ConnectionLostError
from newsletter.sending.mailboxes import UnmailableAddressError
from newsletter.sending.relay import Relay, RelayUnavailableError
from tests.support.smtp import CLOSE, HANG, TLS, SmtpSink

SENDER = "weekly@newsletter.example"
ANN, BEN = "ann@readers.example", "ben@readers.example"
MESSAGE = b"Subject: This week\r\nMessage-ID: <1@newsletter.example>\r\n\r\nGood morning\r\n"


def relay_of(url: str, **settings) -> Relay:
    return Relay.of(load_settings(relay_url=url, **settings))


@contextmanager
def connected(sink: SmtpSink, **settings):
    with relay_of(f"smtp://127.0.0.1:{sink.port}", **settings).connect() as connection:
        yield connection


@pytest.fixture(params=[("PIPELINING",), ()], ids=["pipelined", "one by one"])
def sink(request: pytest.FixtureRequest):
    with SmtpSink(offers=request.param) as sink:
        yield sink


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' certificate counts as issued by somebody known."""
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "certificate.pem"))


# One message


def test_a_message_arrives_byte_for_byte(sink: SmtpSink) -> None:
    with connected(sink) as connection:
        reply = connection.send(SENDER, ANN, MESSAGE)
    assert (reply.code, reply.is_accepted) == (250, True)
    [mail] = sink.received
    assert (mail.sender, mail.recipient, mail.data) == (SENDER, ANN, MESSAGE)
    assert mail.message_id == "<1@newsletter.example>"


@pytest.mark.parametrize(
    "body",
    [
        b".\r\n",
        b"..\r\n",
        b".first\r\n.second\r\n",
        b"text\r\n.\r\ntext\r\n",
        b"\r\n\r\n.\r\n\r\n",
        b"x\r\n..\r\n.x\r\n",
    ],
)
def test_lines_that_begin_with_a_dot_neither_end_the_message_nor_change(sink: SmtpSink, body: bytes) -> None:
    with connected(sink) as connection:
        connection.send(SENDER, ANN, MESSAGE + body)
        connection.send(SENDER, BEN, body)
    assert [mail.data for mail in sink.received] == [MESSAGE + body, body]


def test_a_message_without_a_last_line_end_gets_one(sink: SmtpSink) -> None:
    with connected(sink) as connection:
        connection.send(SENDER, ANN, MESSAGE.rstrip())
    assert sink.received[0].data == MESSAGE


def test_many_messages_share_one_connection(sink: SmtpSink) -> None:
    with connected(sink) as connection:
        for number in range(20):
            assert connection.send(SENDER, f"reader{number}@readers.example", MESSAGE).is_accepted
    assert (len(sink.received), sink.connections) == (20, 1)


# Refusals


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "BODY"])
@pytest.mark.parametrize(
    ("answer", "temporary"), [("451 4.7.1 Later", True), ("550 5.1.1 No such person", False), ("552 5.3.4 Big", False)]
)
def test_a_refusal_is_an_answer_and_the_next_message_goes_on(
    sink: SmtpSink, command: str, answer: str, temporary: bool
) -> None:
    sink.rule(command, answer, times=1)
    with connected(sink) as connection:
        reply = connection.send(SENDER, ANN, MESSAGE)
        assert connection.send(SENDER, BEN, MESSAGE).is_accepted
    assert str(reply) == answer
    assert (reply.is_accepted, reply.is_temporary, reply.is_refused) == (False, temporary, not temporary)
    assert (sink.recipients, sink.connections) == ([BEN], 1)


def test_the_text_of_an_answer_is_kept_without_addresses_and_short(sink: SmtpSink) -> None:
    sink.rule("RCPT", f"550-5.1.1 <{ANN}> is unknown\r\n550 " + "x" * 600)
    with connected(sink) as connection:
        reply = connection.send(SENDER, ANN, MESSAGE)
    assert reply.text.startswith("5.1.1 <<address>> is unknown xxx")
    assert len(reply.text) == 500


@pytest.mark.parametrize(
    "recipient",
    [
        "ann@readers.example>\r\nRCPT TO:<eve@evil.example",
        "ann@readers.example\0",
        "ann@readers.example eve@evil.example",
        "ann@readers.example> SIZE=1",
        "<ann@readers.example>",
        "åsa@readers.example",
        "",
        "nobody",
    ],
)
def test_an_address_that_no_command_can_carry_is_refused_before_a_word_is_said(sink: SmtpSink, recipient: str) -> None:
    with connected(sink) as connection:
        with pytest.raises(UnmailableAddressError):
            connection.send(SENDER, recipient, MESSAGE)
        assert connection.send(SENDER, BEN, MESSAGE).is_accepted
    assert (sink.recipients, sink.commands["MAIL"]) == ([BEN], 1)


def test_a_domain_in_another_script_is_written_in_a_labels(sink: SmtpSink) -> None:
    with connected(sink) as connection:
        connection.send(SENDER, "ann@bücher.example", MESSAGE)
    assert sink.recipients == ["ann@xn--bcher-kva.example"]


# Connections that end


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_kept_connection_that_the_relay_ends_costs_no_message(sink: SmtpSink, command: str) -> None:
    sink.rule(command, "421 4.7.0 Too many messages on this connection", after=2, times=1)
    with connected(sink) as connection:
        replies = [connection.send(SENDER, f"reader{n}@readers.example", MESSAGE) for n in range(4)]
    assert all(reply.is_accepted for reply in replies)
    assert (len(sink.received), sink.connections) == (4, 2)


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_kept_connection_that_breaks_before_the_data_costs_no_message(sink: SmtpSink, command: str) -> None:
    sink.rule(command, CLOSE, after=1, times=1)
    with connected(sink) as connection:
        assert connection.send(SENDER, ANN, MESSAGE).is_accepted
        assert connection.send(SENDER, BEN, MESSAGE).is_accepted
    assert (sink.recipients, sink.connections) == ([ANN, BEN], 2)


def test_a_relay_that_says_421_on_a_new_connection_as_well_puts_the_message_off(sink: SmtpSink) -> None:
    sink.rule("MAIL", "421 4.3.2 Shutting down", after=1)
    with connected(sink) as connection:
        connection.send(SENDER, ANN, MESSAGE)
        reply = connection.send(SENDER, BEN, MESSAGE)
    assert (reply.code, reply.is_temporary, sink.recipients) == (421, True, [ANN])


def test_421_after_the_data_is_the_answer_and_the_message_is_not_sent_again(sink: SmtpSink) -> None:
    sink.rule("BODY", "421 4.3.0 Disk full", after=1, times=1)
    with connected(sink) as connection:
        connection.send(SENDER, ANN, MESSAGE)
        assert connection.send(SENDER, BEN, MESSAGE).code == 421
    assert sink.commands["BODY"] == 2


@pytest.mark.parametrize("earlier", [0, 3])
def test_a_connection_that_breaks_after_the_data_leaves_the_message_unknown(sink: SmtpSink, earlier: int) -> None:
    sink.rule("BODY", CLOSE, after=earlier, times=1)
    with connected(sink) as connection:
        for _ in range(earlier):
            connection.send(SENDER, ANN, MESSAGE)
        with pytest.raises(ConnectionLostError) as caught:
            connection.send(SENDER, ANN, MESSAGE)
        assert caught.value.data_offered
        assert sink.commands["BODY"] == earlier + 1  # and it was not offered again
        assert connection.send(SENDER, BEN, MESSAGE).is_accepted


def test_a_new_connection_that_breaks_before_the_data_has_certainly_not_taken_it(sink: SmtpSink) -> None:
    sink.rule("RCPT", CLOSE)
    with connected(sink) as connection:
        with pytest.raises(ConnectionLostError) as caught:
            connection.send(SENDER, ANN, MESSAGE)
        assert not caught.value.data_offered


@pytest.mark.parametrize(("command", "offered"), [("MAIL", False), ("RCPT", False), ("DATA", False), ("BODY", True)])
def test_a_relay_that_never_answers_is_given_up_in_time(sink: SmtpSink, command: str, offered: bool) -> None:
    sink.rule(command, HANG)
    with connected(sink, relay_timeout_seconds=0.2) as connection:
        with pytest.raises(ConnectionLostError) as caught:
            connection.send(SENDER, ANN, MESSAGE)
        assert caught.value.data_offered is offered


@pytest.mark.parametrize(
    ("command", "nonsense", "offered"),
    [
        ("MAIL", "354 go on", False),
        ("RCPT", "hello", False),
        ("DATA", "250 ok", False),
        ("DATA", "999 ok", False),
        ("BODY", "354 more", True),
        ("BODY", "what?", True),
        ("BODY", "100 soon", True),
    ],
)
def test_an_answer_that_makes_no_sense_ends_the_connection(
    sink: SmtpSink, command: str, nonsense: str, offered: bool
) -> None:
    times = 2 if sink.offers and not offered else 1  # before the data, it may be pipelining that confuses the relay
    sink.rule(command, nonsense, times=times)
    with connected(sink) as connection:
        with pytest.raises(ConnectionLostError) as caught:
            connection.send(SENDER, ANN, MESSAGE)
        assert caught.value.data_offered is offered
        assert connection.send(SENDER, BEN, MESSAGE).is_accepted
    assert sink.connections == times + 1


def test_a_relay_that_restarts_is_dialled_again(sink: SmtpSink) -> None:
    with connected(sink) as connection:
        connection.send(SENDER, ANN, MESSAGE)
        sink.drop_connections()
        assert connection.send(SENDER, BEN, MESSAGE).is_accepted
    assert sink.recipients == [ANN, BEN]


def test_a_relay_that_went_away_for_good_has_certainly_not_taken_the_next_message() -> None:
    with ExitStack() as stack:
        with SmtpSink() as sink:
            connection = stack.enter_context(connected(sink))
            connection.send(SENDER, ANN, MESSAGE)
        with pytest.raises(RelayUnavailableError) as caught:
            connection.send(SENDER, BEN, MESSAGE)
        assert not caught.value.data_offered


# Opening


def refusal_of(relay: Relay) -> str:
    with pytest.raises(RelayUnavailableError) as caught, relay.connect():
        pass
    assert not caught.value.data_offered
    return str(caught.value)


def test_without_a_relay_mail_goes_to_the_outbox_and_a_missing_one_is_told(sink: SmtpSink) -> None:
    with Relay.of(load_settings(outbox_smtp_port=sink.port)).connect() as connection:
        assert connection.send(SENDER, ANN, MESSAGE).is_accepted
    assert "`newsletter outbox`" in refusal_of(Relay.of(load_settings(outbox_smtp_port=1)))


def test_a_relay_that_does_not_listen_is_named() -> None:
    assert "127.0.0.1:1 does not answer" in refusal_of(relay_of("smtp://127.0.0.1:1"))


@pytest.mark.parametrize("greeting", ["554 5.3.2 No service here", "421 4.3.2 Busy", "hello", CLOSE])
def test_a_relay_that_greets_with_a_refusal_is_told(sink: SmtpSink, greeting: str) -> None:
    sink.rule("CONNECT", greeting)
    assert f"127.0.0.1:{sink.port}" in refusal_of(relay_of(f"smtp://127.0.0.1:{sink.port}"))


def test_the_right_password_opens_the_relay_and_may_hold_any_sign() -> None:
    with ExitStack() as stack:
        sink = stack.enter_context(SmtpSink(logins={"news@room": "p@ss:w/rd %"}))
        relay = relay_of(f"smtp://news%40room:p%40ss%3Aw%2Frd%20%25@127.0.0.1:{sink.port}")
        assert stack.enter_context(relay.connect()).send(SENDER, ANN, MESSAGE).is_accepted


def test_a_wrong_password_is_told_and_stays_out_of_the_message() -> None:
    with SmtpSink(logins={"newsroom": "right"}) as sink:
        told = refusal_of(relay_of(f"smtp://newsroom:wrongsecret@127.0.0.1:{sink.port}"))
    assert "refused the user name or the password" in told
    assert "wrongsecret" not in told


def test_a_password_is_not_part_of_how_a_relay_is_shown() -> None:
    assert "hidden" not in repr(relay_of("smtp://newsroom:hidden@relay.example"))


def test_a_password_may_be_in_any_script() -> None:
    with ExitStack() as stack:
        sink = stack.enter_context(SmtpSink(logins={"newsroom": "passé 密"}))
        relay = relay_of(f"smtp://newsroom:pass%C3%A9%20%E5%AF%86@127.0.0.1:{sink.port}")
        assert stack.enter_context(relay.connect()).send(SENDER, ANN, MESSAGE).is_accepted


def test_starttls_is_used_where_it_is_offered() -> None:
    with SmtpSink(tls="starttls", logins={"newsroom": "right"}) as sink, connected(sink) as connection:
        assert connection.is_secure


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(("scheme", "tls"), [("smtp+tls", "starttls"), ("smtps", "implicit")])
def test_a_verified_relay_takes_mail_over_tls(scheme: str, tls: str) -> None:
    with ExitStack() as stack:
        sink = stack.enter_context(SmtpSink(tls=tls, logins={"newsroom": "right"}))
        connection = stack.enter_context(relay_of(f"{scheme}://newsroom:right@localhost:{sink.port}").connect())
        assert connection.is_secure
        assert connection.send(SENDER, ANN, MESSAGE).is_accepted
        assert sink.recipients == [ANN]


@pytest.mark.parametrize(("scheme", "tls"), [("smtp+tls", "starttls"), ("smtps", "implicit")])
def test_a_certificate_that_nobody_knows_is_refused(scheme: str, tls: str) -> None:
    with SmtpSink(tls=tls) as sink:
        told = refusal_of(relay_of(f"{scheme}://127.0.0.1:{sink.port}"))
    assert "could not be verified" in told
    assert "SSL_CERT_FILE" in told


def test_starttls_that_is_asked_for_and_not_offered_is_told_and_no_password_leaves(sink: SmtpSink) -> None:
    sink.logins["newsroom"] = "right"
    assert "offers no STARTTLS" in refusal_of(relay_of(f"smtp+tls://newsroom:right@127.0.0.1:{sink.port}"))


def test_a_password_is_not_sent_to_another_machine_without_tls(sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    sink.logins["newsroom"] = "right"
    monkeypatch.setattr(Relay, "is_loopback", False)
    assert "not sent where others could read it" in refusal_of(relay_of(f"smtp://newsroom:right@127.0.0.1:{sink.port}"))


def test_tls_to_a_port_without_tls_is_told(sink: SmtpSink) -> None:
    assert "does not speak TLS" in refusal_of(relay_of(f"smtps://127.0.0.1:{sink.port}"))


# Settings


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("smtp://relay.example", 25),
        ("smtp://user:word@relay.example", 587),
        ("smtp+tls://relay.example", 587),
        ("smtps://relay.example", 465),
        ("smtp://relay.example:2525", 2525),
    ],
)
def test_a_url_without_a_port_means_the_usual_one(url: str, port: int) -> None:
    assert relay_of(url).port == port


def test_a_port_that_is_none_is_a_wrong_setting() -> None:
    with pytest.raises(SettingsError, match="NEWSLETTER_RELAY_URL"):
        relay_of("smtp://relay.example:99999")
