"""E-mail addresses as we keep them. Pure: no name is looked up, so typing an address reveals nothing to anyone."""

import unicodedata
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from newsletter.errors import InvalidInputError

_LENGTH_LIMIT = 254  # octets; RFC 5321, section 4.5.3.1.3, less the angle brackets
_LOCAL_LIMIT = 64  # octets; section 4.5.3.1.1


@dataclass(frozen=True)
class Address:
    address: str  # as mail is sent to it: the local part's own case in NFC, the domain as A-labels in lower case
    normalised: str  # all in lower case: two that are equal here are one person


def normalise(text: str) -> Address:
    """The address in `text`. Raises InvalidInputError with a sentence for the person who typed it.

    A local part may be in any script (RFC 6531); whether a relay can be given it shows when mail is sent. Refused are
    quoted ones, comments, domain literals and whatever could end a header line, here or after somebody's NFKC.
    """
    text = text.strip(" \t")
    if len(text) > _LENGTH_LIMIT:
        raise InvalidInputError("This e-mail address is too long.")
    if not text.isprintable():  # also every kind of line end, NUL and the marks that turn the direction of text
        raise InvalidInputError("This e-mail address contains a character that cannot be seen.")
    try:
        found = validate_email(
            text,
            check_deliverability=False,
            allow_smtputf8=True,
            allow_quoted_local=False,
            allow_domain_literal=False,
            strict=True,
            test_environment=True,  # .test is for rehearsals (RFC 6761, section 6.2)
        )
    except EmailNotValidError as error:
        raise InvalidInputError(f"This is not an e-mail address that mail can be sent to. {error}") from error
    if any(_stands_for_ascii(sign) for sign in found.local_part):
        raise InvalidInputError(
            "This e-mail address contains a look-alike of a plain letter or sign: type that instead."
        )
    address = f"{found.local_part}@{found.ascii_domain}"
    # Octets, and a long domain grows when it is written as A-labels.
    if len(address.encode()) > _LENGTH_LIMIT or len(found.local_part.encode()) > _LOCAL_LIMIT:
        raise InvalidInputError("This e-mail address is too long.")
    return Address(address, unicodedata.normalize("NFC", address.lower()))


def _stands_for_ascii(sign: str) -> bool:
    """A wide at sign, a ligature: a server that puts it into compatibility form would read another address."""
    return not sign.isascii() and any(part.isascii() for part in unicodedata.normalize("NFKC", sign))
