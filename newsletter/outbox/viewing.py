"""The outbox's pages. They run no script, and what a mail brings along runs none either.

Only requests that name this machine are answered: a page elsewhere that makes its own name point here (DNS rebinding)
reads nothing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

from fastapi import FastAPI, Form, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.middleware.trustedhost import TrustedHostMiddleware

from newsletter.errors import NotFoundError
from newsletter.outbox.reading import readable
from newsletter.outbox.store import Outbox
from newsletter.rendering.framing import framed
from newsletter.rendering.templates import template_folder

PER_PAGE = 50
_HOSTS = ["127.0.0.1", "localhost"]
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# The mail's own styles and pictures, links that open beside it; no script, no form, nothing of this page.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: http: https:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)

Search = Annotated[str, Query(max_length=200)]
PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]


def create_app(outbox: Outbox) -> FastAPI:
    """The pages of `outbox`."""
    app = FastAPI(title="Outbox", docs_url=None, redoc_url=None, openapi_url=None)
    templates = _templates()
    _add_pages(app, outbox, templates)
    _add_mails(app, outbox, templates)
    _add_api(app, outbox)
    app.middleware("http")(_guard)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS)

    @app.exception_handler(NotFoundError)
    def missing(request: Request, error: NotFoundError) -> Response:
        return templates.TemplateResponse(request, "missing.html", {"reason": str(error)}, status_code=404)

    return app


def _add_pages(app: FastAPI, outbox: Outbox, templates: Jinja2Templates) -> None:
    style = (template_folder() / "outbox" / "style.css").read_text()
    drawing = (template_folder() / "outbox" / "icon.svg").read_text()

    @app.get("/style.css")
    def style_sheet() -> Response:
        return Response(style, media_type="text/css")

    @app.get("/icon.svg")
    def icon() -> Response:
        return Response(drawing, media_type="image/svg+xml")

    @app.get("/")
    def mail_list(request: Request, q: Search = "", page: PageNumber = 1) -> Response:
        found = outbox.count(q)
        shown = outbox.newest(q, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
        context = {"mails": shown, "found": found, "total": outbox.count(), "search": q, "page": page}
        context |= {"pages": max(1, -(-found // PER_PAGE)), "query": lambda number: urlencode({"q": q, "page": number})}
        return templates.TemplateResponse(request, "list.html", context)

    @app.get("/delete")
    def ask_to_delete(request: Request) -> Response:
        return templates.TemplateResponse(request, "delete.html", {"total": outbox.count()})

    @app.post("/delete")
    def delete_all(sure: Annotated[str, Form()] = "") -> Response:
        if sure == "yes":
            outbox.delete_all()
        return RedirectResponse("/", status_code=303)


def _add_mails(app: FastAPI, outbox: Outbox, templates: Jinja2Templates) -> None:
    @app.get("/mails/{mail_id}")
    def mail_page(request: Request, mail_id: int) -> Response:
        mail, source = outbox.source(mail_id)
        older, newer = outbox.neighbours(mail_id)
        context = {"mail": mail, "parts": readable(source), "older": older, "newer": newer}
        return templates.TemplateResponse(request, "mail.html", context)

    @app.get("/mails/{mail_id}/html")
    def mail_html(mail_id: int) -> Response:
        html = readable(outbox.source(mail_id)[1]).html
        return HTMLResponse(framed(html or ""), headers={"Content-Security-Policy": _MAIL_POLICY})

    @app.get("/mails/{mail_id}/source.eml")
    def mail_source(mail_id: int) -> Response:
        download = {"Content-Disposition": f'attachment; filename="mail-{mail_id}.eml"'}
        return Response(outbox.source(mail_id)[1], media_type="message/rfc822", headers=download)

    @app.get("/mails/{mail_id}/source.txt")
    def mail_source_text(mail_id: int) -> Response:
        return PlainTextResponse(outbox.source(mail_id)[1])


def _add_api(app: FastAPI, outbox: Outbox) -> None:
    @app.get("/api/mails")
    def mails(
        q: Search = "", page: PageNumber = 1, limit: Annotated[int, Query(ge=0, le=1000)] = PER_PAGE
    ) -> dict[str, Any]:
        """How many match, and one page of them, newest first."""
        shown = outbox.newest(q, limit=limit, offset=(page - 1) * limit)
        return {"count": outbox.count(q), "mails": [asdict(mail) for mail in shown]}

    @app.get("/api/mails/{mail_id}")
    def mail(mail_id: int) -> dict[str, Any]:
        kept, source = outbox.source(mail_id)
        return asdict(kept) | asdict(readable(source))

    @app.delete("/api/mails")
    def delete() -> dict[str, int]:
        return {"deleted": outbox.delete_all()}


async def _guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Changes come from these pages or from a program, never from another site's page; answers say what they allow."""
    origin = request.headers.get("origin")
    if request.method not in ("GET", "HEAD") and origin and urlsplit(origin).netloc != request.headers.get("host"):
        return JSONResponse({"detail": "This came from another site."}, status_code=403)
    response = await call_next(request)
    response.headers.setdefault("Content-Security-Policy", _PAGE_POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _templates() -> Jinja2Templates:
    environment = Environment(
        loader=FileSystemLoader(template_folder() / "outbox"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["when"] = lambda instant: instant[:19].replace("T", " ") + " UTC"
    return Jinja2Templates(env=environment)
