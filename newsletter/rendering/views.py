"""What the letter's template shows of an issue: its rows made into tidy texts and links that lead somewhere. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from newsletter.errors import NotAllowedError
from newsletter.issues.click_links import StoryPlace
from newsletter.issues.models import Correction, Issue, Item, OpinionKind
from newsletter.regions.catalogue import find, name_of
from newsletter.rendering.differing import differences_told
from newsletter.rendering.plain import paragraphs, shorten, tidy, web_address
from newsletter.rendering.translations import direction, spoken, translations

LEAD_SUMMARY = 600  # characters
PLAIN_SUMMARY = 220
SHEET = 592  # pixels between the margins of a letter
ALSO_SHOWN = 6  # other reports of an event; the issue on the web has all

OpinionUrl = Callable[[int, OpinionKind], str]
ClickUrl = Callable[[StoryPlace], str]


@dataclass(frozen=True)
class Report:
    source: str
    url: str


@dataclass(frozen=True)
class Picture:
    url: str
    alt: str
    width: int  # pixels: its own, or those of the sheet's text if that is narrower


@dataclass(frozen=True)
class ItemView:
    event_id: int
    headline: str
    url: str
    summary: str  # as lead
    short: str  # as any other item
    source: str
    also: tuple[Report, ...]
    differences: tuple[str, ...]
    event_url: str  # where every report of the event is
    image: Picture | None


@dataclass(frozen=True)
class CorrectionView:
    text: str
    label: str  # of the issue that was wrong: "No. 11"
    url: str


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
    labels_direction: str
    also_label: str
    and_label: str
    differ_label: str
    correction_label: str
    intro: tuple[str, ...]
    items: tuple[ItemView, ...]
    corrections: tuple[CorrectionView, ...]
    say_label: str
    too_much_url: str
    not_mine_url: str


def section_view(
    issue: Issue, language: str, base_url: str, opinion_url: OpinionUrl, click_url: ClickUrl | None = None
) -> SectionView:
    """What the template shows of an issue. Raises NotAllowedError for one without items or number.

    `click_url`: what stands in place of the address of a story. None: links lead there directly.
    """
    if not issue.items or issue.number is None:
        raise NotAllowedError("This issue was skipped or has no items, so there is nothing to render.")
    region = f"{base_url}/regions/{issue.region.code}"
    url = f"{region}/issues/{issue.number}"
    labels = spoken(issue.language, otherwise=language)
    says = translations(labels)
    name = name_of(issue.region.code, language)
    corrections = tuple(_correction_view(correction, region, labels) for correction in issue.corrections)
    return SectionView(
        code=issue.region.code,
        name=name,
        flag=find(issue.region.code).flag,
        url=url,
        language=issue.language,
        direction=direction(issue.language),
        labels=labels,
        labels_direction=direction(labels),
        also_label=says.gettext("Also reported by"),
        and_label=says.gettext("And also"),
        differ_label=says.gettext("Reports differ"),
        correction_label=says.ngettext("Correction", "Corrections", max(len(corrections), 1)),
        intro=tuple(paragraphs(issue.intro or "")),
        items=tuple(
            _item_view(item, url, base_url, labels, click_url)
            for item in sorted(issue.items, key=lambda item: item.position)
        ),
        corrections=corrections,
        say_label=translations(language).gettext("Your word on %(region)s:") % {"region": name},
        too_much_url=opinion_url(issue.id, OpinionKind.TOO_MUCH),
        not_mine_url=opinion_url(issue.id, OpinionKind.NOT_MY_REGION),
    )


def story_address(item: Item, report: int, issue_url: str) -> str:
    """Where a report of an item is: 0 its lead story, 1, 2 ... those that it is "also reported by".

    `issue_url` where that is no address of the web. Raises IndexError for a report that it does not have.
    """
    return web_address(item.also[report - 1]["url"] if report else item.url, instead=issue_url)


def _item_view(item: Item, issue_url: str, base_url: str, labels: str, click_url: ClickUrl | None) -> ItemView:
    def leads_to(report: int) -> str:
        address = story_address(item, report, issue_url)
        if click_url is None or address == issue_url:
            return address
        return click_url(StoryPlace(item.issue_id, item.position, report))

    summary = tidy(item.summary)
    also = [Report(tidy(report["source"]), leads_to(number)) for number, report in enumerate(item.also, start=1)]
    return ItemView(
        event_id=item.event_id,
        headline=tidy(item.headline) or tidy(item.source),
        url=leads_to(0),
        summary=shorten(summary, LEAD_SUMMARY),
        short=shorten(summary, PLAIN_SUMMARY),
        source=tidy(item.source),
        also=tuple(also[:ALSO_SHOWN]),
        differences=tuple(told.line for told in differences_told(item.differences or [], labels)),
        event_url=f"{base_url}/events/{item.event_id}",
        image=_picture(item),
    )


def _picture(item: Item) -> Picture | None:
    """None where there is none, or its address is none of the web: an image has nothing to lead to instead."""
    image = item.image
    url = web_address(image["url"], instead="") if image else ""
    if image is None or not url:
        return None
    return Picture(url, tidy(image["alt"]), min(int(image["width"]), SHEET))


def _correction_view(correction: Correction, region_url: str, labels: str) -> CorrectionView:
    number = correction.issue.number
    label = translations(labels).gettext("No. %(number)s") % {"number": number}
    return CorrectionView(tidy(correction.text), label, f"{region_url}/issues/{number}")
