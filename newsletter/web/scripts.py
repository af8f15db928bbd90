"""Public pages that a script of ours makes quicker; each works without it."""

from fastapi import Response

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-src 'self'; frame-ancestors {ancestors}"
)


def scripted(response: Response, *, framed: bool = False) -> Response:
    """Let the page run scripts from our own files, and no others. `framed`: any site may show it in a frame."""
    response.headers["Content-Security-Policy"] = _POLICY.format(ancestors="*" if framed else "'none'")
    return response
