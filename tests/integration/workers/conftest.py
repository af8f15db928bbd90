"""The service of the sending tests, whose processes are real ones here."""

from tests.integration.sending.conftest import service, settings

__all__ = ["service", "settings"]
