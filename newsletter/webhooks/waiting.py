"""When a call that was not answered is made again: soon at first, then ever later, for three days. Pure."""

from datetime import timedelta

# What comes after the first attempt, the second, ...; about as Standard Webhooks proposes.
WAITS = (
    timedelta(seconds=30),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)


def wait_after(attempts: int, share: float) -> timedelta | None:
    """After so many attempts; None: it is given up. `share`, from 0 to 1, adds up to a tenth.

    So a server that comes back is not called by all at once.
    """
    return None if attempts > len(WAITS) else WAITS[attempts - 1] * (1 + 0.1 * share)
