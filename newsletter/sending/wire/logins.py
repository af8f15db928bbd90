"""Logging in (RFC 4954): what each mechanism says, and in which order. Pure."""

from base64 import b64encode
from collections.abc import Iterator

from newsletter.errors import UnavailableError
from newsletter.relay_urls import Mechanism
from newsletter.sending.wire.line import Line
from newsletter.sending.wire.replies import RawReply
from newsletter.sending.wire.requests import Steps

_GO_ON = 334
_DONE = 235


_WITH_PASSWORD = (Mechanism.PLAIN, Mechanism.LOGIN)  # in this order where the settings name none


class NoLoginError(UnavailableError):
    message = "The relay offers no way to log in that we know."


class WrongLoginError(UnavailableError):
    message = "The relay refused the user name or the password."

    def __init__(self, code: int) -> None:
        super().__init__()
        self.code = code


def choose(offered: tuple[str, ...], wanted: Mechanism | None) -> Mechanism:
    """The mechanism to log in by. Raises NoLoginError."""
    for mechanism in (wanted,) if wanted else _WITH_PASSWORD:
        if mechanism.upper() in offered:
            return mechanism
    raise NoLoginError


def log_in(line: Line, mechanism: Mechanism, user: str, password: str) -> Steps[None]:
    """Raises WrongLoginError, LineError."""
    first, *more = _words(mechanism, user, password)
    reply = yield from line.say(f"AUTH {mechanism.upper()}".encode() + first + b"\r\n")
    for word in more:
        if reply.code != _GO_ON:
            break
        reply = yield from line.say(word + b"\r\n")
    if reply.code != _DONE:
        raise WrongLoginError((yield from _told(line, reply)).code)


def _words(mechanism: Mechanism, user: str, password: str) -> Iterator[bytes]:
    """What follows the mechanism's name, then what is said each time that the server says 334."""
    match mechanism:
        case Mechanism.PLAIN:
            yield b" " + b64encode(f"\0{user}\0{password}".encode())
        case Mechanism.LOGIN:
            yield b""
            yield b64encode(user.encode())
            yield b64encode(password.encode())
        case Mechanism.XOAUTH2:
            yield b" " + b64encode(f"user={user}\1auth=Bearer {password}\1\1".encode())


def _told(line: Line, reply: RawReply) -> Steps[RawReply]:
    """The refusal itself: XOAUTH2 says in a 334 what is wrong, and refuses after an empty line."""
    return (yield from line.say(b"\r\n")) if reply.code == _GO_ON else reply
