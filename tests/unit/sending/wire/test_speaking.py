"""The protocol without a socket: what is said to each thing that is heard, and what becomes of the messages."""

from collections.abc import Sequence

import pytest

from newsletter.sending.connection import Connection, ConnectionLostError, Offer, Result
from newsletter.sending.wire.errors import LineError, SilentError
from newsletter.sending.wire.extensions import Extensions
from newsletter.sending.wire.line import Line
from newsletter.sending.wire.requests import Call, Peek, Read, Write
from newsletter.sending.wire.session import NotLetInError, Session
from newsletter.sending.wire.stream import Stream
from newsletter.sending.wire.trust import Trust

SENDER, MESSAGE = "weekly@newsletter.example", b"Subject: This week\r\n\r\n.Good morning\r\n"
STUFFED = b"Subject: This week\r\n\r\n..Good morning\r\n.\r\n"
YES, GROUP, KEPT = b"250 ok\r\n", b"250 ok\r\n250 ok\r\n354 go on\r\n", b"250 2.0.0 kept\r\n"
CLOSES, SILENCE = LineError("The relay closed the connection."), SilentError()
OFFERED, NOT_OFFERED = "lost, and may have been taken", "lost, and was not taken"
BYTE_BY_BYTE = tuple(bytes([byte]) for byte in GROUP + KEPT)


class FakeStream(Stream):
    """Nothing may touch it but by a request."""

    def __init__(self) -> None:
        self.is_closed = False

    @property
    def is_secure(self) -> bool:
        return False

    def close(self) -> None:
        self.is_closed = True


class Play:
    """A connection whose relay says `lines`, one after another, whenever somebody listens."""

    def __init__(self, lines: Sequence[bytes | Exception], *extensions: str, writes: Exception | None = None) -> None:
        self.lines = list(lines)
        self.extensions = Extensions(frozenset(extensions))
        self.fails_at_content = writes
        self.said: list[bytes] = []
        self.sessions = 0
        self.ends: list[str] = []

    def dial(self) -> Session:
        self.sessions += 1
        session = Session(Line(FakeStream(), 60.0, now=lambda: 0.0), "news.example")
        session.extensions = self.extensions
        return session

    def run(self, messages: int = 1) -> list[str]:
        offers = [Offer.of(SENDER, f"r{number}@readers.example", MESSAGE) for number in range(messages)]
        steps = Connection(self.dial, Trust()).carry(offers, lambda offer: True, self._take_down)
        answer, error = None, None
        try:
            while True:
                request = steps.throw(error) if error else steps.send(answer)
                answer, error = self._answer(request)
        except StopIteration:
            return self.ends

    def _answer(self, request: object) -> tuple[object, Exception | None]:
        match request:
            case Write(_, pieces, 60.0):
                self.said.append(b"".join(pieces))
                fails = self.fails_at_content if STUFFED in self.said[-1] else None
                return None, fails
            case Read(_, 60.0 | 1.0):
                line = self.lines.pop(0)
                return (None, line) if isinstance(line, Exception) else (line, None)
            case Peek():
                return None, None
            case Call(function):
                return function(), None
        raise AssertionError(request)

    def _take_down(self, offer: Offer, result: Result) -> None:
        if isinstance(result, ConnectionLostError):
            self.ends.append(OFFERED if result.data_offered else NOT_OFFERED)
        else:
            self.ends.append(str(result))


# What is heard in a session with PIPELINING, and what became of the one message.
ONE_MESSAGE: dict[str, tuple[Sequence[bytes | Exception], str]] = {
    "all in one packet": ((GROUP, KEPT), "250 2.0.0 kept"),
    "byte by byte": (BYTE_BY_BYTE, "250 2.0.0 kept"),
    "cut in the middle of a code": ((b"250 ok\r\n25", b"0 ok\r\n354 go on\r\n", KEPT), "250 2.0.0 kept"),
    "cut between CR and LF": ((GROUP, b"250 kept\r", b"\n"), "250 kept"),
    "answers of several lines": ((b"250-a\r\n250 b\r\n250 c\r\n354-d\r\n354 e\r\n", KEPT), "250 2.0.0 kept"),
    "several lines in several packets": ((GROUP, b"250-2.0.0 it\r\n", b"250 is\r\n"), "250 2.0.0 it is"),
    "put off": ((GROUP, b"451 4.3.0 later\r\n"), "451 4.3.0 later"),
    "refused": ((GROUP, b"554 5.7.1 no\r\n"), "554 5.7.1 no"),
    "the recipient refused": ((b"250 ok\r\n550 5.1.1 who?\r\n503 5.5.1 for whom?\r\n",), "550 5.1.1 who?"),
    "a relay that closes after it": ((GROUP, b"421 4.3.2 going down\r\n"), "421 4.3.2 going down"),
    "closed before the answer": ((GROUP, CLOSES), OFFERED),
    "closed in the middle of the answer": ((GROUP, b"250 2.0", CLOSES), OFFERED),
    "closed between the lines of the answer": ((GROUP, b"250-2.0.0 a\r\n", CLOSES), OFFERED),
    "silence instead of the answer": ((GROUP, SILENCE), OFFERED),
    "a code that asks for more": ((GROUP, b"354 go on\r\n"), OFFERED),
    "a code of no SMTP": ((GROUP, b"650 odd\r\n"), OFFERED),
    "an answer of two codes": ((GROUP, b"250-a\r\n550 b\r\n"), OFFERED),
    "a positive code that is not 250": ((GROUP, b"252 perhaps\r\n"), "252 perhaps"),
    # As long as a group was never answered in full, all is said once more, command by command, in a new session.
    "closed before 354": ((b"250 ok\r\n250 ok\r\n", CLOSES, YES, YES, b"354 go\r\n", KEPT), "250 2.0.0 kept"),
    "silence before 354": ((b"250 ok\r\n", SILENCE, YES, YES, b"354 go\r\n", KEPT), "250 2.0.0 kept"),
    "closed twice": ((CLOSES, CLOSES), NOT_OFFERED),
    "nonsense twice": ((b"hello\r\n", b"hello\r\n"), NOT_OFFERED),
    "250 to DATA, twice": ((b"250 a\r\n250 b\r\n250 c\r\n", YES, YES, YES), NOT_OFFERED),
}


