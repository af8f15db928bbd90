"""Drives the protocol in a thread that waits for each answer: to open and close a session, and for single mails."""

import select
import time
from collections.abc import Generator
from typing import Any, TypeVar

from newsletter.sending.wire.errors import LineError, SilentError
from newsletter.sending.wire.requests import Call, Peek, Read, Request, Sleep, Steps, Write
from newsletter.sending.wire.stream import Stream

Result = TypeVar("Result")

UNREAD = "The relay did not take what was sent in time."
HUNG_UP = "The relay closed the connection."


def drive(steps: Steps[Result]) -> Result:
    """Do all that `steps` ask for; what they return. Raises what they raise."""
    driven = driven_step_by_step(steps)
    while True:
        try:
            next(driven)
        except StopIteration as end:
            result: Result = end.value
            return result


def driven_step_by_step(steps: Steps[Result]) -> Generator[None, None, Result]:
    """The same, with a stop before each request. Whoever leaves it there has the steps clean up."""
    try:
        request = next(steps)
        while True:
            yield
            try:
                answer = _answer(request)
            except Exception as error:
                request = steps.throw(error)
            else:
                request = steps.send(answer)
    except StopIteration as end:
        result: Result = end.value
        return result
    finally:
        steps.close()


def _answer(request: Request) -> Any:
    match request:
        case Write(stream, pieces, deadline):
            stream.begin(pieces)
            while not stream.push():
                if not _is_ready(stream, deadline):
                    raise SilentError(UNREAD, handed=stream.handed)
        case Read(stream, deadline):
            return _read(stream, deadline)
        case Peek(stream):
            return stream.receive()
        case Sleep(seconds):
            time.sleep(seconds)
        case Call(function):
            return function()
    return None


def _read(stream: Stream, deadline: float) -> bytes:
    while (data := stream.receive()) is None:
        if not _is_ready(stream, deadline):
            raise SilentError
    if not data:
        raise LineError(HUNG_UP)
    return data


def _is_ready(stream: Stream, deadline: float) -> bool:
    """Wait until the next call can go on, or fails at once. False: it is too late."""
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        return False
    poll = select.poll()
    poll.register(stream, stream.waits_for)
    return bool(poll.poll(remaining * 1000))
