"""What browsers answer when a passkey was touched, read and verified. Pure, and hostile until it is verified."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from webauthn import base64url_to_bytes, verify_authentication_response
from webauthn.helpers import (
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import AuthenticationCredential

from newsletter.config import Settings
from newsletter.errors import NotAllowedError


class BadPasskeyError(NotAllowedError):
    message = "This passkey was not accepted. Please try again, or sign in by mail."


@dataclass(frozen=True)
class Site:
    """Whom passkeys are made for (the standard's "relying party"): they work on its pages and nowhere else."""

    id: str  # the host name
    origin: str  # as browsers write it
    name: str

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """By the public address; None where it lets browsers make none: by number, or without TLS off this machine."""
        parts = urlsplit(settings.base_url)
        host = parts.hostname or ""
        if _is_number(host) or (parts.scheme != "https" and host != "localhost"):
            return None
        return cls(host, f"{parts.scheme}://{parts.netloc}", settings.site_name)


@dataclass(frozen=True)
class Touch:
    """An answer that is read and not verified yet."""

    credential: str  # the key's id, base64url
    handle: str  # whose it says it is
    challenge: str  # what it says it answers, base64url
    _read: AuthenticationCredential

    @classmethod
    def of(cls, answer: str) -> Self:
        """From the browser's JSON. Raises BadPasskeyError."""
        with reading():
            read = parse_authentication_credential_json(answer)
            data = parse_client_data_json(read.response.client_data_json)
            handle = bytes_to_base64url(read.response.user_handle or b"")
            return cls(bytes_to_base64url(read.raw_id), handle, bytes_to_base64url(data.challenge), read)


def challenge_of(answer: str) -> str:
    """The challenge that a registration says it answers. Raises BadPasskeyError."""
    with reading():
        read = parse_registration_credential_json(answer)
        return bytes_to_base64url(parse_client_data_json(read.response.client_data_json).challenge)


def verify(site: Site, touch: Touch, challenge: str, public_key: bytes) -> int:
    """What the passkey's counter says, once origin, site, challenge, lock and signature are right (section 7.2).

    Raises BadPasskeyError. The counter is the caller's to compare, who knows what it said before.
    """
    with reading():
        return verify_authentication_response(
            credential=touch._read,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        ).new_sign_count


@contextmanager
def reading() -> Iterator[None]:
    """Whatever the library trips over in an answer is one refusal, which tells an attacker nothing.

    It lets some errors of what it is built on through: of base64, CBOR, JSON and keys.
    """
    try:
        yield
    except (WebAuthnException, InvalidSignature, UnsupportedAlgorithm) as error:
        raise BadPasskeyError from error
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError) as error:
        raise BadPasskeyError from error


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
