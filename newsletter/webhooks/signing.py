"""Signatures of calls, as Standard Webhooks has them (standardwebhooks.com, specification 1.0.0). Pure.

A webhook's secret is an HMAC of its salt under the service's key: nothing that could leak from the database signs, and
with several keys, newest first, a call is signed by each, so that receivers may change to a new one in their own time.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

_PREFIX = "whsec_"


def secret_of(salt: str, key: str) -> str:
    """What the receiver is given, once: "whsec_" and 32 bytes in base64."""
    return _PREFIX + base64.b64encode(_bytes(salt, key)).decode()


def headers_of(uid: str, at: datetime, body: bytes, salt: str, keys: Sequence[str]) -> dict[str, str]:
    """The three headers of a call; `at` is the moment of this attempt, by which a receiver knows an old copy."""
    timestamp = str(int(at.timestamp()))
    signatures = " ".join(signature(_bytes(salt, key), uid, timestamp, body) for key in keys)
    return {"webhook-id": uid, "webhook-timestamp": timestamp, "webhook-signature": signatures}


def signature(secret: bytes, uid: str, timestamp: str, body: bytes) -> str:
    """Version 1, which is symmetric; `secret` is what follows "whsec_", decoded."""
    made = hmac.new(secret, f"{uid}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"


def _bytes(salt: str, key: str) -> bytes:
    return hmac.new(key.encode(), b"webhook:" + salt.encode(), hashlib.sha256).digest()
