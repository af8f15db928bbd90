"""A kept connection to a relay: one message after another, over as many sessions as that takes. Pure but for `send`.

A relay may end a session whenever it likes. A message that it did not begin to take is offered once more in a new one;
a message whose end may have reached it never is.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from typing import Generic, TypeVar

from newsletter.errors import InvalidInputError
from newsletter.sending.wire.carrier import Carrier
from newsletter.sending.wire.commands import Offer
from newsletter.sending.wire.driving import driven_step_by_step
from newsletter.sending.wire.errors import ConnectionLostError, LineError, RelayUnavailableError, SilentError
from newsletter.sending.wire.replies import CLOSING, RawReply, Reply
from newsletter.sending.wire.requests import Call, Sleep, Steps
from newsletter.sending.wire.session import Session
from newsletter.sending.wire.trust import Trust

__all__ = ["Call", "Connection", "ConnectionLostError", "Offer", "Reply", "Result", "Sleep", "Steps"]

AnyOffer = TypeVar("AnyOffer", bound=Offer)
# InvalidInputError: this message or address cannot be said to the relay. None: the caller kept it back after all.
Result = Reply | ConnectionLostError | InvalidInputError | None
MayLeave = Callable[[AnyOffer], bool | Call]
TakeDown = Callable[[AnyOffer, Result], object]


class Connection:
    """`dial` opens a session: greeted, secured and logged in. Not to be shared between threads."""

    def __init__(self, dial: Callable[[], Session], trust: Trust) -> None:
        self._dial = dial
        self._trust = trust
        self._carrier: Carrier | None = None
        self._opened()

    @property
    def is_secure(self) -> bool:
        return self._carrier is not None and self._carrier.session.line.stream.is_secure

    def send(self, sender: str, recipient: str, message: bytes) -> Reply:
        """The relay's answer to `message`: to the content, or to the command at which it refused. Waits.

        Raises InvalidInputError before anything is said of it, ConnectionLostError where there was no answer, and
        RelayUnavailableError (one of the latter) where no session can be opened.
        """
        [(_, result)] = self.send_all([Offer.of(sender, recipient, message)])
        if isinstance(result, Reply):
            return result
        raise result or ConnectionLostError

    def send_all(
        self, offers: Iterable[AnyOffer | Sleep | Call], may_leave: MayLeave[AnyOffer] = lambda offer: True
    ) -> Generator[tuple[AnyOffer, Result], None, None]:
        """Each offer with what became of it, in order, as `carry` has it. Waits.

        Whoever stops iterating keeps back what is in hand.
        """
        ends: deque[tuple[AnyOffer, Result]] = deque()
        for _ in driven_step_by_step(self.carry(offers, may_leave, lambda *end: ends.append(end))):
            while ends:
                yield ends.popleft()
        yield from ends

    def carry(
        self,
        offers: Iterable[AnyOffer | Sleep | Call],
        may_leave: MayLeave[AnyOffer],
        take_down: TakeDown[AnyOffer],
    ) -> Steps[None]:
        """Offer one message after another, and have taken down what became of each.

        Two messages are asked for ahead of the one in hand, never more: the envelope of the first leaves together with
        the content before it, and the second is made ready while the relay answers. Where `offers` gives a request
        instead, there is none for now; once the message in hand is answered, the request is done and the next is asked
        for. `may_leave` has the last word, right before the first byte of an offer's content; it too may give
        something to be called first. Raises RelayUnavailableError where no session can be opened: then the offers that
        were not taken down have certainly not been taken.
        """
        coming = _Coming(offers)
        try:
            offer = yield from coming.next()
            while offer is not None:
                following: AnyOffer | None = None
                try:
                    has_begun = self._carrier is not None and self._carrier.has_begun()
                    if not has_begun and (refusal := (yield from self._begin(offer))) is not None:
                        result: Result = Reply.of(*refusal)
                    else:
                        following = coming.next_at_hand()
                        result = yield from self._finish(offer, following, may_leave, coming.prepare)
                except RelayUnavailableError:
                    raise
                except (ConnectionLostError, InvalidInputError) as error:
                    result = error
                take_down(offer, result)
                offer = following if following is not None else (yield from coming.next())
        finally:
            if self._carrier is not None and not self._carrier.is_idle:
                self._drop()

    def close(self) -> None:
        """Say goodbye, if the relay still listens. Waits."""
        carrier, self._carrier = self._carrier, None
        if carrier is not None:
            carrier.close()

    def _begin(self, offer: Offer) -> Steps[RawReply | None]:
        """Say for whom the message is, in a new session if the kept one has come to its end.

        None: the relay waits for the message; else why it will not have it.
        """
        kept = self._carrier
        if kept is not None and kept.is_used:
            try:
                refusal = yield from self._ask(kept, offer)
            except LineError as error:
                if isinstance(error, SilentError) and kept.is_doubtful():
                    return (yield from self._begin_one_by_one(offer))
            else:
                if refusal is not None and kept.is_doubtful(refusal):
                    return (yield from self._begin_one_by_one(offer))
                if refusal is None or refusal.code != CLOSING:
                    return refusal
        return (yield from self._begin_anew(offer))

    def _begin_anew(self, offer: Offer) -> Steps[RawReply | None]:
        carrier = self._carrier or (yield from self._open())
        try:
            refusal = yield from self._ask(carrier, offer)
        except LineError as error:
            if not carrier.is_doubtful():
                raise ConnectionLostError(str(error)) from error
        else:
            if refusal is None or not carrier.is_doubtful(refusal):
                return refusal
        return (yield from self._begin_one_by_one(offer))

    def _begin_one_by_one(self, offer: Offer) -> Steps[RawReply | None]:
        """The relay may not have understood: ask once more, with each command after the answer to the one before."""
        self._drop()
        try:
            carrier = yield from self._open(is_pipelined=False)
            refusal = yield from self._ask(carrier, offer)
        except LineError as error:
            raise ConnectionLostError(str(error)) from error
        if refusal is None:
            self._trust.withdraw()
        return refusal

    def _ask(self, carrier: Carrier, offer: Offer) -> Steps[RawReply | None]:
        try:
            refusal = yield from carrier.begin(offer)
        except LineError:
            self._drop()
            raise
        if carrier.is_spent:
            self._drop()
        return refusal

    def _finish(
        self,
        offer: AnyOffer,
        following: Offer | None,
        may_leave: MayLeave[AnyOffer],
        meanwhile: Callable[[], object],
    ) -> Steps[Reply | None]:
        """The relay waits for the message of `offer`."""
        while True:
            if not (yield from self._is_quiet()):  # it hung up while the next one was looked for
                if (refusal := (yield from self._begin_anew(offer))) is not None:
                    return Reply.of(*refusal)
                if not (yield from self._is_quiet()):
                    raise ConnectionLostError("The relay spoke out of its turn.")
            if not isinstance(verdict := may_leave(offer), Call):
                break
            yield verdict
        if not verdict:
            self._drop()
            return None
        carrier = self._carrier
        assert carrier is not None  # noqa: S101 - `_begin` left it open
        try:
            reply = yield from carrier.transmit(offer, following, meanwhile)
        except ConnectionLostError:
            self._drop()
            raise
        if carrier.is_spent:
            self._drop()
        return Reply.of(*reply)

    def _is_quiet(self) -> Steps[bool]:
        """Whether the relay waits for the message and for nothing else; otherwise the session is over."""
        if (carrier := self._carrier) is not None and (carrier.has_just_paused or (yield from carrier.is_quiet())):
            return True
        self._drop()
        return False

    def _open(self, *, is_pipelined: bool = True) -> Steps[Carrier]:
        """Raises RelayUnavailableError."""
        carrier: Carrier = yield Call(lambda: self._opened(is_pipelined=is_pipelined))
        return carrier

    def _opened(self, *, is_pipelined: bool = True) -> Carrier:
        """Waits. Raises RelayUnavailableError."""
        session = self._dial()
        is_pipelined = is_pipelined and self._trust.is_given and session.extensions.has("PIPELINING")
        self._carrier = Carrier(session, is_pipelined=is_pipelined)
        return self._carrier

    def _drop(self) -> None:
        carrier, self._carrier = self._carrier, None
        if carrier is not None:
            carrier.abort()


class _Coming(Generic[AnyOffer]):
    """Offers, of which the next one may be made ready before it is asked for."""

    def __init__(self, offers: Iterable[AnyOffer | Sleep | Call]) -> None:
        self._offers = iter(offers)
        self._held: AnyOffer | Sleep | Call | None = None

    def prepare(self) -> None:
        """Have the next one at hand, or what is to be done before there is one."""
        if self._held is None:
            self._held = next(self._offers, None)

    def next_at_hand(self) -> AnyOffer | None:
        """The next one, if there is one for now."""
        self.prepare()
        if self._held is None or isinstance(self._held, Sleep | Call):
            return None
        offer, self._held = self._held, None
        return offer

    def next(self) -> Steps[AnyOffer | None]:
        """The next one, however long that takes; None after the last."""
        held, self._held = self._held, None
        while isinstance(item := held or next(self._offers, None), Sleep | Call):
            held = None
            yield item
        return item
