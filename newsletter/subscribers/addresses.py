"""E-mail addresses as we keep them. Pure: no name is looked up, so typing an address reveals nothing to anyone."""

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from newsletter.errors import InvalidInputError

_LENGTH_LIMIT = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets


@dataclass(frozen=True)
class Address:
    address: str  # as mail is sent to it: the local part's own case, the domain as A-labels in lower case
    normalised: str  # all in lower case: two that are equal here are one person


def normalise(text: str) -> Address:
    """The address in `text`. Raises InvalidInputError with a sentence for the person who typed it.

    Local parts beyond ASCII are refused: a relay without SMTPUTF8 (RFC 6531) could not be given them. So are quoted
    ones, comments, domain literals and whatever could end a header line.
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
            allow_smtputf8=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
            strict=True,
            test_environment=True,  # .test is for rehearsals (RFC 6761, section 6.2)
        )
    except EmailNotValidError as error:
        raise InvalidInputError(f"This is not an e-mail address that mail can be sent to. {error}") from error
    address = found.ascii_email or ""
    if not address or len(address) > _LENGTH_LIMIT:  # a long domain grows when it is written as A-labels
        raise InvalidInputError("This e-mail address is too long.")
    return Address(address, address.lower())
