"""What an evaluation comes to: figures, predictions, and what it cost."""

import hashlib
import resource
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Progress = Callable[[Iterable[Any], str], Iterable[Any]]  # what is gone through, and what to call it


@dataclass
class Report:
    """`figures` as nested plain data; one prediction a line of the file."""

    task: str
    figures: dict[str, Any]
    predictions: list[dict[str, Any]] = field(default_factory=list)
    cost: dict[str, Any] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        return {"task": self.task, **self.figures, "cost": self.cost}


class Meter:
    """Measures the work between its making and `read`: time of the clock, and the most memory the process had."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    def read(self, count: int, of: str) -> dict[str, Any]:
        """For example {"seconds": 1.2, "stories_per_second": 2750.0, "peak_mb": 96.3}."""
        seconds = time.perf_counter() - self._began
        return {
            "seconds": round(seconds, 3),
            f"{of}_per_second": round(count / seconds, 1) if seconds else 0.0,
            "peak_mb": round(peak_bytes() / 1e6, 1),
        }


def peak_bytes() -> int:
    """The most memory that this process ever had; getrusage(2) gives it in kilobytes, and on macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def half_of(key: str) -> str:
    """ "first" or "second": always the same for one key, so that rules made on one half can be checked on the other."""
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
    return "second" if digest[0] & 1 else "first"


def at_once(items: Iterable[Any], _label: str) -> Iterable[Any]:
    """Progress that nobody watches."""
    return items
