"""The service that a command works on: made when first asked for, so that `--help` needs no database."""

from functools import cache

from newsletter.bootstrap import Service, bootstrap
from newsletter.config import load_settings


@cache
def service() -> Service:
    """A person who gives a command reads its answer, not its log: only warnings are shown, unless a level is set."""
    settings = load_settings()
    if "log_level" not in settings.model_fields_set:
        settings = settings.model_copy(update={"log_level": "WARNING"})
    return bootstrap(settings)
