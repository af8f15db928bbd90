"""A kept connection to a relay: one message after another, over as many sessions as that takes.

A relay may end a session whenever it likes. A message that it did not begin to take is offered once more in a new one;
a message whose end may have reached it never is.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from typing import TypeVar

from newsletter.errors import InvalidInputError
from newsletter.sending.wire.carrier import Carrier
from newsletter.sending.wire.commands import Offer
from newsletter.sending.wire.errors import ConnectionLostError, LineError, RelayUnavailableError, SilentError
from newsletter.sending.wire.replies import CLOSING, RawReply, Reply
from newsletter.sending.wire.session import Session
from newsletter.sending.wire.trust import Trust

__all__ = ["Connection", "ConnectionLostError", "Offer", "Reply", "Result"]

AnyOffer = TypeVar("AnyOffer", bound=Offer)
# InvalidInputError: this message or address cannot be said to the relay. None: the caller kept it back after all.
Result = Reply | ConnectionLostError | InvalidInputError | None


class Connection:
    """`dial` opens a session: greeted, secured and logged in. Not to be shared between threads."""

    def __init__(self, dial: Callable[[], Session], trust: Trust) -> None:
        self._dial = dial
        self._trust = trust
        self._carrier: Carrier | None = None
        self._open()

    @property
    def is_secure(self) -> bool:
        return self._carrier is not None and self._carrier.session.line.is_secure

    def send(self, sender: str, recipient: str, message: bytes) -> Reply:
        """The relay's answer to `message`: to the content, or to the command at which it refused.

        Raises InvalidInputError before anything is said of it, ConnectionLostError where there was no answer, and
        RelayUnavailableError (one of the latter) where no session can be opened.
        """
        [(_, result)] = self.send_all([Offer(sender, recipient, message)])
        if isinstance(result, Reply):
            return result
        raise result or ConnectionLostError

    def send_all(
        self, offers: Iterable[AnyOffer | None], may_leave: Callable[[AnyOffer], bool] = lambda offer: True
    ) -> Generator[tuple[AnyOffer, Result], None, None]:
        """Each offer with what became of it, in order.

        One message is asked for ahead of the one in hand, never more, so that its envelope can leave together with the
        content before it. None says that there is none for now; once the message in hand is answered, the next is
        asked for again, and may take its time. `may_leave` has the last word, right before the first byte of an
        offer's content. Whoever stops iterating keeps back what is in hand. Raises RelayUnavailableError where no
        session can be opened: then the offers that were not given back have certainly not been taken.
        """
        coming = iter(offers)
        try:
            offer = _wait_for(coming)
            while offer is not None:
                following: AnyOffer | None = None
                try:
                    if (refusal := self._begin(offer)) is not None:
                        result: Result = Reply.of(*refusal)
                    else:
                        following = next(coming, None)
                        result = self._finish(offer, following, may_leave)
                except RelayUnavailableError:
                    raise
                except (ConnectionLostError, InvalidInputError) as error:
                    result = error
                yield offer, result
                offer = following if following is not None else _wait_for(coming)
        finally:
            if self._carrier is not None and not self._carrier.is_idle:
                self._drop()

    def close(self) -> None:
        """Say goodbye, if the relay still listens."""
        carrier, self._carrier = self._carrier, None
        if carrier is not None:
            carrier.close()

    def _begin(self, offer: Offer) -> RawReply | None:
        """Say for whom the message is, in a new session if the kept one has come to its end.

        None: the relay waits for the message; else why it will not have it.
        """
        kept = self._carrier
        if kept is not None and kept.is_used:
            try:
                refusal = self._ask(kept, offer)
            except LineError as error:
                if isinstance(error, SilentError) and kept.is_doubtful():
                    return self._begin_one_by_one(offer)
            else:
                if refusal is not None and kept.is_doubtful(refusal):
                    return self._begin_one_by_one(offer)
                if refusal is None or refusal.code != CLOSING:
                    return refusal
        return self._begin_anew(offer)

    def _begin_anew(self, offer: Offer) -> RawReply | None:
        carrier = self._carrier or self._open()
        try:
            refusal = self._ask(carrier, offer)
        except LineError as error:
            if not carrier.is_doubtful():
                raise ConnectionLostError(str(error)) from error
        else:
            if refusal is None or not carrier.is_doubtful(refusal):
                return refusal
        return self._begin_one_by_one(offer)

    def _begin_one_by_one(self, offer: Offer) -> RawReply | None:
        """The relay may not have understood: ask once more, with each command after the answer to the one before."""
        self._drop()
        try:
            refusal = self._ask(self._open(is_pipelined=False), offer)
        except LineError as error:
            raise ConnectionLostError(str(error)) from error
        if refusal is None:
            self._trust.withdraw()
        return refusal

    def _ask(self, carrier: Carrier, offer: Offer) -> RawReply | None:
        try:
            refusal = carrier.begin(offer)
        except LineError:
            self._drop()
            raise
        if carrier.is_spent:
            self._drop()
        return refusal

    def _finish(self, offer: AnyOffer, following: Offer | None, may_leave: Callable[[AnyOffer], bool]) -> Reply | None:
        """The relay waits for the message of `offer`."""
        if not self._is_quiet():  # it hung up while the next one was looked for
            if (refusal := self._begin_anew(offer)) is not None:
                return Reply.of(*refusal)
            if not self._is_quiet():
                raise ConnectionLostError("The relay spoke out of its turn.")
        if not may_leave(offer):
            self._drop()
            return None
        carrier = self._carrier
        assert carrier is not None  # noqa: S101 - `_begin` left it open
        try:
            reply = carrier.transmit(offer, following)
        except ConnectionLostError:
            self._drop()
            raise
        if carrier.is_spent:
            self._drop()
        return Reply.of(*reply)

    def _is_quiet(self) -> bool:
        """Whether the relay waits for the message and for nothing else; otherwise the session is over."""
        if self._carrier is not None and self._carrier.is_quiet:
            return True
        self._drop()
        return False

    def _open(self, *, is_pipelined: bool = True) -> Carrier:
        """Raises RelayUnavailableError."""
        session = self._dial()
        is_pipelined = is_pipelined and self._trust.is_given and session.extensions.has("PIPELINING")
        self._carrier = Carrier(session, is_pipelined=is_pipelined)
        return self._carrier

    def _drop(self) -> None:
        carrier, self._carrier = self._carrier, None
        if carrier is not None:
            carrier.abort()


def _wait_for(coming: Iterator[AnyOffer | None]) -> AnyOffer | None:
    """The next offer, however long that takes; None after the last."""
    return next((offer for offer in coming if offer is not None), None)
