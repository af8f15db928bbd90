"""What can go wrong between a source and its stories, each said in a sentence for the source's page."""

from datetime import datetime

from newsletter.errors import InvalidInputError, NewsletterError


class FeedError(InvalidInputError):
    """An answer that is no feed, or one that must not be read."""

    message = "This is not a feed."


class UnusableStoryError(InvalidInputError):
    """One entry, or one posted story, that cannot become a story; the others go on."""

    message = "This story cannot be used."


class FetchError(NewsletterError):
    """A source did not give its feed.

    `retry_at` is the time before which its server wants no other request; `status` what it answered, if it did.
    """

    message = "The feed could not be fetched."

    def __init__(
        self, message: str | None = None, *, retry_at: datetime | None = None, status: int | None = None
    ) -> None:
        super().__init__(message)
        self.retry_at = retry_at
        self.status = status


class RefusedAddressError(FetchError):
    message = "The address is not public, so it is not asked."


class HostBusyError(FetchError):
    """Another fetch from the same host did not end in time; nothing was asked."""

    message = "Another feed of the same host is being read; this one has its turn later."
