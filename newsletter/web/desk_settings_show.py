"""Settings: what is set, where from, what is wrong with it; and whether a value would do, before anybody sets it.

They are set in the environment, by whoever runs the service; nothing here changes any. A value that is tried is sent
in a form, never in an address, and of a secret nothing is said back.
"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from newsletter.config import Settings, variable_name
from newsletter.errors import NotFoundError
from newsletter.setting_values import is_secret, no_settings, problem_with_value, shown_settings
from newsletter.web.desk_access import AdminSeatEverywhere, Seat
from newsletter.web.forms import Posted
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import private
from newsletter.web.security import WITH_SCRIPT

router = APIRouter()


@router.get("/desk/settings")
def settings(web: Web, seat: AdminSeatEverywhere, field: str = "") -> Response:
    return _page(web, seat, field if field in Settings.model_fields else "")


@router.post("/desk/settings/check")
def check(request: Request, web: Web, seat: AdminSeatEverywhere, form: Posted) -> Response:
    """To a script, that asks while somebody types, as JSON: {"problem": a sentence or null}."""
    seat.check(form)
    field, value = form.one("field"), form.one("value").strip()
    if field not in Settings.model_fields:
        raise NotFoundError("There is no such setting.")
    problem = problem_with_value(web.service.settings, field, value)
    if request.headers.get("Accept") == "application/json":
        told = problem and web.pages.text(problem, seat.language)
        return JSONResponse({"problem": told}, headers={"Cache-Control": "no-store"})
    return _page(web, seat, field, value, problem, is_checked=True)


def _page(
    web: Parts, seat: Seat, field: str, value: str = "", problem: str | None = None, *, is_checked: bool = False
) -> Response:
    page = web.pages.render(
        "desk/settings.html",
        seat.language,
        seat=seat,
        rows=shown_settings(web.service.settings),
        unknown=no_settings(),
        field=field,
        variable=variable_name(field) if field else "",
        value="" if field and is_secret(field) else value,
        problem=problem,
        is_checked=is_checked,
    )
    response = private(page)
    response.headers["Content-Security-Policy"] = WITH_SCRIPT
    return response
