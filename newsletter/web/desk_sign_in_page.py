"""The page that says how to sign in: whoever is not, gets it in place of any page of the desk."""

from fastapi import Request, Response

from newsletter.editors.assertions import Site
from newsletter.web.desk_language import desk_language
from newsletter.web.parts import Parts
from newsletter.web.responses import private
from newsletter.web.security import WITH_SCRIPT


def sign_in_page(request: Request, web: Parts, *, status: int = 200, said: str = "") -> Response:
    """With the ways that there are here; `said` is why another one did not work."""
    settings = web.service.settings
    context = {
        "has_passkeys": Site.of(settings) is not None,
        "single": settings.oidc_name if settings.oidc_issuer else "",
        "said": said,
    }
    page = web.pages.render("desk/how_to_sign_in.html", desk_language(request), **context)
    response = private(page, status=status)
    response.headers["Content-Security-Policy"] = WITH_SCRIPT
    return response
