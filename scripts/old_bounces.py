"""Judge the samples in flufl.bounce's sources: real bounces of many old mail servers, with
people's addresses, which is why they are fetched when they are looked at and not kept here.

    make check-bounces

It prints JSON: how many there are, how many are told to be bounces, of how many the address is found that
flufl.bounce finds, and by name each that comes to something else. Ends with 1 where
more do than have a reason below.
"""

import json
import subprocess
import sys
import tarfile
import tempfile
from email import message_from_bytes
from pathlib import Path

from flufl.bounce import all_failures

from newsletter.feedback.mime import read_mail
from newsletter.feedback.verdicts import Kind, judge

NO_BOUNCES = 2  # of them, one is a person's mail and one an answering machine's


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="bounces-") as folder:
        samples = sorted(fetched(Path(folder)).glob("*/tests/data/*.txt"))
        found = {path.stem: told(path.read_bytes()) for path in samples}
    others = {name: said for name, said in found.items() if said}
    no_bounces = sum(said.startswith("is ") for said in others.values())
    counts = {"samples": len(found), "bounces": len(found) - no_bounces, "same_address": len(found) - len(others)}
    sys.stdout.write(json.dumps(counts | {"others": others}, indent=2) + "\n")
    return int(not found or len(others) > NO_BOUNCES)


def fetched(folder: Path) -> Path:
    """Where the sources lie, unpacked."""
    wanted = ("--quiet", "--no-deps", "--no-binary", ":all:", "--dest", str(folder), "flufl.bounce")
    subprocess.run([sys.executable, "-m", "pip", "download", *wanted], check=True)  # noqa: S603 - all of it stands here
    [archive] = folder.glob("*.tar.gz")
    with tarfile.open(archive) as sources:
        sources.extractall(folder, filter="data")
    return folder


def told(source: bytes) -> str:
    """Empty where it is a bounce with the address that flufl.bounce finds, if it finds any; else what it is."""
    verdict = judge(read_mail(source))
    if verdict.kind is not Kind.BOUNCE:
        return f"is {verdict.kind}"
    for_now, for_good = all_failures(message_from_bytes(source))
    known = {address.decode("utf-8", "replace").lower() for address in (*for_now, *for_good)}
    return "" if not known or verdict.address.lower() in known else "names another address"


if __name__ == "__main__":
    sys.exit(main())
