"""Amazon SNS: that a message is from there, by the signature that its certificate proves.

The fields that are signed, and their order, are those of Amazon's "Verifying the signatures of Amazon SNS messages".
The certificate is fetched from Amazon's own hosts alone: whoever could name another would sign for themselves.
"""

import base64
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.x509.oid import NameOID

from newsletter.feedback.hooks.events import ForgedError, instant, word

BELIEVED_FOR = timedelta(days=1)
_HOST = re.compile(r"sns\.[a-z0-9-]{3,40}\.amazonaws\.com(?:\.cn)?")
_SIGNED = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_SIGNED_OF_SUBSCRIPTIONS = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_HASHES: Mapping[str, type[HashAlgorithm]] = {"1": SHA1, "2": SHA256}
_MOST_CERTIFICATES = 20


class SnsCertificates:
    """Amazon's certificates by their address, fetched once. `fetch` gets a URL that has been looked at."""

    def __init__(self, fetch: Callable[[str], bytes]) -> None:
        self._fetch = fetch
        self._known: dict[str, x509.Certificate] = {}

    def get(self, url: str) -> x509.Certificate:
        """Raises ForgedError for an address that is not Amazon's, or that holds no certificate."""
        if url not in self._known:
            check_address(url)
            try:
                certificate = x509.load_pem_x509_certificate(self._fetch(url))
            except ValueError as error:
                raise ForgedError("There is no certificate at the address.") from error
            if len(self._known) >= _MOST_CERTIFICATES:
                self._known.clear()
            self._known[url] = certificate
        return self._known[url]


def check_address(url: str) -> None:
    """Raises ForgedError unless `url` is of a certificate on one of SNS's hosts."""
    try:
        parts = urlsplit(url)
        is_plain = parts.port is None and parts.username is None and not parts.query and not parts.fragment
    except ValueError as error:
        raise ForgedError from error
    is_theirs = parts.scheme == "https" and parts.netloc == parts.hostname and _HOST.fullmatch(parts.netloc)
    if not (is_plain and is_theirs and re.fullmatch(r"/[A-Za-z0-9._-]+\.pem", parts.path)):
        raise ForgedError("The certificate's address is not one of Amazon SNS.")


def verify(message: Mapping[str, Any], certificates: SnsCertificates, topics: list[str], now: datetime) -> None:
    """Raises ForgedError for what Amazon did not sign, for another topic than ours, and for what is too old."""
    if word(message.get("TopicArn")) not in topics:
        raise ForgedError("The topic is not one of those in the settings.")
    if abs(now - instant(message.get("Timestamp"), now - 2 * BELIEVED_FOR)) > BELIEVED_FOR:
        raise ForgedError
    hashing = _HASHES.get(word(message.get("SignatureVersion")))
    certificate = certificates.get(word(message.get("SigningCertURL")))
    key = certificate.public_key()
    if hashing is None or not isinstance(key, RSAPublicKey) or not _is_good(certificate, now):
        raise ForgedError
    try:
        signature = base64.b64decode(word(message.get("Signature")), validate=True)
        key.verify(signature, signed_text(message), PKCS1v15(), hashing())
    except (InvalidSignature, ValueError) as error:
        raise ForgedError from error


def signed_text(message: Mapping[str, Any]) -> bytes:
    is_subscription = word(message.get("Type")) in ("SubscriptionConfirmation", "UnsubscribeConfirmation")
    names = _SIGNED_OF_SUBSCRIPTIONS if is_subscription else _SIGNED
    return "".join(f"{name}\n{word(message[name])}\n" for name in names if name in message).encode("utf-8", "replace")


def _is_good(certificate: x509.Certificate, now: datetime) -> bool:
    names = [attribute.value for attribute in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    is_in_time = certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
    return is_in_time and names == ["sns.amazonaws.com"]
