"""Why a mail did not arrive, in our words, and what each reason says about the reader. Pure.

`hard` is what decides about a reader: a hard reason says that mail to this address will never arrive, a soft one that
it did not arrive this time, and None that the reason lies with us, or that nothing is known: it costs no reader.
"""

from collections.abc import Mapping
from enum import StrEnum


class Reason(StrEnum):
    NO_SUCH_USER = "no such user"
    NO_SUCH_DOMAIN = "no such domain"
    DISABLED = "disabled"  # the mailbox exists and is closed: suspended, unused for long
    MOVED = "moved"  # has another address now, or the address another owner (RFC 7293)
    MAILBOX_FULL = "mailbox full"
    TOO_LARGE = "too large"
    GREYLISTED = "greylisted"
    RATE_LIMITED = "rate limited"
    NETWORK = "network"  # not reached, no answer, a loop
    SYSTEM = "system"  # the server there is broken, full or set up wrongly
    EXPIRED = "expired"  # tried for too long, and nothing says why
    REFUSED = "refused"  # by a rule of theirs that they don't name
    CONTENT = "content"  # something in the mail that the server does not take
    SPAM = "spam"
    VIRUS = "virus"
    POLICY = "policy"
    AUTHENTICATION = "authentication"  # SPF, DKIM, DMARC, TLS
    BLOCKED = "blocked"  # our address or name is on a list
    REPUTATION = "reputation"
    RELAYING = "relaying denied"
    PROTOCOL = "protocol"  # the servers did not understand each other
    COMPLAINT = "complaint"
    UNKNOWN = "unknown"


# A reader is counted as unreachable only for what is in this table; every reason that is not, is about us.
HARDNESS: Mapping[Reason, bool] = {
    Reason.NO_SUCH_USER: True,
    Reason.NO_SUCH_DOMAIN: True,
    Reason.DISABLED: True,
    Reason.MOVED: True,
    Reason.MAILBOX_FULL: False,
    Reason.TOO_LARGE: False,
    Reason.GREYLISTED: False,
    Reason.RATE_LIMITED: False,
    Reason.NETWORK: False,
    Reason.SYSTEM: False,
    Reason.EXPIRED: False,
    Reason.REFUSED: False,
    Reason.UNKNOWN: False,
}

OUR_FAULT = frozenset(
    {
        Reason.CONTENT,
        Reason.SPAM,
        Reason.VIRUS,
        Reason.POLICY,
        Reason.AUTHENTICATION,
        Reason.BLOCKED,
        Reason.REPUTATION,
        Reason.RELAYING,
        Reason.PROTOCOL,
    }
)


def is_hard(reason: Reason, *, is_final: bool) -> bool | None:
    """`is_final`: the server gave up. Hard is only what is final; what is about us is neither hard nor soft."""
    hard = HARDNESS.get(reason)
    return hard and is_final if hard is not None else None
