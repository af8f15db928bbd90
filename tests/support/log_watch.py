"""Whatever a form of the desk changes is written in the log: held in every test that sends one (ASGI)."""

import re
from contextvars import ContextVar

from sqlalchemy import Engine, event
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)", re.IGNORECASE)
_SEEN: ContextVar[list[str] | None] = ContextVar("tables that a request has written to", default=None)

# What is asked of a browser before anybody is known, or before anything comes of it; and a rendering that is kept.
QUIET_PATHS = re.compile(r"/desk/(sign-in|passkeys/question|issues/\d+/check)$")
QUIET_TABLES = {"challenge", "rendered_issue"}


def _note(_connection, _cursor, statement, *_rest) -> None:
    seen, written = _SEEN.get(), _WRITES.match(statement)
    if seen is not None and written:
        seen.append(written[1])


class LogWatch:
    def __init__(self, app: ASGIApp, engine: Engine) -> None:
        self._app = app
        event.listen(engine, "before_cursor_execute", _note)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith("/desk/"):
            await self._app(scope, receive, send)
            return
        status = []

        async def noting(message: Message) -> None:
            status.extend([message["status"]] if message["type"] == "http.response.start" else [])
            await send(message)

        token = _SEEN.set([])
        try:
            await self._app(scope, receive, noting)
            written = set(_SEEN.get() or ()) - QUIET_TABLES
        finally:
            _SEEN.reset(token)
        if status[0] < 400 and not QUIET_PATHS.search(scope["path"]):
            assert not written or "log_entry" in written, f"{scope['path']} changed {written}, and the log says nothing"
