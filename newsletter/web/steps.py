"""A step more for whoever asks while many do: a small proof of work, or half a minute's patience without JavaScript.

Nobody outside is asked, and nothing is kept but, for an hour, a digest of the tickets that were used.
"""

import hashlib
import secrets
from collections.abc import Sequence
from enum import StrEnum

from itsdangerous import BadSignature, TimestampSigner

BITS = 16  # zero bits at the hash's beginning: some 65,000 tries, a second or so on a phone
WAIT_SECONDS = 25  # what a person without JavaScript waits instead
GOOD_FOR_SECONDS = 3600


class Verdict(StrEnum):
    PASSED = "passed"
    EARLY = "early"  # neither worked out nor waited for
    NONE = "none"  # no ticket of ours, one for someone else, or an old one


class Steps:
    """Makes and checks tickets. A ticket is good for one mailbox; that it is used once is the caller's to see to."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._signer = TimestampSigner(list(reversed(keys)), salt="step")  # it signs with the last

    def ticket(self, mailbox_digest: str) -> str:
        return self._signer.sign(f"{secrets.token_urlsafe(9)}~{mailbox_digest}").decode()

    def verdict(self, ticket: str, answer: str, mailbox_digest: str) -> Verdict:
        try:
            value, made_at = self._signer.unsign(ticket, max_age=GOOD_FOR_SECONDS, return_timestamp=True)
        except (BadSignature, UnicodeError):
            return Verdict.NONE
        if value.decode().partition("~")[2] != mailbox_digest:
            return Verdict.NONE
        waited = self._signer.get_timestamp() - int(made_at.timestamp())
        return Verdict.PASSED if waited >= WAIT_SECONDS or is_worked_out(ticket, answer) else Verdict.EARLY


def is_worked_out(ticket: str, answer: str) -> bool:
    """Whether SHA-256 of both begins with enough zero bits. step.js finds such an answer."""
    if not answer or len(answer) > 20:
        return False
    digest = hashlib.sha256(f"{ticket}:{answer}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - BITS) == 0
