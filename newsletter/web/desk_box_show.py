"""The box for the news site: what to paste, for a region and a language."""

from fastapi import APIRouter, Response

from newsletter.regions.service import active_regions
from newsletter.rendering.translations import direction, languages
from newsletter.web.box_snippets import Words, snippets
from newsletter.web.desk_access import ReporterSeat
from newsletter.web.languages import chosen
from newsletter.web.pages import by_name, language_names
from newsletter.web.parts import Web
from newsletter.web.responses import private
from newsletter.web.subscribe_form import WORDING

router = APIRouter()


@router.get("/desk/box")
def box_for_the_site(web: Web, seat: ReporterSeat, region: str = "", language: str = "") -> Response:
    with web.service.db.reading() as session:
        regions = by_name(active_regions(session), seat.language)
    code = next((found.code for found in regions if found.code.lower() == region.lower()), "")
    code = code or (regions[0].code if regions else "")
    spoken = chosen(language, languages()[0])
    text = web.pages.text
    words = Words(text("Your e-mail address", spoken), text(WORDING, spoken), text("Get the letter", spoken))
    base_url = web.service.settings.base_url
    made = snippets(base_url, code, spoken, direction(spoken), words) if code else []
    context = {"snippets": made, "regions": regions, "region": code, "shown_language": spoken}
    names, sites = language_names(), web.service.settings.box_sites
    return private(web.pages.render("desk/box.html", seat.language, seat=seat, languages=names, sites=sites, **context))
