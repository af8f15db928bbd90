"""One thread that drives the protocol on all connections of a process, and never waits for one of them.

With a thread for each connection, threads spend more time on getting Python's lock back after each call to the kernel
than on letters. Here the threads that brought letters do what may wait (the database, dialling) while this one does
what must not. It goes in turns: it gives each connection what has come for it, lets each say what it has to say next,
and before anything of that leaves, has all the marks that belong to it written at once.
"""

import selectors
import socket
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from heapq import heappop, heappush
from select import POLLIN
from threading import Event, Lock, Thread
from typing import Any, TypeVar

import structlog

from newsletter.sending.wire.driving import HUNG_UP, UNREAD
from newsletter.sending.wire.errors import LineError, SilentError
from newsletter.sending.wire.requests import Call, Peek, Read, Request, Sleep, Steps, Write
from newsletter.sending.wire.stream import Stream

Result = TypeVar("Result")

_LOOK_SECONDS = 0.05  # between two looks for connections whose time is over
_NEAR_SECONDS = 0.0005  # whoever answers within that is waited for awake

log = structlog.get_logger(__name__)


class Lane:
    """The steps of one connection on their way through the loop."""

    def __init__(self, steps: Steps[Any]) -> None:
        self.steps = steps
        self.request: Request | None = None  # what they wait for
        self.watched: Stream | None = None
        self.watched_for = 0
        self.bell = Event()  # for the thread that brought it: it has ended, or something is to be called
        self.call: Callable[[], Any] | None = None
        self.is_done = False
        self.result: Any = None
        self.error: BaseException | None = None


