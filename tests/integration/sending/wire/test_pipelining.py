"""What leaves together, and servers that offer PIPELINING and do not mean it."""

import pytest

from newsletter.sending.connection import ConnectionLostError, Offer, Reply, Sleep
from newsletter.sending.mailboxes import UnmailableAddressError
from tests.integration.sending.wire.conftest import MESSAGE, SENDER, connected, offers, relay_of
from tests.support.raw_smtp import GoneError, RawSmtp, Talk


def readers(*numbers: int) -> list[str]:
    return [f"reader{number}@readers.example" for number in numbers]


def accepted(results) -> list[bool]:
    return [isinstance(result, Reply) and result.is_accepted for _, result in results]


# One round trip a message


def only_in_groups(talk: Talk) -> None:
    """Answers nothing before it has heard the content together with the next envelope."""
    talk.greet("PIPELINING")
    talk.hear_group()
    talk.say("250 ok", "250 ok", "354 go on")
    for _ in range(2):
        talk.hear_message()
        talk.hear_group()
        talk.say("250 kept", "250 ok", "250 ok", "354 go on")
    talk.hear_message()
    talk.say("250 kept")
    talk.serve()


def test_the_next_envelope_leaves_with_the_content_before_it() -> None:
    with RawSmtp(only_in_groups) as server, connected(server) as connection:
        results = list(connection.send_all(offers(3)))
    assert [offer.recipient for offer, _ in results] == server.recipients == readers(0, 1, 2)
    assert accepted(results) == [True] * 3
    assert server.messages == [MESSAGE] * 3
    assert (server.connections, server.heard[-1]) == (1, "QUIT")


def step_by_step(talk: Talk) -> None:
    """A server that must not be told anything before it has answered."""
    talk.greet()

    def nothing_came_along(talk: Talk, line: str) -> bool:
        assert talk.rest == b""
        return False

    talk.serve(nothing_came_along)


def test_without_the_offer_each_command_waits_for_its_answer() -> None:
    with RawSmtp(step_by_step) as server, connected(server) as connection:
        assert accepted(connection.send_all(offers(3))) == [True] * 3
    assert (len(server.messages), server.connections) == (3, 1)


def test_two_offers_are_asked_for_ahead_of_the_one_that_leaves_and_never_more() -> None:
    asked: list[int] = []

    def lazily():
        for number, offer in enumerate(offers(4)):
            asked.append(number)
            yield offer

    with RawSmtp(lambda talk: talk.greet("PIPELINING").serve()) as server, connected(server) as connection:
        seen = [(asked[-1], len(server.messages)) for _ in connection.send_all(lazily())]
    assert seen == [(2, 1), (3, 2), (3, 3), (3, 4)]


def test_while_none_may_leave_the_one_in_hand_does_not_wait() -> None:
    messages = []

    def slowly():
        for offer in offers(2):
            yield Sleep(0.001)
            messages.append(len(server.messages))
            yield offer

    with RawSmtp(lambda talk: talk.greet("PIPELINING").serve()) as server, connected(server) as connection:
        assert accepted(connection.send_all(slowly())) == [True, True]
    assert messages == [0, 1]


# Partial success


def refuses(kind: str, *numbers: int):
    """A pipelining server that refuses those readers at MAIL or RCPT."""

    def script(talk: Talk) -> None:
        talk.greet("PIPELINING")
        for number in range(4):
            if any(line == "RSET" for line in [talk.hear()]):
                talk.say("250 reset")
                talk.hear()
            talk.hear(), talk.hear()
            if number in numbers:
                answers = ["550 5.1.1 no", "503 5.5.1 who?"] if kind == "MAIL" else ["250 ok", "550 5.1.1 no"]
                talk.say(*answers, "503 5.5.1 to whom?")
            else:
                talk.say("250 ok", "250 ok", "354 go on")
                talk.hear_message()
                talk.say("250 kept")
        talk.serve()

    return script


