"""How a connection to a relay can fail once it is open."""

from newsletter.errors import InvalidInputError, UnavailableError


class LineError(UnavailableError):
    """Nothing more can be said on this connection; of what was being written, at most `handed` bytes have left."""

    message = "The connection to the relay broke."

    def __init__(self, message: str | None = None, *, handed: int = 0) -> None:
        super().__init__(message)
        self.handed = handed


class SilentError(LineError):
    message = "The relay did not answer in time."


class NonsenseError(LineError):
    message = "The relay answered something that makes no sense here."


class ConnectionLostError(UnavailableError):
    """The connection ended without an answer.

    `data_offered` is False where the relay has certainly not taken the message: the mark that ends it never left, and
    a relay must drop a message that it did not get to the end (RFC 5321, section 4.1.1.10). It is True once that mark
    may have left: then the relay may have taken the message, and nobody can know.
    """

    message = "The connection to the relay was lost."

    def __init__(self, message: str | None = None, *, data_offered: bool = False) -> None:
        super().__init__(message)
        self.data_offered = data_offered


class RelayUnavailableError(ConnectionLostError):
    """No session could be opened: nothing was offered."""

    message = "The relay does not answer."


class UnsendableError(InvalidInputError):
    """The relay at hand cannot carry this message, whatever is tried."""

    message = "The relay cannot carry this message."
