"""Message-IDs that are the same on every try, so that whoever gets a message twice can see it. Pure."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class MessageIds:
    """Makes the ids of one service. `keys` are its secret keys, newest first; `domain` is the sender's.

    The oldest key makes them: a key that is added during a round changes no id of that round.
    """

    keys: Sequence[str] = field(repr=False)
    domain: str

    def letter(self, round_id: int, subscriber_id: int, part: int) -> str:
        return self._of(f"letter:{round_id}:{subscriber_id}:{part}")

    def notice(self, notice_id: int) -> str:
        return self._of(f"notice:{notice_id}")

    def rendered(self, issue_id: int) -> str:
        """Of a letter that is written to a file."""
        return self._of(f"rendered:{issue_id}")

    def _of(self, name: str) -> str:
        mac = self._begun.copy()
        mac.update(name.encode())
        return f"<{mac.digest()[:16].hex()}@{self.domain}>"

    @cached_property
    def _begun(self) -> hmac.HMAC:
        """What all ids share. To go on from here keeps Python's lock, which `hmac.digest` gives away each time."""
        return hmac.new(self.keys[-1].encode(), b"message-id:", hashlib.sha256)