@pytest.mark.parametrize("kind", ["MAIL", "RCPT"])
@pytest.mark.parametrize("refused", [(0,), (1,), (3,), (1, 2), (0, 1, 2, 3)])
def test_a_refused_envelope_costs_only_its_own_message(kind: str, refused: tuple[int, ...]) -> None:
    with RawSmtp(refuses(kind, *refused)) as server, connected(server) as connection:
        results = list(connection.send_all(offers(4)))
    assert [offer.recipient for offer, _ in results] == readers(0, 1, 2, 3)
    assert accepted(results) == [number not in refused for number in range(4)]
    assert all(str(results[number][1]) == "550 5.1.1 no" for number in refused)
    assert (len(server.messages), server.connections) == (4 - len(refused), 1)


@pytest.mark.parametrize(
    "answers", [("550 5.7.1 no", "250 ok"), ("250 ok", "550 5.1.1 no"), ("250 ok", "452 4.2.2 full")]
)
def test_a_server_that_would_take_a_message_for_nobody_is_not_given_one(answers: tuple[str, str]) -> None:
    def asks_for_it_all_the_same(talk: Talk) -> None:
        talk.greet("PIPELINING")
        talk.hear_group()
        talk.say(*answers, "354 go on")
        assert talk.hears_no_more()

    scripts = asks_for_it_all_the_same, lambda talk: talk.greet("PIPELINING").serve()
    with RawSmtp(*scripts) as server, connected(server) as connection:
        (_, refused), (_, reply) = connection.send_all(offers(2))
    assert str(refused) in answers
    assert reply.is_accepted
    assert server.messages == [MESSAGE]


@pytest.mark.parametrize("answer", ["451 4.3.0 later", "554 5.6.0 no", "250 kept"])
def test_the_next_envelope_stands_whatever_the_answer_to_the_content_before_it(answer: str) -> None:
    def script(talk: Talk) -> None:
        talk.greet("PIPELINING")
        talk.hear_group()
        talk.say("250 ok", "250 ok", "354 go on")
        talk.hear_message()
        talk.hear_group()
        talk.say(answer, "250 ok", "250 ok", "354 go on")
        talk.hear_message()
        talk.say("250 kept").serve()

    with RawSmtp(script) as server, connected(server) as connection:
        results = [str(result) for _, result in connection.send_all(offers(2))]
    assert results == [answer, "250 kept"]
    assert server.connections == 1


def test_an_address_that_cannot_be_said_is_not_said_ahead_either() -> None:
    hostile = Offer.of(SENDER, "a@b\r\nRCPT TO:<eve@evil.example>", MESSAGE)
    first, last = offers(2)
    with RawSmtp(lambda talk: talk.greet("PIPELINING").serve()) as server, connected(server) as connection:
        results = list(connection.send_all([first, hostile, last]))
    assert isinstance(results[1][1], UnmailableAddressError)
    assert server.recipients == readers(0, 1)
    assert (len(server.messages), server.connections) == (2, 1)


# Keeping back


def test_a_message_that_may_not_leave_after_all_leaves_no_byte() -> None:
    with RawSmtp(lambda talk: talk.greet("PIPELINING").serve()) as server, connected(server) as connection:
        results = list(connection.send_all(offers(3), lambda offer: "reader1" not in offer.recipient))
    assert [result if result is None else result.code for _, result in results] == [250, None, 250]
    assert len(server.messages) == 2


def test_whoever_stops_keeps_back_what_was_only_announced() -> None:
    with RawSmtp(lambda talk: talk.greet("PIPELINING").serve()) as server, connected(server) as connection:
        for _ in connection.send_all(offers(3)):
            break
        assert connection.send(SENDER, "last@readers.example", MESSAGE).is_accepted
    assert server.recipients == [*readers(0, 1), "last@readers.example"]
    assert (len(server.messages), server.connections) == (2, 2)


def test_a_failure_of_the_caller_leaves_no_message_half_said() -> None:
    def fails(offer: Offer) -> bool:
        raise ZeroDivisionError

    with RawSmtp(lambda talk: talk.greet("PIPELINING").serve()) as server, connected(server) as connection:
        with pytest.raises(ZeroDivisionError):
            list(connection.send_all(offers(2), fails))
        assert connection.send(SENDER, "last@readers.example", MESSAGE).is_accepted
    assert len(server.messages) == 1


