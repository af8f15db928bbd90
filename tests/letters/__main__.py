"""`make check-letters`: every letter of the set, every other mail, and all that is installed here to look at them.

Says what it skipped. Of the other mails the browser looks at the Arabic ones, and rspamd, which wants a list's headers,
at none.

Ends with 1 where a letter fails, and with `SKIP=nothing` also where something is not installed. `ONLY=ar` looks at the
letters whose names hold that.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from rich.progress import track

from newsletter.cli.output import err, say
from tests.letters import filters
from tests.letters.clients import ALLOWED, LEFT_OUT, unsupported
from tests.letters.looking import faults
from tests.letters.reading import problems
from tests.letters.sets import Sample, notices, samples
from tests.support.chromium import Chromium, chromium_path

TWELVE_STORIES = 20_000  # bytes of the HTML of twelve stories
LARGEST = 80_000

Look = Callable[[Sample], list[str]]


def main() -> int:
    chosen = [sample for sample in (*samples(), *notices()) if os.environ.get("ONLY", "") in sample.name]
    with ExitStack() as stack:
        looks, skipped = _looks(stack, chosen)
        failed = {
            sample.name: found
            for sample in track(chosen, "Looking at mails", console=err, transient=True)
            if (found := [fault for look in looks for fault in look(sample)])
        }
    for name, found in failed.items():
        say(f"{name}:")
        for fault in dict.fromkeys(found):
            say(f"  {fault}")
    letters = sum(sample.is_letter for sample in chosen)
    others = len(chosen) - letters
    say(f"{letters} letters, {others} other mails, {len(failed)} with faults. Largest: {_largest(chosen)}.")
    say("Their core uses nothing that a client leaves out, apart from:")
    for feature, reason in ALLOWED.items():
        say(f"  {feature} (not in {LEFT_OUT[feature]}): {reason}")
    for what in skipped:
        say(f"SKIPPED: {what}")
    return 1 if failed or (skipped and os.environ.get("SKIP") == "nothing") else 0


def _looks(stack: ExitStack, chosen: list[Sample]) -> tuple[list[Look], list[str]]:
    """What can be looked with here, and what cannot."""
    looks: list[Look] = [_sizes, _clients, _parsers]
    skipped = []
    if path := chromium_path():
        browser = stack.enter_context(Chromium(path))
        looks.append(lambda sample: faults(browser, sample.composed.html) if _is_shown(sample) else [])
    else:
        skipped.append("axe, dark, bare, turned around, 320 pixels, 200 percent: there is no Chromium (CHROMIUM=path)")
    if filters.has("spamassassin"):
        pool = stack.enter_context(ThreadPoolExecutor(max_workers=1))  # it reads while the browser looks
        told = pool.submit(_spamassassin, chosen)
        looks.append(lambda sample: told.result()[sample.name])
    else:
        skipped.append("SpamAssassin is not installed (apt-get install spamassassin)")
    if filters.has("rspamd") and filters.has("rspamc"):
        port = stack.enter_context(filters.rspamd(Path(stack.enter_context(tempfile.TemporaryDirectory()))))
        looks.append(lambda sample: _rspamd(port, sample) if sample.is_letter else [])
    else:
        skipped.append("rspamd is not installed (apt-get install rspamd)")
    return looks, skipped


def _is_shown(sample: Sample) -> bool:
    return sample.is_letter or sample.composed.language == "ar"


def _sizes(sample: Sample) -> list[str]:
    size, subject = len(sample.composed.html.encode()), sample.composed.subject
    most = TWELVE_STORIES if "12-" in sample.name else LARGEST
    found = [f"{size} bytes of HTML, more than {most}"] if size > most else []
    return found + ([f"a subject of {len(subject)} characters"] if sample.is_letter and len(subject) > 60 else [])


def _clients(sample: Sample) -> list[str]:
    return [f"{feature} is left out by {LEFT_OUT[feature]}" for feature in sorted(unsupported(sample.composed.html))]


def _parsers(sample: Sample) -> list[str]:
    try:
        return problems(sample.message)
    except AssertionError as error:
        return [f"a defect: {error}"]


def _spamassassin(chosen: list[Sample]) -> dict[str, list[str]]:
    """Of each letter, by its name."""
    verdicts = filters.spamassassin([sample.message for sample in chosen])
    return {
        sample.name: [f"SpamAssassin: {score} {rules}"] if score > filters.SPAMASSASSIN_AT_MOST else []
        for sample, (score, rules) in zip(chosen, verdicts, strict=True)
    }


def _rspamd(port: int, sample: Sample) -> list[str]:
    score, symbols = filters.rspamd_score(port, sample.message)
    return [f"rspamd: {score} {symbols}"] if score > filters.RSPAMD_AT_MOST else []


def _largest(chosen: list[Sample]) -> str:
    sizes = {sample.name: len(sample.composed.html.encode()) for sample in chosen}
    name = max(sizes, key=sizes.__getitem__, default="none")
    return f"{name}, {sizes.get(name, 0):,} bytes of HTML"


if __name__ == "__main__":
    sys.exit(main())
