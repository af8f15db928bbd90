"""What SpamAssassin, where it is installed, makes of a letter. Local tests alone: nobody else sees the letter."""

import re
import shutil
import subprocess

from newsletter.sending.preflight import Check, Verdict

_SECONDS = 30
_SCORE = re.compile(rb"^X-Spam-Status: \w+, score=(-?[\d.]+)", re.MULTILINE)
_LIMIT = 2.0  # half of what most servers reject at is too near


def spam_check(message: bytes) -> Check:
    """The score of a whole message. Says so where the program is missing or gives none."""
    program = shutil.which("spamassassin")
    if program is None:
        return Check(Verdict.LOOK, "SpamAssassin is not installed here, so there is no spam score.")
    try:
        done = subprocess.run(  # noqa: S603 - a program of the system, found by its name, without a shell
            [program, "-t", "-L"], input=message, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Check(Verdict.LOOK, f"SpamAssassin gave no score within {_SECONDS} seconds.")
    score = _SCORE.search(done.stdout)
    if score is None:
        return Check(Verdict.LOOK, "SpamAssassin gave no score.")
    points = float(score[1])
    verdict = Verdict.GOOD if points < _LIMIT else Verdict.LOOK if points < 2 * _LIMIT else Verdict.BAD
    return Check(verdict, f"SpamAssassin gives it {points:+.1f} points; from 5 on it is taken for spam.")
