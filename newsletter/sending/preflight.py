"""The pre-flight report of an issue: what an editor would want to know before it leaves. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html.parser import HTMLParser

from newsletter.colours import TEXT
from newsletter.config import Settings
from newsletter.issues.acknowledging import open_differences
from newsletter.issues.models import Issue
from newsletter.issues.sensitivity import sensitive
from newsletter.rendering.pieces import Composed
from newsletter.rendering.slots import Slot
from newsletter.sending.legibility import hardest_to_read

CLIPPED_BYTES = 102 * 1024  # Gmail shows no more of a mail's HTML
SUBJECT_SEEN, PREHEADER_SEEN = 60, 90  # characters that most lists of mails have room for
_LINK = re.compile(r"https?://[^\s<>\"]+|" + "|".join(Slot))


class Verdict(StrEnum):
    GOOD = "good"
    LOOK = "look"  # worth a look; nothing that must be mended
    BAD = "bad"  # readers would be harmed


@dataclass(frozen=True)
class Check:
    verdict: Verdict
    said: str  # a sentence


def preflight(issue: Issue, letter: Composed, readers: int, settings: Settings, *, is_outbox: bool) -> list[Check]:
    """All that can be said without asking anybody; what is bad comes first. `letter` has its slots open."""
    html = _Html.of(letter.html)
    checks = [
        _size(letter),
        _subject(letter.subject),
        _preheader(issue),
        *_contrast(letter),
        *_links(html, letter.text),
        _leaving(letter),
        *_pictures(html),
        _audience(readers),
        *_differing(issue),
        *_care(issue),
        *_deliverability(settings, is_outbox=is_outbox),
    ]
    return by_verdict(checks)


def by_verdict(checks: Iterable[Check]) -> list[Check]:
    order = list(reversed(Verdict))
    return sorted(checks, key=lambda check: order.index(check.verdict))


def links_of(issue: Issue) -> list[str]:
    """The addresses that the issue's items lead to, each once, in their order."""
    urls = [url for item in issue.items for url in (item.url, *(report["url"] for report in item.also))]
    return list(dict.fromkeys(urls))


def _size(letter: Composed) -> Check:
    size = len(letter.html.encode())
    share = size / CLIPPED_BYTES
    verdict = Verdict.GOOD if share < 0.8 else Verdict.LOOK if share < 1 else Verdict.BAD
    return Check(verdict, f"Its HTML is {size / 1024:.0f} KB of the 102 KB after which Gmail cuts a mail off.")


def _subject(subject: str) -> Check:
    length = len(subject)
    verdict = Verdict.GOOD if length <= SUBJECT_SEEN else Verdict.LOOK
    return Check(verdict, f"The subject has {length} characters; most lists show {SUBJECT_SEEN}: “{subject}”")


def _preheader(issue: Issue) -> Check:
    if not issue.preheader:
        return Check(Verdict.GOOD, "The preheader goes on where the subject ends.")
    length = len(issue.preheader)
    verdict = Verdict.GOOD if length <= PREHEADER_SEEN else Verdict.LOOK
    return Check(verdict, f"The preheader has {length} characters; most lists show {PREHEADER_SEEN}.")


def _contrast(letter: Composed) -> list[Check]:
    worst = hardest_to_read(letter.html)
    if worst is None:
        return []
    if worst.contrast < TEXT:
        said = f"“{worst.text}” has a contrast of {worst.contrast:.2f} with its ground; it needs {TEXT}."
        return [Check(Verdict.BAD, said)]
    return [Check(Verdict.GOOD, f"All text stands out from its ground, by {worst.contrast:.1f} at least.")]


def _links(html: "_Html", text: str) -> list[Check]:
    shown, told = Counter(html.links), Counter(_LINK.findall(text))
    missing = [link for link in shown if link not in told]
    if missing:
        return [Check(Verdict.LOOK, f"{len(missing)} links of the HTML are missing in the text part.")]
    return [Check(Verdict.GOOD, f"{len(shown)} different links stand in both the HTML and the text part.")]


def _leaving(letter: Composed) -> Check:
    if all(Slot.UNSUBSCRIBE in part for part in (letter.html, letter.text)):
        return Check(Verdict.GOOD, "Readers can leave by one click.")
    return Check(Verdict.BAD, "There is no link to leave by; a template was changed so that it is lost.")


def _pictures(html: "_Html") -> list[Check]:
    if not html.pictures:
        return [Check(Verdict.GOOD, "No picture is needed to read it.")]
    without = sum(alt is None for alt in html.pictures)
    if without:
        return [Check(Verdict.BAD, f"{without} of {len(html.pictures)} pictures say nothing to those who cannot see.")]
    return [Check(Verdict.GOOD, f"All {len(html.pictures)} pictures have words for those who cannot see them.")]


def _audience(readers: int) -> Check:
    if not readers:
        return Check(Verdict.LOOK, "Nobody reads this region yet.")
    return Check(Verdict.GOOD, f"{readers:,} readers would get it.")


def _differing(issue: Issue) -> list[Check]:
    open_ones = open_differences(issue)
    return [Check(Verdict.LOOK, f"Reports differ on {open_ones} facts that nobody has looked at.")] if open_ones else []


def _care(issue: Issue) -> list[Check]:
    return [
        Check(Verdict.LOOK, f"Item {one.position} tells of {care.words} (“{word}”): read it once more with care.")
        for one in sensitive(issue)
        for care, word in one.words.items()
    ]


def _deliverability(settings: Settings, *, is_outbox: bool) -> list[Check]:
    checks = []
    if is_outbox:
        checks.append(Check(Verdict.LOOK, "No relay is set: letters go to the outbox and to no reader."))
    if not settings.postal_address:
        checks.append(Check(Verdict.BAD, "No postal address is set; the law of many countries asks for one."))
    if not settings.base_url.startswith("https://"):
        checks.append(Check(Verdict.LOOK, "Links lead to http:, which some mail programs warn of."))
    return checks


@dataclass
class _Html:
    links: Sequence[str]
    pictures: Sequence[str | None]  # their alternative texts

    @classmethod
    def of(cls, html: str) -> "_Html":
        reader = _Reader()
        reader.feed(html)
        reader.close()
        return cls(reader.links, reader.pictures)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.pictures: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "a" and (href := values.get("href")) and _LINK.fullmatch(href):
            self.links.append(href)
        if tag == "img":
            self.pictures.append(values.get("alt"))
