"""An issue rendered for letters: its rows made into what the template shows, rendered, inlined, cut into pieces."""

from dataclasses import dataclass
from typing import Any

from babel.dates import format_date

from newsletter.config import Settings
from newsletter.errors import NotAllowedError
from newsletter.issues.models import Issue, Item
from newsletter.regions.catalogue import find, locale_of, name_of
from newsletter.regions.timing import sending_day
from newsletter.rendering.cutting import Marks
from newsletter.rendering.inlining import inline
from newsletter.rendering.pieces import Filling, IssuePieces, ItemPieces, Pair
from newsletter.rendering.plain import paragraphs, shorten, tidy, web_address
from newsletter.rendering.slots import Slot
from newsletter.rendering.templates import email_environment
from newsletter.rendering.translations import direction, spoken, translations
from newsletter.rendering.wrapping import without_gaps

LEAD_SUMMARY = 600  # characters
PLAIN_SUMMARY = 220
ALSO_SHOWN = 6  # other reports of an event; the issue on the web has all


@dataclass(frozen=True)
class Report:
    source: str
    url: str


@dataclass(frozen=True)
class ItemView:
    event_id: int
    headline: str
    url: str
    summary: str  # as lead
    short: str  # as any other item
    source: str
    also: tuple[Report, ...]


@dataclass(frozen=True)
class SectionView:
    """One region's part: its sentences in the issue's own language where we speak it, else in the letter's."""

    code: str
    name: str
    flag: str
    url: str
    language: str
    direction: str
    labels: str  # language of "also reported by" and its like
    also_label: str
    intro: tuple[str, ...]
    items: tuple[ItemView, ...]


def section_view(issue: Issue, language: str, base_url: str) -> SectionView:
    """What the template shows of an issue. Raises NotAllowedError for one without items or number."""
    if not issue.items or issue.number is None:
        raise NotAllowedError("This issue was skipped or has no items, so there is nothing to render.")
    code = issue.region.code
    url = f"{base_url}/regions/{code}/issues/{issue.number}"
    labels = spoken(issue.language, otherwise=language)
    return SectionView(
        code=code,
        name=name_of(code, language),
        flag=find(code).flag,
        url=url,
        language=issue.language,
        direction=direction(issue.language),
        labels=labels,
        also_label=translations(labels).gettext("Also reported by"),
        intro=tuple(paragraphs(issue.intro or "")),
        items=tuple(_item_view(item, url) for item in sorted(issue.items, key=lambda item: item.position)),
    )


def render_issue(issue: Issue, language: str, settings: Settings, look: str) -> IssuePieces:
    """The pieces of an issue in one of our languages. Raises NotAllowedError where there is nothing to show."""
    view = section_view(issue, language, settings.base_url)
    html, text = _rendered(view, _context(issue, language, settings))

    def pair(name: str) -> Pair:
        return Pair(html[name], text[name])

    return IssuePieces(
        issue_id=issue.id,
        language=language,
        region_name=view.name,
        flag=view.flag,
        subject=tidy(issue.subject or "") or None,
        look=look,
        top=Pair(html["start"], text["start"]),
        opening=pair("opening"),
        items=tuple(
            ItemPieces(item.event_id, item.headline, pair(f"lead{number}"), pair(f"plain{number}"))
            for number, item in enumerate(view.items)
        ),
        more=pair("more"),
        more_notes=tuple(_more_note(count, view, language) for count in range(1, len(view.items) + 1)),
        told_note=_told_note(view, language),
        closing=pair("closing"),
        bottom=pair("bottom"),
    )


def _rendered(view: SectionView, context: dict[str, Any]) -> tuple[dict[str, Filling], dict[str, Filling]]:
    environment = email_environment(context["language"])
    marks = Marks()
    context = context | {"section": view, "piece": marks.piece, "hole": marks.hole}
    html = marks.cut(inline(environment.get_template("letter/body.html").render(context)))
    text = marks.cut(without_gaps(environment.get_template("letter/body.txt").render(context)))
    return html, {name: _without_margins(filling) for name, filling in text.items()}


def _without_margins(filling: Filling) -> Filling:
    """Pieces of text are joined by an empty line, so they bring none of their own."""
    trimmed = [filling[0].lstrip("\n"), *filling[1:]]
    trimmed[-1] = trimmed[-1].rstrip("\n")
    return tuple(trimmed)


def _context(issue: Issue, language: str, settings: Settings) -> dict[str, Any]:
    day = sending_day(issue.week, issue.region.schedule.weekday)
    return frame_context(language, settings) | {
        "date": format_date(day, "full", locale=locale_of(language)),
        "unsubscribe_url": Slot.UNSUBSCRIBE.value,
        "preferences_url": Slot.PREFERENCES.value,
        "address": Slot.ADDRESS.value,
    }


def frame_context(language: str, settings: Settings) -> dict[str, Any]:
    """What every mail's frame needs."""
    return {
        "language": language,
        "direction": direction(language),
        "site_name": settings.site_name,
        "site_url": settings.base_url,
        "publisher": settings.publisher,
        "postal_address": settings.postal_address,
    }


def _item_view(item: Item, issue_url: str) -> ItemView:
    summary = tidy(item.summary)
    also = [Report(tidy(report["source"]), web_address(report["url"], instead=issue_url)) for report in item.also]
    return ItemView(
        event_id=item.event_id,
        headline=tidy(item.headline) or tidy(item.source),
        url=web_address(item.url, instead=issue_url),
        summary=shorten(summary, LEAD_SUMMARY),
        short=shorten(summary, PLAIN_SUMMARY),
        source=tidy(item.source),
        also=tuple(also[:ALSO_SHOWN]),
    )


def _more_note(count: int, view: SectionView, language: str) -> str:
    template = translations(language).ngettext(
        "%(count)s more story from %(region)s", "%(count)s more stories from %(region)s", count
    )
    return template % {"count": count, "region": view.name}


def _told_note(view: SectionView, language: str) -> str:
    template = translations(language).gettext("All of this week’s stories from %(region)s are told above")
    return template % {"region": view.name}
