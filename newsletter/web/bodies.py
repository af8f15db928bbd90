"""Bodies of requests: bounded in size and in time, before anything reads them (ASGI)."""

import asyncio
import json
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

FORM_BYTES = 64 * 1024
API_BYTES = 1024 * 1024
BODY_SECONDS = 20.0
# The places that take a file, and read it for nobody but those who may
UPLOADS = ("/desk/imports", "/api/v1/imports")
UPLOAD_BYTES, UPLOAD_SECONDS = 50_000_000, 600.0
SENTENCES = {408: "The request took too long.", 413: "The request is too big."}


class BodyError(Exception):
    """A body that is too big or too slow; `status` is the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class BodyLimit:
    """Answers 413 to a body that says it is too big, and stops reading one that turns out so, or takes too long."""

    def __init__(self, app: ASGIApp, seconds: float = BODY_SECONDS) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit, seconds = API_BYTES if scope["path"].startswith(("/api/", "/hooks/")) else FORM_BYTES, self._seconds
        if scope["path"] in UPLOADS and scope["method"] == "POST":
            limit, seconds = UPLOAD_BYTES, UPLOAD_SECONDS
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > limit:
            await refuse(send, scope["path"], 413)
            return
        try:
            await self._app(scope, _bounded(receive, limit, seconds), send)
        except BodyError as error:
            await refuse(send, scope["path"], error.status)


async def refuse(send: Send, path: str, status: int) -> None:
    """A short answer; nobody who fills in a form sees it."""
    kind, body = _told(path, status, SENTENCES[status])
    headers = [(b"content-type", kind.encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})


def _told(path: str, status: int, sentence: str) -> tuple[str, str]:
    if path.startswith("/api/v1/"):  # RFC 9457, as all of it
        told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": sentence}
        return "application/problem+json", json.dumps(told | {"errors": []})
    if path.startswith("/api/"):
        return "application/json", json.dumps({"error": sentence})
    return "text/plain; charset=utf-8", f"{sentence}\n"


def _bounded(receive: Receive, limit: int, seconds: float) -> Receive:
    read = 0
    ended = False
    deadline = asyncio.get_running_loop().time() + seconds

    async def bounded() -> Message:
        nonlocal read, ended
        if ended:  # after the body only a disconnect can come, and that may take its time
            return await receive()
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError as error:
            raise BodyError(408) from error
        read += len(message.get("body", b""))
        ended = not message.get("more_body", False)
        if read > limit:
            raise BodyError(413)
        return message

    return bounded
