"""The form with which a person asks for the letter: what it shows, and what it sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from newsletter.errors import InvalidInputError
from newsletter.regions.catalogue import find, name_of, search
from newsletter.regions.models import Region
from newsletter.subscribers.time_zones import known_time_zone
from newsletter.web.forms import Form
from newsletter.web.languages import chosen as chosen_language
from newsletter.web.pages import language_names

# The sentence above the button; what a person agreed to is kept in the language in which they read it.
WORDING = "Send me the weekly letter about these regions by e-mail. I can leave at any time with one click."
TRAP = "website"  # a field that people don't see and programs fill in
_KINDS = ("country", "division", "group")
SEARCH_FROM = 10  # so many regions can be overlooked


@dataclass(frozen=True)
class SubscribeForm:
    regions: Sequence[Region]
    language: str  # of the letters; the page's own to begin with
    chosen: Sequence[str] = ()
    address: str = ""
    problems: dict[str, str] = field(default_factory=dict)  # field to sentence
    wording: str = WORDING
    query: str = ""  # what was searched for among the regions, without JavaScript

    @classmethod
    def empty(cls, regions: Sequence[Region], language: str, chosen: Sequence[str] = ()) -> "SubscribeForm":
        return cls(regions, language, chosen)

    def problem(self, name: str) -> str:
        """What is wrong with a field, or with the whole ("form"); empty where nothing is."""
        return self.problems.get(name, "")

    @property
    def languages(self) -> dict[str, str]:
        return dict(language_names())

    @property
    def has_search(self) -> bool:
        return len(self.regions) >= SEARCH_FROM

    @property
    def sections(self) -> list[tuple[str, list[Region]]]:
        """Regions by kind, those that fit the search and those that are chosen."""
        shown = self._found or self.regions
        by_kind = {kind: [region for region in shown if find(region.code).kind == kind] for kind in _KINDS}
        return [(kind, regions) for kind, regions in by_kind.items() if regions]

    @property
    def finds_nothing(self) -> bool:
        return bool(self.query) and not self._found

    def names(self, code: str, language: str) -> str:
        """What a person may type for a region."""
        return f"{name_of(code, language)} {name_of(code)} {code}"

    @property
    def _found(self) -> list[Region]:
        fits = {territory.code for territory in search(self.query, self.language)}
        return [region for region in self.regions if region.code in fits or (fits and region.code in self.chosen)]


@dataclass(frozen=True)
class Wish:
    """What was sent, read by field names; nothing in it is trusted yet."""

    address: str
    codes: list[str]
    language: str
    shown_in: str  # language of the page that the form stood on
    time_zone: str | None  # the browser's, if it said one that there is
    is_trapped: bool
    is_of_box: bool  # a form that stands on the news site
    query: str | None  # what is searched for, where that and no letter is asked for
    ticket: str
    answer: str

    @classmethod
    def of(cls, form: Form, page_language: str) -> "Wish":
        shown_in = chosen_language(form.one("shown_in"), page_language)
        address, query = form.one("address"), form.one("q")[:80]
        return cls(
            address=address,
            codes=form.many("region"),
            language=chosen_language(form.one("language"), shown_in),
            shown_in=shown_in,
            time_zone=_zone(form.one("time_zone")),
            is_trapped=bool(form.one(TRAP)),
            is_of_box=form.one("box") == "1",
            query=query if form.one("find") or (query and not address) else None,
            ticket=form.one("ticket"),
            answer=form.one("answer"),
        )


def _zone(name: str) -> str | None:
    try:
        return known_time_zone(name)
    except InvalidInputError:
        return None
