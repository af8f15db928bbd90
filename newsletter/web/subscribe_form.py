"""The form with which a person asks for the letter: what it shows, and what it sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from newsletter.regions.models import Region
from newsletter.web.forms import Form
from newsletter.web.languages import chosen as chosen_language
from newsletter.web.pages import language_names

# The sentence above the button; what a person agreed to is kept in the language in which they read it.
WORDING = "Send me the weekly letter about these regions by e-mail. I can leave at any time with one click."
TRAP = "website"  # a field that people don't see and programs fill in


@dataclass(frozen=True)
class SubscribeForm:
    regions: Sequence[Region]
    language: str  # of the letters; the page's own to begin with
    chosen: Sequence[str] = ()
    address: str = ""
    problems: dict[str, str] = field(default_factory=dict)  # field to sentence
    wording: str = WORDING

    @classmethod
    def empty(cls, regions: Sequence[Region], language: str, chosen: Sequence[str] = ()) -> "SubscribeForm":
        return cls(regions, language, chosen)

    def problem(self, name: str) -> str:
        """What is wrong with a field, or with the whole ("form"); empty where nothing is."""
        return self.problems.get(name, "")

    @property
    def languages(self) -> dict[str, str]:
        return dict(language_names())


@dataclass(frozen=True)
class Wish:
    """What was sent, read by field names; nothing in it is trusted yet."""

    address: str
    codes: list[str]
    language: str
    shown_in: str  # language of the page that the form stood on
    is_trapped: bool

    @classmethod
    def of(cls, form: Form, page_language: str) -> "Wish":
        shown_in = chosen_language(form.one("shown_in"), page_language)
        return cls(
            address=form.one("address"),
            codes=form.many("region"),
            language=chosen_language(form.one("language"), shown_in),
            shown_in=shown_in,
            is_trapped=bool(form.one(TRAP)),
        )