@pytest.mark.parametrize("name", ONE_MESSAGE)
def test_what_is_heard_decides_what_became_of_a_message(name: str) -> None:
    lines, end = ONE_MESSAGE[name]
    play = Play(lines, "PIPELINING")
    assert play.run() == [end]
    assert play.lines == []


@pytest.mark.parametrize("name", [name for name in ONE_MESSAGE if "twice" not in name and "354" not in name])
def test_a_message_leaves_once_and_only_after_it_was_asked_for(name: str) -> None:
    play = Play(ONE_MESSAGE[name][0], "PIPELINING")
    [end] = play.run()
    content = [said for said in play.said if STUFFED in said]
    assert content == ([] if end == "550 5.1.1 who?" else [STUFFED])
    assert play.sessions == 1


def test_the_next_envelope_leaves_with_the_content_before_it() -> None:
    play = Play([GROUP, KEPT + GROUP, KEPT + GROUP, KEPT], "PIPELINING")
    assert play.run(3) == ["250 2.0.0 kept"] * 3
    envelopes = [
        f"MAIL FROM:<{SENDER}>\r\nRCPT TO:<r{number}@readers.example>\r\nDATA\r\n".encode() for number in range(3)
    ]
    assert play.said == [envelopes[0], STUFFED + envelopes[1], STUFFED + envelopes[2], STUFFED]


def test_without_pipelining_each_command_waits_for_its_answer() -> None:
    play = Play([YES, YES, b"354 go\r\n", KEPT] * 2)
    assert play.run(2) == ["250 2.0.0 kept"] * 2
    assert [said.split(b":")[0] for said in play.said] == [b"MAIL FROM", b"RCPT TO", b"DATA\r\n", b"Subject"] * 2


# Of a write that fails, how much may have left, and whether the message may have been taken.
WRITES = {
    "nothing": (0, NOT_OFFERED),
    "all but a byte": (len(STUFFED) - 1, NOT_OFFERED),
    "all": (len(STUFFED), OFFERED),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_message_is_lost_only_if_its_last_byte_may_have_left(name: str) -> None:
    handed, end = WRITES[name]
    play = Play([GROUP, CLOSES], "PIPELINING", writes=LineError(handed=handed))
    assert play.run() == [end]


def test_what_a_relay_says_as_it_hangs_up_in_the_middle_of_a_message_is_its_answer() -> None:
    play = Play([GROUP, b"552 5.3.4 too big\r\n"], "PIPELINING", writes=LineError(handed=10))
    assert play.run() == ["552 5.3.4 too big"]


# The beginning of a session: what is heard, and what is said.
BEGINNINGS: dict[str, tuple[Sequence[bytes], Sequence[bytes], set[str]]] = {
    "extensions": (
        (b"220 a\r\n", b"250-a\r\n250-SIZE 10\r\n250 PIPELINING\r\n"),
        (b"EHLO news.example\r\n",),
        {"SIZE", "PIPELINING"},
    ),
    "a greeting of several lines": ((b"220-a\r\n220 b\r\n", YES), (b"EHLO news.example\r\n",), set()),
    "a server from before extensions": (
        (b"220 a\r\n", b"502 what?\r\n", b"250 a\r\n"),
        (b"EHLO news.example\r\n", b"HELO news.example\r\n"),
        set(),
    ),
}


def begin(heard: Sequence[bytes]) -> tuple[list[bytes], frozenset[str]]:
    session, said, lines = Session(Line(FakeStream(), 60.0), "news.example"), [], list(heard)
    steps, answer = session.greet(), None
    try:
        while True:
            request = steps.send(answer)
            answer = lines.pop(0) if isinstance(request, Read) else None
            if isinstance(request, Write):
                said.append(b"".join(request.pieces))
    except StopIteration:
        return said, session.extensions.keywords


@pytest.mark.parametrize("name", BEGINNINGS)
def test_a_session_begins_with_a_greeting_and_an_introduction(name: str) -> None:
    heard, said, keywords = BEGINNINGS[name]
    assert begin(heard) == (list(said), keywords)


@pytest.mark.parametrize(
    "heard", [(b"554 no\r\n",), (b"220 a\r\n", b"421 busy\r\n"), (b"220 a\r\n", b"500 a\r\n", b"500 b\r\n")]
)
def test_whoever_does_not_let_us_in_is_left(heard: Sequence[bytes]) -> None:
    with pytest.raises(NotLetInError):
        begin(heard)
