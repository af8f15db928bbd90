"""One mail to a person of the newsroom by one relay, at once and past every queue: does it take what we send?"""

import time
from dataclasses import dataclass, replace

from newsletter.errors import NewsletterError
from newsletter.sending.relay import Relay

MOST_SECONDS = 10.0  # for each answer: somebody waits


@dataclass(frozen=True)
class Trial:
    """What came of it, in the relay's words or in ours."""

    is_accepted: bool
    said: str
    is_secure: bool  # by TLS
    seconds: float


def try_relay(relay: Relay, return_path: str, address: str, message: bytes) -> Trial:
    """Offer `message` to a relay over a connection of its own. Trouble is the result; nothing is raised for it."""
    patient = replace(relay, timeout_seconds=min(relay.timeout_seconds, MOST_SECONDS))
    began, is_secure = time.monotonic(), False
    try:
        with patient.connect() as connection:
            is_secure = connection.is_secure
            reply = connection.send(return_path, address, message)
    except NewsletterError as error:  # it does not answer, hangs up, or cannot be told this address
        return Trial(False, str(error), is_secure, time.monotonic() - began)
    return Trial(reply.is_accepted, str(reply), is_secure, time.monotonic() - began)
