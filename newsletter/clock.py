"""The only source of the time: every instant is an aware datetime in UTC; local time exists at the edges alone."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from newsletter.errors import SettingsError


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant: aware, in UTC."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class FileClock:
    """A clock that stands still at the instant written in a file, for rehearsals and the demonstration.

    All processes of a service read the same file, so that a whole week can go by in seconds.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def now(self) -> datetime:
        try:
            instant = datetime.fromisoformat(self.path.read_text().strip())
        except (OSError, ValueError) as error:
            raise SettingsError(
                f"The clock file {self.path} must hold one instant such as 2026-05-15T12:00:00+00:00."
            ) from error
        if instant.tzinfo is None:
            raise SettingsError(f"The instant in the clock file {self.path} needs an offset, such as +00:00.")
        return instant.astimezone(UTC)

    def set(self, instant: datetime) -> None:
        """Move the clock; a reader in another process sees the old or the new instant, never half of one."""
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=self.path.name)
        with os.fdopen(handle, "w") as file:
            file.write(instant.astimezone(UTC).isoformat())
        Path(name).replace(self.path)
