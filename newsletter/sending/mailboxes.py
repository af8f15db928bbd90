"""Addresses as they may stand in a header or an SMTP command. Pure."""

import re
from functools import lru_cache

from newsletter.errors import InvalidInputError
from newsletter.subscribers.addresses import normalise

# RFC 5321, section 4.1.2: a dot-string of atoms and a domain of letters, digits and hyphens; nothing that quotes,
# comments or ends a line.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_PLAIN = re.compile(rf"(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9.-]{{1,189}}")


class UnmailableAddressError(InvalidInputError):
    message = "Mail cannot be sent to this address."


@lru_cache(maxsize=64)  # a letter asks four times: for itself, its header, its text and the relay
def mailable(address: str, *, utf8: bool = False) -> str:
    """`address` in its one form: a domain in another script as A-labels (RFC 5890), the local part as it is.

    Raises UnmailableAddressError for whatever is no address and, but for `utf8`, for a local part beyond ASCII: that
    can only be said to a relay that offers SMTPUTF8 (RFC 6531).
    """
    if _PLAIN.fullmatch(address):
        return address
    try:
        found = normalise(address).address
    except InvalidInputError as error:
        raise UnmailableAddressError(str(error)) from error
    if not (utf8 or found.isascii()):
        raise UnmailableAddressError("This address has letters beyond ASCII before the @, which cannot stand here.")
    return found
