"""Servers that are slow, endless, or gone: nothing is waited for without end, and what was offered is known exactly."""

import time

import pytest

from newsletter.sending.connection import ConnectionLostError
from newsletter.sending.relay import RelayUnavailableError
from tests.integration.sending.wire.conftest import MESSAGE, SENDER, connected, offers, relay_of
from tests.support.raw_smtp import PATIENCE_SECONDS, RawSmtp, Talk

ANN = "ann@readers.example"
LARGE = b"Subject: large\r\n\r\n" + (b"x" * 70 + b"\r\n") * 100_000  # beyond what the kernel takes while nobody reads


def to_the_data(talk: Talk, *extensions: str) -> None:
    talk.greet(*extensions)
    for answer in ("250 ok", "250 ok", "354 go on"):
        talk.hear()
        talk.say(answer)


def lost(server: RawSmtp, message: bytes = MESSAGE, **settings) -> ConnectionLostError:
    with connected(server, **settings) as connection, pytest.raises(ConnectionLostError) as caught:
        connection.send(SENDER, ANN, message)
    return caught.value


# Slow


def test_answers_may_come_byte_by_byte() -> None:
    def script(talk: Talk) -> None:
        talk.say_by_bytes("220 raw.example")
        talk.hear()
        talk.say_by_bytes("250-raw.example\r\n250 PIPELINING")
        talk.hear_group()
        for answer in ("250 ok", "250-well\r\n250 ok", "354 go on"):
            talk.say_by_bytes(answer)
        talk.hear_message()
        talk.say_by_bytes("250-2.0.0 it is\r\n250 2.0.0 kept")
        talk.serve()

    with RawSmtp(script) as server, connected(server) as connection:
        assert str(connection.send(SENDER, ANN, MESSAGE)) == "250 2.0.0 it is 2.0.0 kept"


def for_ever(talk: Talk, beginning: bytes, more: bytes) -> None:
    """Never ends its answer, and never falls silent."""
    talk.sock.sendall(beginning)
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        talk.sock.sendall(more)
        time.sleep(0.02)


