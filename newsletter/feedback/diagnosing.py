"""From what a server said to one of our reasons: its words first, then its codes. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from newsletter.feedback import diagnosis_languages as languages
from newsletter.feedback import diagnosis_words as english
from newsletter.feedback.delivery_reports import status_in
from newsletter.feedback.reasons import Reason, is_hard

Status = tuple[int, int, int]

_CODE = re.compile(r"(?<![\d.:/\-])([245]\d\d)(?=[\s\-:,]|$)(?![\d.])")
_ECHO = re.compile(r"<?[\w.+!#$%&'*/=?^`{|}~-]{1,128}@[A-Za-z0-9.-]{1,255}>?|https?://\S+", re.ASCII)  # says nothing

# RFC 3463 and the registry of RFC 5248; by subject and detail.
_DETAILS: Mapping[tuple[int, int], Reason] = {
    (1, 0): Reason.NO_SUCH_USER,
    (1, 1): Reason.NO_SUCH_USER,
    (1, 2): Reason.NO_SUCH_DOMAIN,
    (1, 3): Reason.NO_SUCH_USER,
    (1, 4): Reason.NO_SUCH_USER,
    (1, 6): Reason.MOVED,
    (1, 7): Reason.POLICY,
    (1, 8): Reason.POLICY,
    (1, 10): Reason.NO_SUCH_DOMAIN,  # RFC 7505
    (2, 0): Reason.UNKNOWN,
    (2, 1): Reason.DISABLED,
    (2, 2): Reason.MAILBOX_FULL,
    (2, 3): Reason.TOO_LARGE,
    (3, 3): Reason.CONTENT,
    (3, 4): Reason.TOO_LARGE,
    (4, 4): Reason.NO_SUCH_DOMAIN,  # no route, because the DNS has none
    (4, 7): Reason.EXPIRED,
    (4, 310): Reason.NO_SUCH_DOMAIN,  # Exchange Online
    (4, 312): Reason.NO_SUCH_DOMAIN,
    (5, 3): Reason.RATE_LIMITED,
    (6, 7): Reason.REFUSED,
    (6, 9): Reason.REFUSED,
    (7, 2): Reason.REFUSED,
    (7, 13): Reason.DISABLED,
    (7, 17): Reason.MOVED,  # RFC 7293
    (7, 18): Reason.MOVED,
    (7, 25): Reason.BLOCKED,  # reverse DNS (RFC 7372)
    (7, 28): Reason.RATE_LIMITED,
    (7, 133): Reason.REFUSED,  # Exchange Online: a group that takes no mail from outside
    (7, 134): Reason.REFUSED,
    (7, 136): Reason.REFUSED,
}
_SUBJECTS: Mapping[int, Reason] = {
    1: Reason.NO_SUCH_USER,
    2: Reason.UNKNOWN,
    3: Reason.SYSTEM,
    4: Reason.NETWORK,
    5: Reason.PROTOCOL,
    6: Reason.CONTENT,
    7: Reason.POLICY,
}
_AUTHENTICATION = {8, 9, 20, 21, 22, 23, 24, 26, 29, 30}
_CODES: Mapping[int, Reason] = {
    421: Reason.SYSTEM,
    450: Reason.SYSTEM,
    451: Reason.SYSTEM,
    452: Reason.MAILBOX_FULL,
    521: Reason.NO_SUCH_DOMAIN,
    530: Reason.AUTHENTICATION,
    535: Reason.AUTHENTICATION,
    551: Reason.MOVED,
    552: Reason.MAILBOX_FULL,
    553: Reason.NO_SUCH_USER,
    556: Reason.NO_SUCH_DOMAIN,
}
_TELLING = english.compiled([*english.TELLING, *languages.TELLING])
_OF_READERS = english.compiled([*english.OF_READERS, *languages.OF_READERS])
_VAGUE = english.compiled([*english.VAGUE, *languages.VAGUE])


@dataclass(frozen=True)
class Diagnosis:
    reason: Reason
    hard: bool | None
    status: Status | None = None
    code: int | None = None

    @property
    def written(self) -> str:
        """The code that it rests on: "5.1.1", or "550"; "" for none."""
        if self.status:
            return ".".join(map(str, self.status))
        return str(self.code) if self.code else ""


def diagnose(text: str, status: Status | None = None, *, code: int | None = None, is_final: bool = True) -> Diagnosis:
    """What `text`, a server's words, and the codes in and beside it come to.

    `status` is the enhanced code that a report gave; one in the text counts for more where that one says nothing.
    `is_final`: whoever reported has given up.
    """
    words = _words(text)
    found = status_in(text)
    status = _telling_status(status, found if found and found[0] > 2 else None)
    code = code or _code_in(text)
    reason = _reason(words, status, code)
    # A 4.x.x of one who gave up means that it was tried for long: soft, whatever it was.
    is_temporary = status[0] == 4 if status else code is not None and code < 500
    return Diagnosis(reason, is_hard(reason, is_final=is_final and not is_temporary), status, code)


def _reason(words: str, status: Status | None, code: int | None) -> Reason:
    return (
        _first(_TELLING, words)
        or _by_readers_words(words, status)
        or _by_status(status)
        or _first(_VAGUE, words)
        or _CODES.get(code or 0)
        or _by_subject(status)
        or Reason.UNKNOWN
    )


def _by_readers_words(words: str, status: Status | None) -> Reason | None:
    """ "Not found" under a code about the network is about a host."""
    found = _first(_OF_READERS, words)
    if found is Reason.NO_SUCH_USER and status and status[1:] in ((1, 2), (4, 4), (1, 10)):
        return Reason.NO_SUCH_DOMAIN
    return found


def _by_status(status: Status | None) -> Reason | None:
    """What a code says that is exact enough to count for more than vague words."""
    if status is None:
        return None
    _, subject, detail = status
    if subject == 7 and detail in _AUTHENTICATION:
        return Reason.AUTHENTICATION
    if subject == 7 and 500 <= detail < 700:
        return Reason.BLOCKED  # Exchange Online's numbers for senders that it bars
    return _DETAILS.get((subject, detail)) if (subject, detail) != (2, 0) else None


def _by_subject(status: Status | None) -> Reason | None:
    return _SUBJECTS.get(status[1]) if status else None


def _telling_status(given: Status | None, found: Status | None) -> Status | None:
    """Reports often say 5.0.0 of what the server called 5.1.1."""
    if given is None or (given[1:] == (0, 0) and found is not None):
        return found or given
    return given


def _code_in(text: str) -> int | None:
    found = [int(code) for code in _CODE.findall(text)]
    return next((code for code in found if code >= 400), None)


def _first(words: Sequence[tuple[Reason, re.Pattern[str]]], text: str) -> Reason | None:
    return next((reason for reason, pattern in words if pattern.search(text)), None)


def _words(text: str) -> str:
    return " ".join(_ECHO.sub(" ", text).lower().replace("’", "'").split())[:8000]
