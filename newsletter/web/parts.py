"""What every page needs, made once when the application starts."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from newsletter.bootstrap import Service
from newsletter.web.limiting import Limiter
from newsletter.web.pages import Pages
from newsletter.web.ringing import Bell


@dataclass(frozen=True)
class Parts:
    service: Service
    pages: Pages
    limiter: Limiter
    bell: Bell


def _parts(request: Request) -> Parts:
    return cast(Parts, request.app.state.parts)


Web = Annotated[Parts, Depends(_parts)]
