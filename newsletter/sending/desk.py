"""The desk at which letters are made ready: what all deliveries share, and the rules that they go by."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from newsletter.clock import Clock, SystemClock
from newsletter.db import Database
from newsletter.sending.brakes import Limits
from newsletter.sending.checking import FitLetter
from newsletter.sending.connection import Offer
from newsletter.sending.message import Personal
from newsletter.sending.message_ids import MessageIds
from newsletter.sending.pacing import Pace
from newsletter.sending.patterns import Patterns
from newsletter.sending.return_paths import ReturnPaths
from newsletter.subscribers.links import Links
from newsletter.subscribers.mail_addresses import MailAddresses

LOOK_SECONDS = 0.8
TRUST_SECONDS = 1.0  # from the beginning of a look: no letter leaves on one that is older, however long it took


@dataclass(slots=True, eq=False)
class LetterOffer(Offer):
    letter: FitLetter


@dataclass(frozen=True)
class Desk:
    db: Database
    patterns: Patterns
    links: Links
    message_ids: MessageIds
    return_paths: ReturnPaths
    pace: Pace
    keys: Sequence[str]  # the service's secret keys, by which suppressed addresses are known
    retry_for: timedelta
    lease: timedelta
    clock: Clock
    wall: Clock = field(default_factory=SystemClock)  # what leases go by
    limits: Limits = field(default_factory=Limits)  # beyond which a round is paused
    mail_addresses: MailAddresses | None = None  # where mail of readers comes to us
    look_seconds: float = LOOK_SECONDS  # for so long a look at the rows holds, before a letter leaves

    def offer(self, round_id: int, letter: FitLetter) -> LetterOffer:
        """The letter as it is to be sent. Raises UnrenderableError, InvalidInputError."""
        personal = Personal(
            recipient=letter.address,
            message_id=self.message_ids.letter(round_id, letter.subscriber_id, letter.part),
            date=self.clock.now(),
            unsubscribe_url=self.links.unsubscribe(letter.subscriber_key),
            preferences_url=self.links.preferences(letter.subscriber_key),
            unsubscribe_mail=self.mail_addresses.unsubscribe(letter.subscriber_key) if self.mail_addresses else "",
        )
        content = self.patterns.of(letter.edition_id).content(personal)
        return_path = self.return_paths.letter(round_id, letter.subscriber_id, letter.part)
        return LetterOffer(return_path, letter.address, content, letter)
