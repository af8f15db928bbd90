"""What every page needs, made once when the application starts."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from newsletter.bootstrap import Service
from newsletter.subscribers.digests import network_digest
from newsletter.web.limiting import Limiter
from newsletter.web.pages import Pages
from newsletter.web.remembering import Memory
from newsletter.web.ringing import Bell


@dataclass(frozen=True)
class Parts:
    service: Service
    pages: Pages
    limiter: Limiter
    bell: Bell
    memory: Memory


def _parts(request: Request) -> Parts:
    return cast(Parts, request.app.state.parts)


def network_of(request: Request, web: Parts) -> str | None:
    """A digest of the network that a request came from; None where there is no IP address."""
    return network_digest(request.client.host if request.client else None, web.service.secret_keys)


Web = Annotated[Parts, Depends(_parts)]