class Loop:
    """`before_writing` is called each turn before anything leaves; whoever would write gets what it raises."""

    def __init__(self, before_writing: Callable[[], None] = lambda: None) -> None:
        self._before_writing = before_writing
        self._lock = Lock()
        self._is_running = False
        self._inbox: deque[Callable[[], None]] = deque()  # from other threads
        self._selector: selectors.BaseSelector  # these three only while it runs
        self._waker: socket.socket
        self._wakened: socket.socket
        self._lanes: set[Lane] = set()
        self._writing: list[Lane] = []  # whose turn it is to write
        self._sleeping: list[tuple[float, int, Lane]] = []
        self._look_at = 0.0
        self._was_answered_at_once = False

    def run(self, steps: Steps[Result], meanwhile: Callable[[], float]) -> Result:
        """Have `steps` driven by the loop; what they return or raise.

        Meanwhile this thread calls what they ask to have called, and after that, and whenever as many seconds are over
        as it said last, `meanwhile`.
        """
        lane = Lane(steps)
        self._post(partial(self._enter, lane))
        try:
            while not lane.is_done:
                lane.bell.wait(meanwhile())
                lane.bell.clear()
                if lane.call is not None:
                    self._call(lane, lane.call)
        except BaseException as error:
            self._post(partial(self._interrupt, lane, error))
            lane.bell.clear()
            while not lane.is_done:
                lane.bell.wait(1.0)
            raise
        if lane.error is not None:
            raise lane.error
        result: Result = lane.result
        return result

    # In the threads that bring lanes

    def _call(self, lane: Lane, function: Callable[[], Any]) -> None:
        lane.call = None
        try:
            answer = function()
        except Exception as error:
            self._post(partial(self._go_on, lane, error=error))
        else:
            self._post(partial(self._go_on, lane, answer))

    def _post(self, message: Callable[[], None]) -> None:
        with self._lock:
            self._inbox.append(message)
            if self._is_running:
                self._wake()
                return
            self._open()
            self._is_running = True
        Thread(target=self._main, name="loop", daemon=True).start()

    def _wake(self) -> None:
        try:
            self._waker.send(b"\0")
        except BlockingIOError:  # it has been woken often enough
            return

    # In the loop's own thread

    def _main(self) -> None:
        while True:
            try:
                self._turn()
            except BaseException as error:
                log.exception("the loop failed")
                self._fail_all(error)
            with self._lock:
                if not self._lanes and not self._inbox:
                    self._is_running = False
                    self._close()
                    return

    def _turn(self) -> None:
        for key, _ in self._selected():
            if key.data is None:
                self._wakened.recv(4096)
            else:
                self._ready(key.data)
        while self._inbox:
            self._inbox.popleft()()
        now = time.monotonic()
        while self._sleeping and self._sleeping[0][0] <= now:
            self._wake_up(heappop(self._sleeping)[2])
        if now >= self._look_at:
            self._end_waits(now)
        self._write()

    def _selected(self) -> list[tuple[selectors.SelectorKey, int]]:
        """What has come.

        To be woken up takes a thread about as long as a relay nearby takes to answer. So where one connection is all
        there is, and was answered at once before, its answer is waited for without falling asleep, for a moment.
        """
        began_at = time.monotonic()
        found: list[tuple[selectors.SelectorKey, int]] = []
        if self._was_answered_at_once and self._waits_for_one_answer():
            while not found and time.monotonic() - began_at < _NEAR_SECONDS:
                found = self._selector.select(0)
        found = found or self._selector.select(self._patience())
        self._was_answered_at_once = bool(found) and time.monotonic() - began_at < _NEAR_SECONDS
        return found

    def _waits_for_one_answer(self) -> bool:
        return len(self._lanes) == 1 and all(type(lane.request) is Read for lane in self._lanes)

    def _patience(self) -> float | None:
        if self._inbox:
            return 0.0
        if not self._lanes:
            return None
        until = min(self._sleeping[0][0], self._look_at) if self._sleeping else self._look_at
        return max(0.0, until - time.monotonic())

    def _enter(self, lane: Lane) -> None:
        self._lanes.add(lane)
        self._go_on(lane)

    def _go_on(self, lane: Lane, answer: Any = None, error: BaseException | None = None) -> None:
        """Give the steps their answer, and take their next request."""
        while not lane.is_done:
            try:
                request = lane.steps.send(answer) if error is None else lane.steps.throw(error)
            except StopIteration as end:
                return self._end(lane, result=end.value)
            except BaseException as raised:
                return self._end(lane, error=raised)
            lane.request, answer, error = request, None, None
            try:  # by the type, the most frequent first: a `match` would take as long as all the rest
                if type(request) is Read:
                    if not request.stream.has_more:
                        return self._watch(lane, request.stream, selectors.EVENT_READ)
                    answer = self._received(request.stream)
                elif type(request) is Write:
                    request.stream.begin(request.pieces)
                    return self._writing.append(lane)
                elif type(request) is Peek:
                    answer = request.stream.receive()
                elif type(request) is Call:
                    lane.call = request.function
                    return lane.bell.set()
                elif type(request) is Sleep:
                    return heappush(self._sleeping, (time.monotonic() + request.seconds, id(lane), lane))
            except LineError as raised:
                error = raised
        return None

    def _ready(self, lane: Lane) -> None:
        """Something has come for it, or the kernel takes more of what it writes."""
        request = lane.request
        try:
            if isinstance(request, Read):
                if (data := self._received(request.stream)) is None:
                    self._watch(lane, request.stream)
                else:
                    self._go_on(lane, data)
            elif isinstance(request, Write):
                self._push(lane, request.stream)
            else:  # it speaks, or leaves, while nobody listens: that is seen when it is listened to
                self._unwatch(lane)
        except LineError as error:
            self._go_on(lane, error=error)

    def _received(self, stream: Stream) -> bytes | None:
        if (data := stream.receive()) == b"":
            raise LineError(HUNG_UP)
        return data

    def _write(self) -> None:
        """Let leave what has been said in this turn, once its marks have been written."""
        while True:
            try:
                self._before_writing()
            except Exception as error:
                return self._keep_back(error)
            if not self._writing:
                return None
            writing, self._writing = self._writing, []
            for lane in writing:
                if not lane.is_done and isinstance(lane.request, Write):
                    try:
                        self._push(lane, lane.request.stream)
                    except LineError as error:
                        self._go_on(lane, error=error)

    def _push(self, lane: Lane, stream: Stream) -> None:
        if stream.push():
            self._go_on(lane)
        else:
            self._watch(lane, stream)

    def _end_waits(self, now: float) -> None:
        self._look_at = now + _LOOK_SECONDS
        for lane in list(self._lanes):
            match lane.request:
                case Read(_, deadline) if deadline < now:
                    self._go_on(lane, error=SilentError())
                case Write(stream, _, deadline) if deadline < now:
                    self._go_on(lane, error=SilentError(UNREAD, handed=stream.handed))

    def _wake_up(self, lane: Lane) -> None:
        if isinstance(lane.request, Sleep):
            self._go_on(lane)

    def _interrupt(self, lane: Lane, error: BaseException) -> None:
        """Whatever it waits for."""
        self._lanes.add(lane)
        self._go_on(lane, error=error)

    def _keep_back(self, error: BaseException) -> None:
        """Nothing of what was to be written has left."""
        writing, self._writing = self._writing, []
        for lane in writing:
            self._go_on(lane, error=error)

    def _fail_all(self, error: BaseException) -> None:
        self._writing = []
        for lane in list(self._lanes):
            self._go_on(lane, error=error)

    def _end(self, lane: Lane, *, result: Any = None, error: BaseException | None = None) -> None:
        self._unwatch(lane)
        self._lanes.discard(lane)
        lane.result, lane.error, lane.is_done = result, error, True
        lane.bell.set()

    def _watch(self, lane: Lane, stream: Stream, events: int | None = None) -> None:
        """Until it is ready for `events`, or for what its last call could not go on without."""
        if events is None:
            events = selectors.EVENT_READ if stream.waits_for == POLLIN else selectors.EVENT_WRITE
        if lane.watched is stream:
            if lane.watched_for != events:
                self._selector.modify(stream, events, lane)
        else:
            self._unwatch(lane)
            self._selector.register(stream, events, lane)
            stream.on_close = lambda: self._unwatch(lane)
        lane.watched, lane.watched_for = stream, events

    def _unwatch(self, lane: Lane) -> None:
        if lane.watched is not None:
            self._selector.unregister(lane.watched)
            lane.watched.on_close = None
            lane.watched = None

    def _open(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._waker, self._wakened = socket.socketpair()
        self._waker.setblocking(False)
        self._selector.register(self._wakened, selectors.EVENT_READ)

    def _close(self) -> None:
        self._selector.close()
        self._waker.close()
        self._wakened.close()
