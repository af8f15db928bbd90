"""Beat's only entry: the tick. Everything else that happens in a week is found in the rows."""

from typing import Any


def lifetime(tick_seconds: float) -> float:
    """For how many seconds a ring is worth answering: then the next tick has rung for whatever is still to do."""
    return max(tick_seconds, 10.0)


def schedule(tick_seconds: float) -> dict[str, dict[str, Any]]:
    return {
        "tick": {
            "task": "workers.tasks.tick",
            "schedule": tick_seconds,
            "options": {"expires": lifetime(tick_seconds)},
        }
    }