ENDLESS = {
    "a line": (b"250 ", b"x"),
    "lines": (b"", b"250-x\r\n"),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_an_answer_without_an_end_is_given_up_though_something_always_comes(kind: str) -> None:
    def after_the_message(talk: Talk) -> None:
        to_the_data(talk)
        talk.hear_message()
        for_ever(talk, *ENDLESS[kind])

    began = time.monotonic()
    with RawSmtp(after_the_message) as server:
        error = lost(server, relay_timeout_seconds=0.4)
        assert error.data_offered
        assert time.monotonic() - began < 3


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_greeting_without_an_end_is_given_up(kind: str) -> None:
    began = time.monotonic()
    with RawSmtp(lambda talk: for_ever(talk, *ENDLESS[kind])) as server:
        with pytest.raises(RelayUnavailableError), connected(server, relay_timeout_seconds=0.4):
            pass
        assert time.monotonic() - began < 3


def test_a_server_that_does_not_read_is_given_up_and_has_taken_nothing() -> None:
    def reads_no_more(talk: Talk) -> None:
        to_the_data(talk)
        time.sleep(1)

    with RawSmtp(reads_no_more, receive_buffer=4096) as server:
        error = lost(server, LARGE, relay_timeout_seconds=0.3)
    assert not error.data_offered


def test_a_server_that_reads_a_little_now_and_then_is_given_up_all_the_same() -> None:
    def sips(talk: Talk) -> None:
        to_the_data(talk)
        for _ in range(200):
            if not talk.sock.recv(1000):
                return
            time.sleep(0.01)

    began = time.monotonic()
    with RawSmtp(sips, receive_buffer=4096) as server:
        error = lost(server, LARGE, relay_timeout_seconds=0.5)
        assert time.monotonic() - began < 1.9
    assert not error.data_offered


# Gone


def test_a_relay_that_closes_in_the_middle_of_a_message_has_not_taken_it() -> None:
    def leaves(talk: Talk) -> None:
        to_the_data(talk)
        talk.hear_bytes(10_000)
        talk.reset()

    with RawSmtp(leaves, receive_buffer=4096) as server:
        error = lost(server, LARGE)
    assert not error.data_offered


@pytest.mark.parametrize("answer", ["552 5.3.4 Too big", "421 4.3.0 Disk full"])
def test_what_a_relay_says_before_it_closes_in_the_middle_of_a_message_is_the_answer(answer: str) -> None:
    def says_why(talk: Talk) -> None:
        to_the_data(talk)
        talk.hear_bytes(10_000)
        talk.say(answer)
        talk.reset()

    with RawSmtp(says_why, receive_buffer=4096) as server, connected(server) as connection:
        assert str(connection.send(SENDER, ANN, LARGE)) == answer


@pytest.mark.parametrize("extensions", [(), ("PIPELINING",)])
@pytest.mark.parametrize("way", ["close", "reset", "half an answer"])
def test_a_relay_that_takes_a_message_and_leaves_before_the_answer_may_have_it(extensions, way: str) -> None:
    def leaves(talk: Talk) -> None:
        to_the_data(talk, *extensions)
        talk.hear_message()
        if way == "reset":
            talk.reset()
        elif way == "half an answer":
            talk.sock.sendall(b"250 2.0.0 k")

    with RawSmtp(leaves) as server:
        assert lost(server).data_offered
    assert (len(server.messages), server.connections) == (1, 1)  # and it was not offered again


def test_a_relay_that_hangs_up_while_the_next_message_is_looked_for_costs_nothing() -> None:
    """Its session had come as far as 354 when it lost its patience."""

    def impatient(talk: Talk) -> None:
        to_the_data(talk)
        talk.say("421 4.4.2 Timeout")

    def slowly():
        first, second = offers(2)
        yield first
        while server.connections and not server.heard[-1].startswith("DATA"):
            time.sleep(0.01)
        time.sleep(0.1)
        yield second

    scripts = impatient, lambda talk: talk.greet().serve()
    with RawSmtp(*scripts) as server, connected(server) as connection:
        results = [result for _, result in connection.send_all(slowly())]
    assert [result.code for result in results] == [250, 250]
    assert (len(server.messages), server.connections) == (2, 2)


@pytest.mark.parametrize("at", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("way", ["421 4.3.2 Shutting down", "close"])
def test_a_session_that_ends_with_an_envelope_that_was_sent_ahead_costs_no_message(at: str, way: str) -> None:
    def ends(talk: Talk) -> None:
        talk.greet("PIPELINING")
        talk.hear_group()
        talk.say("250 ok", "250 ok", "354 go on")
        talk.hear_message()
        talk.hear_group()
        before = {"MAIL": [], "RCPT": ["250 ok"], "DATA": ["250 ok", "250 ok"]}[at]
        talk.say("250 kept", *before, *([] if way == "close" else [way]))

    scripts = ends, lambda talk: talk.greet("PIPELINING").serve()
    with RawSmtp(*scripts) as server, connected(server) as connection:
        results = [result for _, result in connection.send_all(offers(3))]
    assert [result.code for result in results] == [250, 250, 250]
    assert (server.messages, server.connections) == ([MESSAGE] * 3, 2)


def test_a_relay_that_takes_one_message_a_connection_is_served() -> None:
    def one_and_out(talk: Talk) -> None:
        talk.greet("PIPELINING")
        talk.hear_group()
        talk.say("250 ok", "250 ok", "354 go on")
        talk.hear_message()
        talk.say("250 kept")

    with RawSmtp(one_and_out) as server, connected(server) as connection:
        results = [result for _, result in connection.send_all(offers(4))]
    assert [result.code for result in results] == [250] * 4
    assert (server.messages, server.connections) == ([MESSAGE] * 4, 4)


def test_a_relay_that_falls_silent_does_not_hold_up_the_end() -> None:
    def silent(talk: Talk) -> None:
        talk.greet()
        talk.hear()
        time.sleep(1)

    with RawSmtp(silent) as server, relay_of(server, relay_timeout_seconds=0.3).connect():
        pass
