"""Closing an SMTP server of ours without cutting a mail in two."""

import asyncio
from collections.abc import Collection
from typing import Protocol


class Connection(Protocol):
    """A client's connection to such a server."""

    @property
    def is_amid_a_mail(self) -> bool: ...

    def end(self) -> None:
        """Close it, and leave the collection of those that are open."""


async def close_connections(connections: Collection[Connection], *, within_seconds: float) -> None:
    """Let mails that are coming in come to their end, for so long; end the other connections at once."""
    loop = asyncio.get_running_loop()
    give_up = loop.time() + within_seconds
    while connections:
        for connection in [*connections]:
            if not connection.is_amid_a_mail or loop.time() > give_up:
                connection.end()
        await asyncio.sleep(0.02)
