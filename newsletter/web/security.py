"""Headers that every answer carries, and HEAD for every page (ASGI)."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# No script runs, no style or picture comes from elsewhere, forms lead back to us, and nobody frames a page.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-src 'self'; "
    "frame-ancestors {ancestors}"
)
# The same for a page of the desk with a script of ours in a file of its own.
WITH_SCRIPT = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-src 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


# Of the desk, whose every answer is for one person.
_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def secure(headers: MutableHeaders, *, framed: bool = False, https: bool = False, desk: bool = False) -> None:
    """Add what the answer does not say itself. `framed`: any site may show it in a frame."""
    for name, value in (_HEADERS | (_PRIVATE if desk else {})).items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", _POLICY.format(ancestors="*" if framed else "'none'"))
    if not framed:
        headers.setdefault("X-Frame-Options", "DENY")
    if https:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")


class SecurityHeaders:
    """`framed` are the paths of pages that are made to stand in a frame on the news site."""

    def __init__(self, app: ASGIApp, *, framed: tuple[str, ...], https: bool) -> None:
        self._app, self._framed, self._https = app, framed, https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                path = scope["path"]
                headers = MutableHeaders(scope=message)
                secure(headers, framed=path in self._framed, https=self._https, desk=path.startswith("/desk"))
            await send(message)

        await self._app(scope, receive, send_secured if scope["type"] == "http" else send)


IS_HEAD = "newsletter.is_head"  # in the scope of a request that a page takes for a GET


class HeadAsGet:
    """Answers HEAD with the headers of GET (RFC 9110, section 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET", IS_HEAD: True}, receive, send_without_body)
