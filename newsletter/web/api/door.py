"""The door of the API (ASGI): without a good key nothing of a request is looked at, and nobody may ask too often."""

import math

from fastapi import Request, Response
from limits import RateLimitItem, RateLimitItemPerMinute
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from newsletter.editors.key_models import ApiKey
from newsletter.editors.keys import key_of, note_use, was_used_lately
from newsletter.web.api.problems import problem
from newsletter.web.limiting import GUESSES_BY_NETWORK
from newsletter.web.parts import Parts, network_of

OPEN = ("/openapi.json",)  # what may be read without a key
_NEEDS_KEY = {"WWW-Authenticate": 'Bearer realm="api"'}  # RFC 6750, section 3


class Door:
    def __init__(self, app: ASGIApp, parts: Parts) -> None:
        self._app, self._parts = app, parts
        self._limit = RateLimitItemPerMinute(parts.service.settings.api_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _path(scope) in OPEN:
            await self._app(scope, receive, send)
            return
        found = await run_in_threadpool(self._enter, Request(scope))
        if isinstance(found, Response):
            await found(scope, receive, send)
            return
        scope.setdefault("state", {})["key"] = found
        await self._app(scope, receive, send)
        await run_in_threadpool(self._note, found)

    def _enter(self, request: Request) -> ApiKey | Response:
        secret = secret_of(request)
        network = network_of(request, self._parts)
        if not secret:
            return problem(401, "Send a key as `Authorization: Bearer KEY`.", headers=_NEEDS_KEY)
        with self._parts.service.db.reading() as session:
            key = key_of(session, secret)
        if key is None:
            if not self._parts.limiter.allows(GUESSES_BY_NETWORK, "guess", network):
                return self._too_often(GUESSES_BY_NETWORK, "guess", network or "")
            return problem(401, "This key opens nothing.", headers=_NEEDS_KEY)
        if not self._parts.limiter.allows(self._limit, "api", str(key.id)):
            return self._too_often(self._limit, "api", str(key.id))
        return key

    def _too_often(self, limit: RateLimitItem, what: str, who: str) -> Response:
        wait = max(1, math.ceil(self._parts.limiter.seconds_until(limit, what, who)))
        sentence = f"Too many requests. Come back in {wait} seconds."
        return problem(429, sentence, headers={"Retry-After": str(wait)})

    def _note(self, key: ApiKey) -> None:
        """After the answer has left: on SQLite a writer waits for its turn, and nobody should wait for this."""
        service = self._parts.service
        if not was_used_lately(key, service.clock.now()):
            with service.db.writing() as session:
                note_use(session, key, service.clock.now())


def secret_of(request: Request) -> str:
    """What was sent as the key; empty where nothing was."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))
