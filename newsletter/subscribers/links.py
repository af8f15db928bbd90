"""Signed links: a link names a purpose and a subscriber's random key, and proves that we made it.

A token is good for its purpose alone (the purpose is the salt of the signature). Keys rotate: the first key signs,
every key in the list verifies, so links in old mails work as long as their key stays in the settings.
"""

import hmac
from collections.abc import Sequence
from enum import StrEnum

from itsdangerous import BadSignature, SignatureExpired, Signer, TimestampSigner, want_bytes
from itsdangerous.signer import SigningAlgorithm

from newsletter.errors import NewsletterError

DATA_DAYS = 7  # how long the link to a reader's data is good for


class Purpose(StrEnum):
    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"
    ADDRESS = "address"  # names a wish to change the address, not a subscriber
    DATA = "data"


class BadLinkError(NewsletterError):
    message = "This link is damaged: please copy it whole from the mail."


class ExpiredLinkError(BadLinkError):
    message = "This link has expired."


class Links:
    """Makes and reads the links of one service. `base_url` is the public address without a slash at its end."""

    def __init__(self, keys: list[str], base_url: str) -> None:
        self._keys = list(reversed(keys))  # itsdangerous signs with the last key and tries all
        self._dated = {purpose: _DatedSigner(self._keys, purpose) for purpose in Purpose}
        self._undated = _PlainSigner(self._keys, Purpose.UNSUBSCRIBE)
        self.base_url = base_url

    def unsubscribe(self, subscriber_key: str) -> str:
        """For ever good (RFC 8058 wants old mails to work), and the same in every letter of a person."""
        return f"{self.base_url}/u/{self._undated.sign(subscriber_key).decode()}"

    def preferences(self, subscriber_key: str) -> str:
        return f"{self.base_url}/p/{self._dated[Purpose.PREFERENCES].sign(subscriber_key).decode()}"

    def address(self, change_key: str) -> str:
        return f"{self.base_url}/address/{self._dated[Purpose.ADDRESS].sign(change_key).decode()}"

    def data(self, subscriber_key: str) -> str:
        return f"{self.base_url}/data/{self._dated[Purpose.DATA].sign(subscriber_key).decode()}"

    def confirm(self, subscriber_key: str) -> str:
        return f"{self.base_url}/confirm/{self._dated[Purpose.CONFIRM].sign(subscriber_key).decode()}"

    def read(self, purpose: Purpose, token: str, *, good_for_days: int | None = None) -> str:
        """The subscriber's key in `token`. Raises ExpiredLinkError or BadLinkError.

        Purposes other than UNSUBSCRIBE carry the time of their making and need `good_for_days`.
        """
        try:
            if purpose is Purpose.UNSUBSCRIBE:
                return self._undated.unsign(token).decode()
            seconds = (good_for_days or 0) * 86_400
            return self._dated[purpose].unsign(token, max_age=seconds).decode()
        except SignatureExpired as error:
            raise ExpiredLinkError from error
        except (BadSignature, UnicodeError) as error:
            raise BadLinkError from error


class _PlainSigner(Signer):
    """What it signs with is made once for each key, not for each of the links that every letter has."""

    def __init__(self, keys: Sequence[str], purpose: Purpose) -> None:
        super().__init__(keys, salt=purpose, algorithm=_BegunHmac())
        self._derived: dict[bytes, bytes] = {}

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        secret = self.secret_key if secret_key is None else want_bytes(secret_key)
        if secret not in self._derived:
            self._derived[secret] = super().derive_key(secret)
        return self._derived[secret]


class _DatedSigner(_PlainSigner, TimestampSigner):
    pass


class _BegunHmac(SigningAlgorithm):
    """HMAC-SHA1, the default, of which only what differs from link to link is computed anew."""

    def __init__(self) -> None:
        self._begun: dict[bytes, hmac.HMAC] = {}

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        if key not in self._begun:
            self._begun[key] = hmac.new(key, digestmod="sha1")
        mac = self._begun[key].copy()
        mac.update(value)
        return mac.digest()
