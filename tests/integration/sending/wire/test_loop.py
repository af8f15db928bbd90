"""One thread for many connections, whose other ends are in the hands of the test."""

import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from newsletter.sending.wire.errors import LineError, SilentError
from newsletter.sending.wire.loop import Loop
from newsletter.sending.wire.requests import Call, Peek, Read, Sleep, Steps, Write
from newsletter.sending.wire.stream import Stream
from tests.support.waiting import eventually

LARGE = b"x" * 10_000_000  # beyond what the kernel takes while nobody reads


@contextmanager
def pair() -> Iterator[tuple[Stream, socket.socket]]:
    """A stream, and its other end."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = socket.create_connection(server.getsockname())
        theirs, _ = server.accept()
    theirs.settimeout(10)
    stream = Stream(ours)
    try:
        yield stream, theirs
    finally:
        stream.close()
        theirs.close()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(20) as made:
        yield made


def in_a_minute() -> float:
    return time.monotonic() + 60


def starts(pool: ThreadPoolExecutor, loop: Loop, steps: Steps[object]) -> "Future[object]":
    return pool.submit(loop.run, steps, lambda: 0.01)


def echo(stream: Stream, times: int = 1) -> Steps[bytes]:
    heard = b""
    for _ in range(times):
        heard += yield Read(stream, in_a_minute())
        yield Write(stream, [b"<", heard[-1:], b">"], in_a_minute())
    return heard


def test_what_is_heard_is_answered(pool) -> None:
    with pair() as (stream, theirs):
        ends = starts(pool, Loop(), echo(stream, times=2))
        for said in (b"a", b"b"):
            theirs.sendall(said)
            assert theirs.recv(100) == b"<" + said + b">"
        assert ends.result(10) == b"ab"


def test_many_connections_are_served_by_one_thread_whatever_one_of_them_does(pool) -> None:
    loop, names = Loop(), set()

    def named(stream: Stream) -> Steps[bytes]:
        names.add(threading.current_thread())
        return (yield from echo(stream))

    with pair() as (silent, theirs_silent), pair() as (full, theirs_full):
        waiting = starts(pool, loop, echo(silent))

        def writes(stream: Stream) -> Steps[None]:
            yield Write(stream, [LARGE], in_a_minute())

        writing = starts(pool, loop, writes(full))
        for _ in range(12):
            with pair() as (stream, theirs):
                ends = starts(pool, loop, named(stream))
                theirs.sendall(b"a")
                assert theirs.recv(100) == b"<a>"
                assert ends.result(10) == b"a"
        assert not waiting.done()
        assert not writing.done()
        taken = 0
        while taken < len(LARGE):
            taken += len(theirs_full.recv(1 << 20))
        theirs_silent.sendall(b"a")
        writing.result(10)
        waiting.result(10)
    assert len(names) == 1


def test_nothing_leaves_before_what_must_be_written_first(pool) -> None:
    """Marks are in Redis before the letters are at the relay."""
    with pair() as (stream, theirs):
        seen: list[bool] = []

        def nothing_has_left() -> None:
            readable, _, _ = select.select([theirs], [], [], 0)
            seen.append(not readable)

        loop = Loop(nothing_has_left)
        ends = starts(pool, loop, echo(stream))
        theirs.sendall(b"a")
        assert theirs.recv(100) == b"<a>"
        ends.result(10)
        assert seen[0]


def test_where_that_fails_nothing_leaves_and_whoever_would_write_gets_to_know(pool) -> None:
    def fails() -> None:
        raise ZeroDivisionError

    with pair() as (stream, theirs):

        def writes() -> Steps[None]:
            yield Write(stream, [b"a"], in_a_minute())

        with pytest.raises(ZeroDivisionError):
            starts(pool, Loop(fails), writes()).result(10)
        assert select.select([theirs], [], [], 0.05)[0] == []


def test_what_may_wait_is_called_in_the_thread_that_brought_the_steps() -> None:
    def asks() -> Steps[tuple[threading.Thread, threading.Thread]]:
        return threading.current_thread(), (yield Call(threading.current_thread))

    loops, brings = Loop().run(asks(), lambda: 0.01)
    assert brings is threading.current_thread()
    assert loops is not brings


def test_what_it_raises_is_raised_where_it_was_asked_for() -> None:
    def fails() -> None:
        raise KeyError("away")

    def asks() -> Steps[str]:
        try:
            yield Call(fails)
        except KeyError as error:
            return f"caught {error}"
        return "not caught"

    assert Loop().run(asks(), lambda: 0.01) == "caught 'away'"


def test_meanwhile_the_thread_that_brought_the_steps_has_its_own_work() -> None:
    done = []

    def sleeps() -> Steps[None]:
        while len(done) < 3:
            yield Sleep(0.01)

    def works() -> float:
        done.append(threading.current_thread())
        return 0.001

    Loop().run(sleeps(), works)
    assert set(done) == {threading.current_thread()}


def listens(stream: Stream) -> Steps[None]:
    yield Read(stream, time.monotonic() + 0.1)


def speaks(stream: Stream) -> Steps[None]:
    yield Write(stream, [LARGE], time.monotonic() + 0.1)


@pytest.mark.parametrize("steps", [listens, speaks])
def test_every_wait_has_an_end_and_it_is_known_how_much_has_left(steps: Callable[[Stream], Steps[None]]) -> None:
    with pair() as (stream, _), pytest.raises(SilentError) as caught:
        Loop().run(steps(stream), lambda: 0.01)
    assert (0 < caught.value.handed < len(LARGE)) == (steps is speaks)


def test_a_relay_that_leaves_is_noticed(pool) -> None:
    with pair() as (stream, theirs):
        ends = starts(pool, Loop(), echo(stream))
        theirs.close()
        with pytest.raises(LineError):
            ends.result(10)


def test_a_relay_that_leaves_while_nobody_listens_costs_no_time_and_is_seen_when_it_is_listened_to(pool) -> None:
    with pair() as (stream, theirs):

        def naps() -> Steps[object]:
            first = yield Read(stream, in_a_minute())
            theirs.close()
            yield Sleep(0.05)
            began = time.thread_time()
            yield Sleep(0.3)
            spent = time.thread_time() - began
            return first, (yield Peek(stream)), spent < 0.2  # it does not go round and round

        ends = starts(pool, Loop(), naps())
        theirs.sendall(b"a")
        assert ends.result(10) == (b"a", b"", True)


def test_who_is_interrupted_takes_back_what_they_brought() -> None:
    cleaned = threading.Event()

    def listens(stream: Stream) -> Steps[None]:
        try:
            yield Read(stream, in_a_minute())
        finally:
            cleaned.set()

    def interrupts() -> float:
        raise KeyboardInterrupt

    with pair() as (stream, _), pytest.raises(KeyboardInterrupt):
        Loop().run(listens(stream), interrupts)
    assert cleaned.is_set()


def test_its_thread_ends_with_its_work_and_begins_with_it_anew() -> None:
    def nothing() -> Steps[str]:
        yield Sleep(0)
        return threading.current_thread().name

    loop = Loop()
    for _ in range(3):
        assert loop.run(nothing(), lambda: 0.01) == "loop"
        eventually(lambda: "loop" not in {thread.name for thread in threading.enumerate()})
