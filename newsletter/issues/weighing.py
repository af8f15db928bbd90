"""Which weights a region's issues are picked with: those of its file in the folder of weights, if there is one.

The folder is a setting; `bootstrap` hands it to every session of the service as `session.info["weights"]`.
"""

from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from newsletter.errors import SettingsError
from newsletter.picking.weights import USUAL, Weights, parse
from newsletter.regions.catalogue import catalogue

FOR_ALL = "default.toml"  # what holds for regions without a file of their own, and for what theirs leaves out
KEY = "weights"  # of session.info
_LARGEST = 100_000  # bytes

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WeightsFolder:
    """A folder of weights files: `default.toml`, `MX.toml`; None: everything is as usual."""

    path: Path | None

    def of(self, code: str) -> tuple[Weights, list[Path]]:
        """The weights of a region, and the files that they come from. Raises SettingsError."""
        weights, read = USUAL, []
        for file in self.files(code):
            weights = read_weights(file, weights)
            read.append(file)
        return weights, read

    def check(self) -> None:
        """Raises SettingsError for a file that can't be used, or whose name is no region."""
        if self.path is None:
            return
        self.files("")  # whether the folder is there
        for file in sorted(self.path.glob("*.toml")):
            if file.name != FOR_ALL and file.stem not in catalogue():
                raise SettingsError(f"{file}: there is no region {file.stem!r}; name it like MX.toml or {FOR_ALL}.")
            read_weights(file)

    def files(self, code: str) -> list[Path]:
        """The files that there are for a region, the more general one first. Raises SettingsError."""
        if self.path is None:
            return []
        if not self.path.is_dir():
            raise SettingsError(f"The folder of weights {self.path} is not there.")
        return [file for name in (FOR_ALL, f"{code}.toml") if (file := self.path / name).is_file()]


def read_weights(file: Path, usual: Weights = USUAL) -> Weights:
    """The weights of one file. Raises SettingsError."""
    try:
        with file.open("rb") as opened:
            body = opened.read(_LARGEST + 1)
        if len(body) > _LARGEST:
            raise SettingsError(f"{file} is larger than {_LARGEST:,} bytes.")
        return parse(body.decode("utf-8-sig"), str(file), usual)
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} is not in UTF-8.") from error


@dataclass(frozen=True, slots=True)
class Weighed:
    """The weights to pick with, and what the editors must know of them."""

    weights: Weights
    note: str | None = None


def weights_of(session: Session, code: str) -> Weighed:
    """The region's weights. A file that can't be used must not cost the readers their letter: then all is as usual."""
    folder: WeightsFolder = session.info.get(KEY, WeightsFolder(None))
    try:
        return Weighed(folder.of(code)[0])
    except SettingsError as error:
        log.warning("weights not used", region=code, reason=str(error))
        return Weighed(USUAL, f"Picked with the usual weights. {error}")
