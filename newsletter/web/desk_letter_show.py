"""The letter of an issue in a frame of the desk, as different readers see it."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from markupsafe import escape

from newsletter.rendering.framing import framed
from newsletter.sending.previewing import Preview
from newsletter.web.desk_access import EditorSeat
from newsletter.web.desk_issue_reading import issue_for
from newsletter.web.parts import Web
from newsletter.web.responses import HTML

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]

LOOKS = {
    "phone": "Phone",
    "desktop": "Desktop",
    "dark": "Dark",
    "no-pictures": "Without pictures",
    "text": "Text",
}
# The letter has its styles inline; it runs nothing, loads pictures alone, and only our own desk may frame it.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src {pictures}; base-uri 'none'; form-action 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'"
)


@router.get("/desk/issues/{issue_id}/letter")
def letter(web: Web, seat: EditorSeat, issue_id: Id, look: str = "desktop", language: str = "") -> Response:
    """Rendering is kept in the database, which is all that this GET writes."""
    service = web.service
    with service.db.writing() as session:
        found = issue_for(session, seat, issue_id)
        preview = Preview.of(
            service.rendering,
            session,
            found,
            language or found.language,
            base_url=service.settings.base_url,
            now=service.clock.now(),
        )
    return in_frame(_seen(preview, look), pictures="'none'" if look == "no-pictures" else "https: data:")


def in_frame(html: str, *, pictures: str = "'none'") -> Response:
    """A mail for a frame of the desk; `pictures` are the places (CSP) that they may come from."""
    headers = {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": _POLICY.format(pictures=pictures),
        "X-Frame-Options": "SAMEORIGIN",
    }
    return Response(html, media_type=HTML, headers=headers)


def _seen(preview: Preview, look: str) -> str:
    if look == "text":
        return f'<!doctype html><html lang=""><title>Text</title><pre>{escape(preview.text)}</pre></html>'
    html = framed(preview.html)
    if look == "dark":  # a page can't choose the scheme of a frame in it; the letter's own dark rules are made to hold
        html = html.replace("(prefers-color-scheme: dark)", "all").replace("(prefers-color-scheme:dark)", "all")
    return html
