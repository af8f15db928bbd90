"""Messages on one session: which commands go out together, and what the answers mean.

With PIPELINING (RFC 2920), MAIL, RCPT and DATA leave in one write, and the envelope of the next message leaves with the
content of the one before it, so that a message costs one round trip. Without, each command waits for its answer. Pure.
"""

import re
from collections.abc import Callable
from contextlib import suppress

from newsletter.errors import InvalidInputError
from newsletter.sending.wire.commands import DATA, RSET, Envelope, Offer, envelope
from newsletter.sending.wire.errors import ConnectionLostError, LineError, NonsenseError
from newsletter.sending.wire.replies import CLOSING, RawReply, Reply
from newsletter.sending.wire.requests import Steps
from newsletter.sending.wire.session import Session

_GO_ON = 354
_LAST_WORDS_SECONDS = 1.0
_PROTOCOL = 5  # X.5.X: the server could not follow (RFC 3463, section 3.6)
_OUT_OF_STEP = re.compile("pipelin|synchroni", re.IGNORECASE)


class Carrier:
    """For one offer after another: `begin`, and if that gives None, `transmit` or `close`."""

    def __init__(self, session: Session, *, is_pipelined: bool) -> None:
        self.session = session
        self.is_pipelined = is_pipelined
        self.is_used = False  # the relay has taken or refused a message on it
        self.is_spent = False  # nothing more can be said on it
        self._line = session.line
        self._is_under_way = False  # a message is: something was said of it, and its answer is not here
        self._ahead: Offer | None = None  # its envelope was sent with the message before it
        self._was_ahead = False  # so was the group that is being read, or was read last
        self._must_reset = False
        self._proven: set[bool] = set()  # kinds of groups that were once answered in full: sent ahead, or not

    def has_begun(self) -> bool:
        """Whether the relay waits for the message whose envelope was sent ahead: what `begin` most often comes to."""
        if self._ahead is None or self._must_reset or not self._line.heard_go_ahead():
            return False
        self._was_ahead, self._ahead = True, None
        self._is_under_way = True
        self._proven.add(True)
        return True

    def begin(self, offer: Offer) -> Steps[RawReply | None]:
        """Say for whom the message is. None: the relay waits for it; else why it will not have it.

        An offer whose envelope was sent ahead must be begun next. Raises InvalidInputError where nothing can be said of
        it, LineError: the relay has nothing of the message then.
        """
        if not self.is_pipelined:
            refusal = yield from self._ask_one_by_one(self._envelope(offer))
        else:
            if self._ahead is None:
                group = self._group(offer)
                self._is_under_way = True
                yield self._line.write([group])
            self._was_ahead, self._ahead = self._ahead is not None, None
            self._is_under_way = True
            refusal = yield from self._read_group()
        self._is_under_way = refusal is None
        return refusal

    def transmit(
        self, offer: Offer, following: Offer | None = None, meanwhile: Callable[[], object] = lambda: None
    ) -> Steps[RawReply]:
        """Send the message that the relay waits for, and the envelope of the following one with it where possible.

        The relay's answer to the message; `meanwhile` is called before that is waited for. Raises ConnectionLostError.
        """
        content, ahead = offer.content, self._group_ahead(following)
        try:
            yield self._line.write([*content.pieces, ahead] if ahead else content.pieces)
        except LineError as error:
            is_offered = error.handed >= content.length
            if not is_offered and (reply := (yield from self._last_words())):
                return reply
            raise ConnectionLostError(data_offered=is_offered) from error
        meanwhile()
        try:
            reply = yield from self._line.read()
            if 300 <= reply.code < 400:
                raise NonsenseError(f"The relay answered the message with {Reply.of(*reply)}")
        except LineError as error:
            raise ConnectionLostError(str(error), data_offered=True) from error
        self._is_under_way = False
        self.is_used = True
        self.is_spent = reply.code == CLOSING
        self._ahead = following if ahead else None
        return RawReply(reply.code, reply.text, "BODY")

    @property
    def has_just_paused(self) -> bool:
        """The relay was quiet a moment ago."""
        return self._line.has_just_paused

    def is_quiet(self) -> Steps[bool]:
        """False where the relay has gone, or speaks out of its turn: it must not be given the message then."""
        return self._line.is_quiet()

    @property
    def is_idle(self) -> bool:
        """Nothing is under way: any message may be next."""
        return not self._is_under_way and self._ahead is None

    def is_doubtful(self, reply: RawReply | None = None) -> bool:
        """Whether pipelining may be to blame for the last `begin`: for its breaking off, or for such a refusal.

        Servers (or what stands before them) offer it and then drop commands that come together. As long as a session
        has not answered a group of commands in full, a complaint about their order says nothing about the recipient.
        """
        if not self.is_pipelined or self._was_ahead in self._proven:
            return False
        if reply is None:
            return True
        told = Reply.of(*reply)
        is_about_protocol = told.enhanced is not None and told.enhanced[1] == _PROTOCOL
        return 500 <= reply.code <= 504 or is_about_protocol or bool(_OUT_OF_STEP.search(told.text))

    def close(self) -> None:
        """Say goodbye where that can be said, which waits. A message that the relay waits for is not sent then."""
        if self.is_idle and not self.is_spent:
            self.session.quit()
        else:
            self._line.stream.close()

    def abort(self) -> None:
        self._line.stream.close()

    def _envelope(self, offer: Offer) -> Envelope:
        return envelope(offer, self.session.extensions)

    def _group(self, offer: Offer) -> bytes:
        mail, rcpt = self._envelope(offer)
        return (RSET if self._must_reset else b"") + mail + rcpt + DATA

    def _group_ahead(self, following: Offer | None) -> bytes:
        """Empty where there is none, or none that can be said; why is told when its turn has come."""
        if following is not None and self.is_pipelined:
            with suppress(InvalidInputError):
                return self._group(following)
        return b""

    def _read_group(self) -> Steps[RawReply | None]:
        if self._must_reset:
            yield from self._read_reset()
        refusal: RawReply | None = None
        try:
            for command in ("MAIL", "RCPT", "DATA"):
                reply = self._line.heard() or (yield from self._line.read())
                if reply.code == CLOSING:
                    return self._end(refusal or reply._replace(at=command))
                if reply.code == _GO_ON and command == "DATA":
                    if refusal is not None:
                        # It would take a message for nobody. RFC 2920, section 3.1 has us send an empty one, and hope
                        # that it is refused; to leave is safer.
                        return self._end(refusal)
                    self._proven.add(self._was_ahead)
                    return None
                refusal = refusal or _refusal(reply, command)
        except LineError:
            if refusal is None:
                raise
            return self._end(refusal)
        self._must_reset = self.is_used = True
        return refusal

    def _ask_one_by_one(self, envelope: Envelope) -> Steps[RawReply | None]:
        self._is_under_way = True
        if self._must_reset:
            yield self._line.write([RSET])
            yield from self._read_reset()
        for command, line in (("MAIL", envelope.mail), ("RCPT", envelope.rcpt), ("DATA", DATA)):
            reply = yield from self._line.say(line)
            if reply.code == _GO_ON and command == "DATA":
                return None
            if refusal := _refusal(reply, command):
                self.is_spent = refusal.code == CLOSING
                self._must_reset = self.is_used = True
                return refusal
        return None

    def _read_reset(self) -> Steps[None]:
        reply = yield from self._line.read()
        if not reply.is_positive:
            raise NonsenseError(f"The relay answered RSET with {Reply.of(*reply)}")
        self._must_reset = False

    def _end(self, reply: RawReply) -> RawReply:
        self.is_spent = True
        return reply

    def _last_words(self) -> Steps[RawReply | None]:
        """Why a relay that hung up in the middle of a message did so, if it said."""
        try:
            reply = yield from self._line.read(_LAST_WORDS_SECONDS)
        except LineError:
            return None
        self.is_spent = True
        return reply._replace(at="BODY") if reply.is_refusal else None


def _refusal(reply: RawReply, command: str) -> RawReply | None:
    """`reply` if it refuses the command; None for a yes. Raises NonsenseError for what is neither."""
    if reply.is_refusal:
        return reply._replace(at=command)
    if reply.is_positive and command != "DATA":
        return None
    raise NonsenseError(f"The relay answered {command} with {Reply.of(*reply)}")
