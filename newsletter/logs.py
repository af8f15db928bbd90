"""Structured logs: one event a line, no personal data.

Addresses and tokens must never be passed to a logger; as a second line of defence anything that looks like an
address is masked, whatever key it stands under, in messages of libraries and in tracebacks as well.
"""

import logging
import re
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

_ADDRESS = re.compile(r"[^\s<>\"'(),;:=\[\]]+@[^\s<>\"'(),;:\[\]]+")

# aiosmtpd logs every command, and whom it is about; flufl.bounce each of its detectors.
_CHATTY = ("mail.log", "flufl.bounce")

Event = MutableMapping[str, Any]


def mask_addresses(text: str) -> str:
    """`text` with everything that looks like an e-mail address replaced by `<address>`."""
    return _ADDRESS.sub("<address>", text) if "@" in text else text


def _mask(_logger: object, _method: str, event: Event) -> Event:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = mask_addresses(value)
    return event


def configure_logs(style: Literal["console", "json"], level: str = "INFO") -> None:
    """Send our own and the libraries' log lines to standard error in one form."""
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.format_exc_info,
        _mask,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer() if style == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in (
        "httpx",
        "httpcore",
        "aiosmtpd",
        "CSSUTILS",
        "mail.log",
        "alembic",
    ):  # they log URLs, addresses, style hints, and at every start their plugins and that all is as it was
        logging.getLogger(chatty).setLevel(logging.ERROR)
