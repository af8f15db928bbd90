"""A clock that a test moves."""

from datetime import UTC, datetime, timedelta


class StillClock:
    """Stands at one instant until it is moved."""

    def __init__(self, instant: datetime = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant

    def set(self, instant: datetime) -> None:
        self.instant = instant

    def advance(self, **step: float) -> datetime:
        """Move on by a timedelta given as keywords; returns the new instant."""
        self.instant += timedelta(**step)
        return self.instant
