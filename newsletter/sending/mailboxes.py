"""Addresses as they may stand in a header or an SMTP command. Pure."""

import re

from newsletter.errors import InvalidInputError
from newsletter.subscribers.addresses import normalise

# RFC 5321, section 4.1.2: a dot-string of atoms and a domain of letters, digits and hyphens; nothing that quotes,
# comments or ends a line.
_PLAIN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,189}")


class UnmailableAddressError(InvalidInputError):
    message = "Mail cannot be sent to this address."


def mailable(address: str) -> str:
    """`address` in ASCII, a domain in another script as A-labels (RFC 5890).

    Raises UnmailableAddressError for one that would need SMTPUTF8 (RFC 6531), and for whatever is no address.
    """
    if _PLAIN.fullmatch(address):
        return address
    try:
        return normalise(address).address
    except InvalidInputError as error:
        raise UnmailableAddressError(str(error)) from error