# Offered, and not true


def deaf_to_company(talk: Talk) -> None:
    """Answers a command and forgets whatever came along with it."""
    talk.greet("PIPELINING")

    def forgets(talk: Talk, line: str) -> bool:
        talk.forget_what_came_along()
        return False

    talk.serve(forgets)


def deaf_after_a_message(talk: Talk) -> None:
    """Takes a group of commands, and forgets what comes along with the end of a message."""
    talk.greet("PIPELINING")

    def forgets(talk: Talk, line: str) -> bool:
        if line != "DATA":
            return False
        talk.say("354 go on")
        talk.hear_message()
        talk.forget_what_came_along()
        talk.say("250 kept")
        return True

    talk.serve(forgets)


def complains(answer: str):
    def script(talk: Talk) -> None:
        """Says that it will not have that, and closes."""
        talk.greet("PIPELINING")

        def notices(talk: Talk, line: str) -> bool:
            if talk.rest and line.startswith("MAIL"):
                talk.say(answer)
                talk.forget_what_came_along()
                return True
            return False

        talk.serve(notices)

    return script


def hangs_up(talk: Talk) -> None:
    talk.greet("PIPELINING")

    def notices(talk: Talk, line: str) -> bool:
        if talk.rest and line.startswith("MAIL"):
            talk.reset()
            raise GoneError
        return False

    talk.serve(notices)


@pytest.mark.parametrize(
    "script",
    [
        deaf_to_company,
        deaf_after_a_message,
        complains("503 5.5.1 Bad sequence of commands"),
        complains("554 5.5.0 SMTP synchronization error"),
        complains("500 what?"),
        complains("550 Pipelining is not allowed"),
        hangs_up,
    ],
    ids=["deaf", "deaf after a message", "503", "554", "500", "550", "hangs up"],
)
def test_a_server_that_only_offers_it_gets_each_message_once_and_command_by_command(script) -> None:
    with RawSmtp(script) as server, connected(server, relay_timeout_seconds=0.3) as connection:
        assert accepted(connection.send_all(offers(4))) == [True] * 4
        assert accepted(connection.send_all(offers(4))) == [True] * 4
    assert server.messages == [MESSAGE] * 8
    assert server.connections == 2  # it was believed once


def test_other_connections_to_that_server_do_not_believe_it_either() -> None:
    with RawSmtp(deaf_to_company) as server:
        relay = relay_of(server, relay_timeout_seconds=0.3)
        for _ in range(2):
            with relay.connect() as connection:
                assert accepted(connection.send_all(offers(2))) == [True, True]
    assert server.connections == 3


def test_a_refusal_of_one_reader_does_not_make_the_offer_untrue() -> None:
    def script(talk: Talk) -> None:
        talk.greet("PIPELINING")
        talk.hear_group()
        talk.say("250 ok", "550 5.1.1 No such user", "503 5.5.1 to whom?")
        assert talk.hear() == "RSET"
        talk.hear_group()
        talk.say("250 reset", "250 ok", "250 ok", "354 go on")
        talk.hear_message()
        talk.say("250 kept").serve()

    with RawSmtp(script) as server, connected(server) as connection:
        assert accepted(connection.send_all(offers(2))) == [False, True]
    assert server.connections == 1


# Speaking out of turn


def test_a_server_that_says_more_than_it_was_asked_is_given_no_message() -> None:
    def script(talk: Talk) -> None:
        talk.greet("PIPELINING")
        talk.hear_group()
        talk.say("250 ok", "250 ok", "354 go on", "250 kept, whatever it was")
        assert talk.hears_no_more()

    with RawSmtp(script) as server, connected(server) as connection:
        with pytest.raises(ConnectionLostError) as caught:
            connection.send(SENDER, "reader0@readers.example", MESSAGE)
        assert not caught.value.data_offered
    assert server.messages == []
