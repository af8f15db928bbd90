"""An editor chooses in which language the desk speaks to them, and by which clock it tells them times."""

from fastapi import APIRouter, Response

from newsletter.editors.log import record
from newsletter.editors.models import Editor
from newsletter.editors.service import live_by, speak
from newsletter.rendering.translations import desk_languages
from newsletter.subscribers.time_zones import known_time_zone
from newsletter.web.desk_access import ReporterSeat
from newsletter.web.forms import Posted
from newsletter.web.languages import chosen
from newsletter.web.parts import Web
from newsletter.web.responses import see_other

router = APIRouter()


@router.post("/desk/language")
def choose_language(web: Web, seat: ReporterSeat, form: Posted) -> Response:
    """What the desk does not speak leaves it to the browser, as nothing does."""
    seat.check(form)
    now = web.service.clock.now()
    with web.service.db.writing() as session:
        editor = session.get_one(Editor, seat.editor.id)
        details = {"before": editor.language}
        speak(editor, chosen(form.one("language"), "", among=desk_languages()) or None)
        details["after"] = editor.language
        subject = f"editor {editor.name}"
        record(session, actor=editor.name, action="language chosen", subject=subject, details=details, now=now)
    return see_other(f"{web.pages.root}/desk/sessions#desk-language")


@router.post("/desk/clock")
def choose_clock(web: Web, seat: ReporterSeat, form: Posted) -> Response:
    seat.check(form)
    chosen_zone = form.one("time_zone")
    zone = known_time_zone(chosen_zone) if chosen_zone else None
    now = web.service.clock.now()
    with web.service.db.writing() as session:
        editor = session.get_one(Editor, seat.editor.id)
        details = {"before": editor.time_zone, "after": zone}
        live_by(editor, zone)
        record(
            session, actor=editor.name, action="clock chosen", subject=f"editor {editor.name}", details=details, now=now
        )
    return see_other(f"{web.pages.root}/desk/sessions#desk-clock")
