"""Disks that get full: a file system of a few megabytes where we may mount one, else a limit on how far files grow."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

_MEGABYTES = 24


class Disk(Protocol):
    def fill(self, *process_ids: int) -> None:
        """From now on these processes write nothing that makes a file longer."""

    def free(self, *process_ids: int) -> None:
        """There is room again."""


class SmallDisk:
    """A file system in memory; for root. What is written to a full one fails with ENOSPC."""

    def __init__(self, folder: Path) -> None:
        self._filler = folder / "filler"

    def fill(self, *process_ids: int) -> None:
        with self._filler.open("wb", buffering=0) as file:
            try:
                while file.write(b"\0" * 4096):
                    pass
            except OSError:
                return

    def free(self, *process_ids: int) -> None:
        self._filler.unlink()


class ShortFiles:
    """A limit on the length of files (RLIMIT_FSIZE), for anyone. What goes beyond fails with EFBIG."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fill(self, *process_ids: int) -> None:
        longest = max(path.stat().st_size for path in self._folder.glob("*-wal"))
        for process_id in process_ids:
            _, most = resource.prlimit(process_id, resource.RLIMIT_FSIZE)
            resource.prlimit(process_id, resource.RLIMIT_FSIZE, (longest, most))

    def free(self, *process_ids: int) -> None:
        for process_id in process_ids:
            _, most = resource.prlimit(process_id, resource.RLIMIT_FSIZE)
            resource.prlimit(process_id, resource.RLIMIT_FSIZE, (most, most))


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk | None]:
    """Mounted on the folder; None where we may not do that."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_MEGABYTES}m", "tmpfs", str(folder)]
    try:
        is_mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0
    except FileNotFoundError:
        is_mounted = False
    try:
        yield SmallDisk(folder) if is_mounted else None
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
