"""Answers: public ones that may be kept and are asked for again by ETag, and private ones that nobody may keep."""

import gzip
import hashlib
import re

from fastapi import Request, Response

HTML = "text/html; charset=utf-8"
_WORTH_SQUEEZING = 1_000  # bytes
_SQUEEZED = ("text/", "application/feed+json", "application/rss+xml", "application/xml", "image/svg+xml")


def public(request: Request, body: str | bytes, *, media_type: str = HTML, seconds: int = 60) -> Response:
    """A page that is the same for everyone who asks in one language; 304 where the browser has it already."""
    content = body.encode() if isinstance(body, str) else body
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": f"W/{etag}", "Cache-Control": f"public, max-age={seconds}", "Vary": "Accept-Language"}
    if has_etag(request.headers.get("If-None-Match", ""), etag):
        return Response(status_code=304, headers=headers)
    return squeezed(request, Response(content, media_type=media_type, headers=headers))


def squeezed(request: Request, response: Response) -> Response:
    """The same, compressed where the browser takes that and it is worth it. Only for what holds no secret (BREACH)."""
    if not response.headers["Content-Type"].startswith(_SQUEEZED) or len(response.body) < _WORTH_SQUEEZING:
        return response
    response.headers.add_vary_header("Accept-Encoding")
    if _takes_gzip(request.headers.get("Accept-Encoding", "")):
        response.body = gzip.compress(response.body, compresslevel=6, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.body))
    return response


def _takes_gzip(header: str) -> bool:
    """RFC 9110, section 12.5.3: named, and not with a weight of nothing."""
    return bool(re.search(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", header))


def private(body: str, *, status: int = 200) -> Response:
    """A page for one person, whose address holds a secret: not kept, and its address told to nobody."""
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return Response(body, status_code=status, media_type=HTML, headers=headers)


def see_other(path: str) -> Response:
    """On to one of our own pages after a form. `path` is never made from what the browser sent."""
    return Response(status_code=303, headers={"Location": path, "Cache-Control": "no-store"})


def has_etag(header: str, etag: str, *, weakly: bool = True) -> bool:
    """Whether an If-Match or If-None-Match names `etag`, or any (RFC 9110, section 13.1).

    `weakly`: a tag that a proxy has weakened counts, as it does for If-None-Match alone.
    """
    wanted = [tag.strip() for tag in header.split(",")]
    if weakly:
        wanted = [tag.removeprefix("W/") for tag in wanted]
    return etag in wanted or "*" in wanted
