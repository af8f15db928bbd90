"""Signed links: a link names a purpose and a subscriber's random key, and proves that we made it.

A token is good for its purpose alone (the purpose is the salt of the signature). Keys rotate: the first key signs,
every key in the list verifies, so links in old mails work as long as their key stays in the settings.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from itsdangerous import BadSignature, SignatureExpired, Signer, TimestampSigner
from itsdangerous.encoding import base64_encode, int_to_bytes

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
        return f"{self.base_url}/u/{self._undated.token(subscriber_key)}"

    def preferences(self, subscriber_key: str) -> str:
        return f"{self.base_url}/p/{self._dated[Purpose.PREFERENCES].token(subscriber_key)}"

    def address(self, change_key: str) -> str:
        return f"{self.base_url}/address/{self._dated[Purpose.ADDRESS].token(change_key)}"

    def data(self, subscriber_key: str) -> str:
        return f"{self.base_url}/data/{self._dated[Purpose.DATA].token(subscriber_key)}"

    def confirm(self, subscriber_key: str) -> str:
        return f"{self.base_url}/confirm/{self._dated[Purpose.CONFIRM].token(subscriber_key)}"

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
    """Signs as `sign` does, at a third of its cost: every letter has two links, whose key is the same in all."""

    def __init__(self, keys: Sequence[str], purpose: Purpose) -> None:
        super().__init__(keys, salt=purpose)
        self._begun = hmac.new(self.derive_key(), digestmod="sha1")

    def token(self, value: str) -> str:
        mac = self._begun.copy()
        mac.update(value.encode())
        return f"{value}.{urlsafe_b64encode(mac.digest()).decode().rstrip('=')}"


class _DatedSigner(_PlainSigner, TimestampSigner):
    def token(self, value: str) -> str:
        return super().token(f"{value}.{_written(self.get_timestamp())}")


@lru_cache(maxsize=4)
def _written(timestamp: int) -> str:
    """As the signer reads it; the letters of one second share it."""
    return base64_encode(int_to_bytes(timestamp)).decode()
