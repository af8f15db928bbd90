"""The error tree: every expected failure is one of these, with a message that a person can act on.

A class has a default message; a raise may say it more exactly. Whoever turns another exception into one of
these chains it (`raise ... from error`). The edges (command line, web, tasks) alone decide what to do with them.
"""


class NewsletterError(Exception):
    """Root of all failures that the service expects; anything else is a bug."""

    message = "Something went wrong."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)


class SettingsError(NewsletterError):
    message = "A setting is wrong."


class NotFoundError(NewsletterError):
    message = "There is no such thing."


class InvalidInputError(NewsletterError):
    message = "The input cannot be used."


class NotAllowedError(NewsletterError):
    """The thing exists, but its state forbids what was asked."""

    message = "That is not possible now."


class UnavailableError(NewsletterError):
    """Something that the service needs (Redis, a database, a relay) does not answer."""

    message = "A needed service does not answer."
