"""Which of our addresses a mail was sent to. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from newsletter.errors import NewsletterError
from newsletter.sending.return_paths import OfLetter, OfNotice, ReturnPaths
from newsletter.subscribers.mail_addresses import MailAddresses

_FOR_PEOPLE = ("postmaster", "abuse", "complaints", "feedback", "fbl")  # the first two by RFC 2142


class Desk(StrEnum):
    """What an address of ours is for."""

    RETURN_PATH = "return path"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    CONFIRM = "confirm"
    PEOPLE = "people"


@dataclass(frozen=True)
class Recipient:
    desk: Desk
    address: str
    tag: str = ""  # what stands behind the first plus
    mail: OfLetter | OfNotice | None = None  # that a valid return path names


@dataclass(frozen=True)
class Recipients:
    """Knows the addresses of one service. `own` are those that its mails are from and that answers go to."""

    return_paths: ReturnPaths
    mail_addresses: MailAddresses
    own: Sequence[str] = ()

    def find(self, address: str) -> Recipient | None:
        """None for an address that is not ours, or whose signature is not."""
        local, _, domain = address.strip("<> ").lower().rpartition("@")
        name, _, tag = local.partition("+")
        if name == "bounce" and tag and domain == self.return_paths.domain:
            return self._return_path(address)
        if address.lower() in self._own():
            return Recipient(Desk.PEOPLE, address)
        if domain not in self.domains:
            return None
        desk = {"subscribe": Desk.SUBSCRIBE, "unsubscribe": Desk.UNSUBSCRIBE, "confirm": Desk.CONFIRM}.get(name)
        if desk is not None and domain == self.mail_addresses.domain:
            return Recipient(desk, address, tag)
        return Recipient(Desk.PEOPLE, address) if name in _FOR_PEOPLE else None

    @property
    def domains(self) -> frozenset[str]:
        return frozenset({self.return_paths.domain, self.mail_addresses.domain} - {""})

    def is_own(self, address: str) -> bool:
        """Whether a mail from there is from ourselves: to answer it would go round in circles."""
        return self.find(address.strip("<> ")) is not None or address.lower().startswith("bounce+")

    def _own(self) -> frozenset[str]:
        return frozenset(address.lower() for address in self.own)

    def _return_path(self, address: str) -> Recipient | None:
        try:
            return Recipient(Desk.RETURN_PATH, address, mail=self.return_paths.read(address))
        except NewsletterError:
            return None
