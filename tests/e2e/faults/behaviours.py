"""How a relay may misbehave, each by the name that the suite's rows have."""

import threading
import time
from collections.abc import Callable

from tests.e2e.faults.relay import Behaviour, HangUp, Visit


def refuses(reply: str, *, of_ten: range = range(10)) -> Behaviour:
    """Says `reply` to those whose number ends in one of these digits."""

    def answer(step: str, visit: Visit) -> str | None:
        digit = int(visit.recipient.partition("@")[0][-1]) if step == "RCPT" else -1
        return reply if digit in of_ten else None

    return answer


def greylists() -> Behaviour:
    """Takes nobody's message the first time."""
    seen: set[str] = set()

    def answer(step: str, visit: Visit) -> str | None:
        if step != "RCPT" or visit.recipient in seen:
            return None
        seen.add(visit.recipient)
        return "451 4.7.1 Greylisted, come back later"

    return answer


def every(number: int, at: str, act: Callable[[Visit], str | None], *, times: int = 3) -> Behaviour:
    """Acts each `number`th time that a message comes to the step `at`, so many times in all."""
    lock, counted = threading.Lock(), [0]

    def answer(step: str, visit: Visit) -> str | None:
        if step != at:
            return None
        with lock:
            counted[0] += 1
            is_due = counted[0] % number == 0 and counted[0] <= number * times
        return act(visit) if is_due else None

    return answer


def once(number: int, at: str, act: Callable[[Visit], object], *, seconds_later: float = 0.0) -> Behaviour:
    """Acts when the `number`th message comes to the step `at`, or so much later, and goes on as usual."""

    def act_later(visit: Visit) -> None:
        time.sleep(seconds_later)  # not for anything: to hit another moment
        act(visit)

    return every(number, at, act_later, times=1)


def says_421(_: Visit) -> str:
    return "421 4.3.2 Closing for a moment"


def hangs_up(_: Visit) -> None:
    raise HangUp


def hangs_up_within(visit: Visit) -> None:
    """After some bytes of the message."""
    visit.hear_bytes(300)
    raise HangUp


def hangs(visit: Visit) -> str:
    return visit.stay_silent()
