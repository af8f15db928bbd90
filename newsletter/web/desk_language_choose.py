"""An editor chooses in which language the desk speaks to them."""

from fastapi import APIRouter, Response

from newsletter.editors.models import Editor
from newsletter.editors.service import speak
from newsletter.rendering.translations import desk_languages
from newsletter.web.desk_access import ReporterSeat
from newsletter.web.forms import Posted
from newsletter.web.languages import chosen
from newsletter.web.parts import Web
from newsletter.web.responses import see_other

router = APIRouter()


@router.post("/desk/language")
def choose_language(web: Web, seat: ReporterSeat, form: Posted) -> Response:
    """What the desk does not speak leaves it to the browser, as nothing does. Not logged: it is about nobody else."""
    seat.check(form)
    with web.service.db.writing() as session:
        editor = session.get_one(Editor, seat.editor.id)
        speak(editor, chosen(form.one("language"), "", among=desk_languages()) or None)
    return see_other(f"{web.pages.root}/desk/sessions#desk-language")
