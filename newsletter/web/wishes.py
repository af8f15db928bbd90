"""From a form that was sent to a wish that is kept: who may pass, and what is done when the answer has left."""

from dataclasses import dataclass
from enum import StrEnum

import structlog
from fastapi import Request

from newsletter.errors import InvalidInputError
from newsletter.sending.asking import ask
from newsletter.subscribers.addresses import normalise
from newsletter.subscribers.consenting import Way
from newsletter.subscribers.digests import address_digests
from newsletter.subscribers.mailboxes import mailbox_of
from newsletter.web.limiting import CALM, CALM_BY_NETWORK, JOIN_BY_ADDRESS, JOIN_BY_NETWORK, ONCE
from newsletter.web.parts import Parts, network_of
from newsletter.web.steps import Steps, Verdict
from newsletter.web.subscribe_form import WORDING, Wish

log = structlog.get_logger(__name__)


class Passing(StrEnum):
    KEPT = "kept"
    DROPPED = "dropped"  # too many wishes for one mailbox: thanked, as to say so would tell that somebody asked before
    STEP = "step"
    EARLY = "early"
    TOO_OFTEN = "too often"


@dataclass(frozen=True)
class Gate:
    """What one request is measured by: digests alone."""

    web: Parts
    wish: Wish
    network: str | None

    @classmethod
    def of(cls, request: Request, web: Parts, wish: Wish) -> "Gate":
        return cls(web, wish, network_of(request, web))

    def passing(self) -> Passing:
        """Call once a request, with an address that is one: it counts."""
        verdict = self._verdict()
        if verdict is not Verdict.PASSED and not self._is_calm():
            return Passing.EARLY if verdict is Verdict.EARLY else Passing.STEP
        limiter = self.web.limiter
        if not limiter.allows(JOIN_BY_NETWORK, "join", self.network):
            return Passing.TOO_OFTEN
        return Passing.KEPT if limiter.allows(JOIN_BY_ADDRESS, "join", self._mailbox()) else Passing.DROPPED

    def ticket(self) -> str:
        return self._steps().ticket(self._mailbox())

    def _is_calm(self) -> bool:
        limiter = self.web.limiter
        here = limiter.allows(CALM_BY_NETWORK, "calm", self.network)
        return limiter.allows(CALM, "calm", "everyone") and here

    def _verdict(self) -> Verdict:
        if not self.wish.ticket:
            return Verdict.NONE
        verdict = self._steps().verdict(self.wish.ticket, self.wish.answer, self._mailbox())
        if verdict is Verdict.PASSED and not self.web.limiter.allows(ONCE, "step", self.wish.ticket):
            return Verdict.NONE
        return verdict

    def _mailbox(self) -> str:
        return mailbox_digest(self.web, self.wish.address)

    def _steps(self) -> Steps:
        return Steps(self.web.service.secret_keys)


def mailbox_digest(web: Parts, address: str) -> str:
    """Of the mailbox behind an address: `+tag` and dot variants are one. Raises InvalidInputError."""
    return address_digests(mailbox_of(normalise(address).normalised), web.service.secret_keys)[0]


def keep(web: Parts, wish: Wish, way: Way, network: str | None) -> None:
    """Keep the wish and ring for its mail: after the answer, which could tell by its time whom we know."""
    try:
        with web.service.db.writing() as session:
            joined = ask(
                session,
                wish.address,
                wish.codes,
                language=wish.language,
                time_zone=wish.time_zone,
                way=way,
                wording=web.pages.text(WORDING, wish.shown_in),
                network_digest=network,
                keys=web.service.secret_keys,
                now=web.service.clock.now(),
            )
    except InvalidInputError:
        log.warning("a region was switched off while someone asked for it", way=way)
        return
    log.info("someone asked for the letter", way=way, outcome=joined.outcome if joined else "not answered")
    web.bell.ring()
