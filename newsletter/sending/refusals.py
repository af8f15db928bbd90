"""What a 5xx of the relay is about: this address, this message, or us. Pure.

The registry of enhanced codes (RFC 3463, RFC 5248) says it by X.subject.detail; where a relay gives none, the basic
code says it less well, together with the command that was refused.
"""

from collections.abc import Mapping
from enum import StrEnum

from newsletter.sending.connection import Reply


class Refusal(StrEnum):
    ADDRESS = "address"  # others may well get theirs
    MESSAGE = "message"  # nobody will get this edition from this relay
    US = "us"  # our address, name, login or conduct, or the relay itself: the next letter would fare no better


_ADDRESS, _MESSAGE, _US = Refusal.ADDRESS, Refusal.MESSAGE, Refusal.US

# By the subject of a code, where its detail is not in the next table.
_SUBJECTS: Mapping[int, Refusal] = {
    0: _ADDRESS,  # undefined: then it is most often about whom it was said of
    1: _ADDRESS,
    2: _ADDRESS,  # the mailbox
    3: _ADDRESS,  # the system at which the mailbox is
    4: _ADDRESS,  # the way there
    5: _US,  # the protocol
    6: _MESSAGE,  # what is in it
    7: _US,  # security and policy
}
_DETAILS: Mapping[tuple[int, int], Refusal] = {
    (1, 7): _US,  # the sender's address: syntax
    (1, 8): _US,  # the sender's address: domain
    (2, 3): _MESSAGE,  # longer than the mailbox allows
    (3, 2): _US,  # the system takes no mail now
    (3, 3): _MESSAGE,  # it cannot do what the message needs
    (3, 4): _MESSAGE,  # too big
    (3, 5): _US,  # it is set up wrongly
    (3, 6): _US,  # it changes the priority
    (4, 3): _US,  # its directory does not answer
    (4, 5): _US,  # it has too much mail
    (6, 7): _ADDRESS,  # beyond ASCII, which its server cannot take
    (6, 9): _ADDRESS,
    (7, 2): _ADDRESS,  # a mailing list that we may not write to
    (7, 3): _MESSAGE,  # it would have to be converted
    (7, 7): _MESSAGE,  # it was changed on its way
    (7, 16): _MESSAGE,  # too big for its priority
    (7, 17): _ADDRESS,  # the mailbox has another owner now (RFC 7293)
    (7, 18): _ADDRESS,  # so has the domain
    (7, 19): _ADDRESS,
}
# Without an enhanced code. RFC 5321, section 4.2.3; RFC 7504; RFC 4954, section 6.
_CODES: Mapping[int, Refusal] = {
    550: _ADDRESS,
    551: _ADDRESS,
    552: _MESSAGE,
    553: _ADDRESS,
    556: _ADDRESS,  # its domain takes no mail
}
_OF_RECIPIENTS: Mapping[int, Refusal] = {
    552: _ADDRESS,  # said to RCPT it is the mailbox that is full
    554: _ADDRESS,
}
_OF_CONTENT: Mapping[int, Refusal] = {550: _MESSAGE, 551: _MESSAGE, 553: _MESSAGE}


def refusal_of(reply: Reply) -> Refusal | None:
    """What a refusal is about; None for an answer that refuses nothing for good."""
    if not reply.is_refused:
        return None
    kind = _by_enhanced_code(reply) or _by_code(reply)
    # To MAIL the relay knows of nobody but us.
    return _US if kind is _ADDRESS and reply.at == "MAIL" else kind


def _by_enhanced_code(reply: Reply) -> Refusal | None:
    if reply.enhanced is None or reply.enhanced[0] != 5:
        return None
    _, subject, detail = reply.enhanced
    return _DETAILS.get((subject, detail)) or _SUBJECTS.get(subject)


def _by_code(reply: Reply) -> Refusal:
    by_command = {"RCPT": _OF_RECIPIENTS, "BODY": _OF_CONTENT}.get(reply.at, {})
    return by_command.get(reply.code) or _CODES.get(reply.code, _US)
