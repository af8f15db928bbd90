"""An issue rendered for letters: what the template shows of it is rendered, inlined, and cut into pieces."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from babel.dates import format_date

from newsletter.config import Settings
from newsletter.issues.click_links import ClickLinks
from newsletter.issues.models import Issue
from newsletter.issues.opinion_links import OpinionLinks
from newsletter.regions.catalogue import find, locale_of, name_of
from newsletter.regions.timing import sending_day
from newsletter.rendering.brand import Brand
from newsletter.rendering.cutting import Marks
from newsletter.rendering.faults import naming_templates
from newsletter.rendering.inlining import inline
from newsletter.rendering.pieces import Around, Filling, IssuePieces, ItemPieces, Offered, Pair
from newsletter.rendering.plain import tidy
from newsletter.rendering.slots import Slot
from newsletter.rendering.templates import email_environment
from newsletter.rendering.translations import direction, translations
from newsletter.rendering.views import SectionView, section_view
from newsletter.rendering.wrapping import without_gaps


def render_issue(
    issue: Issue,
    language: str,
    settings: Settings,
    *,
    opinions: OpinionLinks,
    look: str,
    offered: Sequence[str] = (),
    clicks: ClickLinks | None = None,
) -> IssuePieces:
    """The pieces of an issue in one of our languages. Raises NotAllowedError where there is nothing to show.

    `offered` are the codes of regions that readers may add; a letter leaves out those that it has. `clicks`: links by
    which its stories are opened. None: they lead there directly.
    """
    view = section_view(issue, language, settings.base_url, opinions.url, clicks.url if clicks else None)
    context = _context(issue, language, settings) | {"counts_clicks": clicks is not None}
    html, text = _rendered(view, context, settings.templates_dir)

    def pair(name: str) -> Pair:
        return Pair(html[name], text[name])

    return IssuePieces(
        issue_id=issue.id,
        language=language,
        speaks=view.language,
        code=view.code,
        region_name=view.name,
        subject=tidy(issue.subject or "") or None,
        preheader=tidy(issue.preheader or "") or None,
        look=look,
        top=pair("start"),
        place=pair("place"),
        head=pair("head"),
        opening=pair("opening"),
        items=tuple(
            ItemPieces(item.event_id, item.headline, *(pair(f"{rank}{number}") for rank in ("lead", "plain", "brief")))
            for number, item in enumerate(view.items)
        ),
        briefs=Around(pair("and"), pair("end")),
        more=pair("more"),
        more_notes=tuple(_more_note(count, view, language) for count in range(1, len(view.items) + 1)),
        told_note=_told_note(view, language),
        corrections=pair("corrections"),
        say=pair("say"),
        close=pair("close"),
        offer=pair("offer"),
        offered=tuple(Offered(code, f"{find(code).flag}\u00a0{name_of(code, language)}") for code in offered),
        bottom=pair("bottom"),
    )


def _rendered(
    view: SectionView, context: dict[str, Any], own_templates: Path | None
) -> tuple[dict[str, Filling], dict[str, Filling]]:
    environment = email_environment(context["language"], own_templates)
    marks = Marks()
    context = context | {"section": view, "piece": marks.piece, "hole": marks.hole}
    with naming_templates():
        html = marks.cut(inline(environment.get_template("letter/body.html").render(context)))
        text = marks.cut(without_gaps(environment.get_template("letter/body.txt").render(context)))
    return html, {name: _without_margins(filling) for name, filling in text.items()}


def _without_margins(filling: Filling) -> Filling:
    """Pieces of text are joined by an empty line, so they bring none of their own."""
    trimmed = [filling[0].lstrip("\n"), *filling[1:]]
    trimmed[-1] = trimmed[-1].rstrip("\n")
    return tuple(trimmed)


def _context(issue: Issue, language: str, settings: Settings) -> dict[str, Any]:
    return frame_context(language, settings) | {
        "date": letter_date(issue, language, "full"),
        "unsubscribe_url": Slot.UNSUBSCRIBE.value,
        "preferences_url": Slot.PREFERENCES.value,
        "address": Slot.ADDRESS.value,
    }


def letter_date(issue: Issue, language: str, form: Literal["full", "long"]) -> str:
    """The day that an issue's letters bear, in words."""
    day = sending_day(issue.week, issue.region.schedule.weekday)
    return format_date(day, form, locale=locale_of(language))


def frame_context(language: str, settings: Settings) -> dict[str, Any]:
    """What every mail's frame needs."""
    return {
        "language": language,
        "direction": direction(language),
        "brand": Brand.of(settings),
        "site_name": settings.site_name,
        "site_url": settings.base_url,
        "publisher": settings.publisher,
        "postal_address": settings.postal_address,
    }


def _more_note(count: int, view: SectionView, language: str) -> str:
    template = translations(language).ngettext(
        "%(count)s more story from %(region)s", "%(count)s more stories from %(region)s", count
    )
    return template % {"count": count, "region": view.name}


def _told_note(view: SectionView, language: str) -> str:
    template = translations(language).gettext("All of this week’s stories from %(region)s are told above")
    return template % {"region": view.name}
