"""The set of letters that is looked at: every language, 1 to 40 items, titles long, short and hostile, with a picture
and without, mixed directions; each as the very message that a reader would get. And every other mail, in each language.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from newsletter.config import Settings
from newsletter.issues.models import Issue, Item
from newsletter.issues.opinion_links import OpinionLinks
from newsletter.rendering.composing import compose
from newsletter.rendering.letters import render_issue
from newsletter.rendering.pieces import Composed
from newsletter.rendering.service import Rendering
from newsletter.sending.headers import Sender
from newsletter.sending.mastheads import letter_pattern, notice_pattern
from newsletter.sending.message import Personal
from tests.letters.words import WORDS
from tests.unit.rendering.samples import CONTEXTS, also, correct, differing, egypt, make_issue, make_item, mexico, spain

SETTINGS = Settings(
    _env_file=None,
    site_url="https://weekly.example",
    publisher="Harbour Press",
    postal_address="12 Harbour Lane, Bristol BS1 4ND, United Kingdom",
    from_address="letters@weekly.example",
)
OPINIONS = OpinionLinks(["a key for samples, of 32 letters.."], SETTINGS.base_url)
OFFERED = ("BR", "EG", "ES", "FR", "IN", "JP", "KE", "MX", "middle-east", "SN")
HOSTILE = (
    "<script>alert(1)</script> & \"quotes\" '{{7*191}}' {% for %}",
    "</td></tr></table><!-- [if mso]> --> &amp;lt;b&gt;",
    "Winner!!! $$$ FREE \u202eevil\u2066 click\r\nBcc: x@example.com",
    "Rindfleischetikettierungs" * 6,  # no place to break a line
)


@dataclass(frozen=True)
class Sample:
    name: str
    composed: Composed
    message: bytes
    is_letter: bool = True


def samples() -> Iterator[Sample]:
    """Each as a whole message to one reader."""
    return map(sample, _RECIPES)


def sample(name: str) -> Sample:
    """The one of that name; NAMES has them all."""
    language, makers = _RECIPES[name]
    return _sample(name, [make() for make in makers], language)


def notices() -> Iterator[Sample]:
    """All mails that are no letters."""
    rendering, own = Rendering(SETTINGS, OPINIONS), SETTINGS.base_url
    for kind, context in CONTEXTS.items():
        for language in WORDS:
            name = f"{language}-{kind}"
            composed = rendering.mail(kind, language, **context)
            personal = Personal("reader@example.com", f"<{name}@weekly.example>", datetime.now(UTC), own, own)
            yield Sample(name, composed, notice_pattern(composed, Sender.of(SETTINGS)).fill(personal), is_letter=False)


def _sample(name: str, issues: list[Issue], language: str) -> Sample:
    pieces = [
        render_issue(issue, language, SETTINGS, opinions=OPINIONS, look="check", offered=OFFERED) for issue in issues
    ]
    composed = compose(pieces, language)
    key = "Zm9yLXNhbXBsZXM.aW52ZW50ZWQ"
    personal = Personal(
        recipient="reader@example.com",
        message_id=f"<{name}@weekly.example>",
        date=datetime.now(UTC),  # filters hold a date far from today against a mail
        unsubscribe_url=f"{SETTINGS.base_url}/u/{key}",
        preferences_url=f"{SETTINGS.base_url}/p/{key}",
    )
    return Sample(name, composed, letter_pattern(composed, Sender.of(SETTINGS), "2026-W20").fill(personal))


def _issue(language: str, items: list[Item]) -> Issue:
    return make_issue(items, code=WORDS[language][0], language=language)


def _items(language: str, count: int, *, title: Callable[[str], str] = str, summary: bool = True) -> list[Item]:
    _, source, headlines, told = WORDS[language]
    return [
        make_item(
            number + 1,
            title(f"{headlines[number % len(headlines)]}" + (f" ({number})" if number >= len(headlines) else "")),
            summary=told[number % len(told)] if summary else "",
            source=source,
            also=also("Gulf Wire", "Capital Ledger")[: number % 3],
        )
        for number in range(count)
    ]


def _with_everything(language: str) -> Issue:
    items = _items(language, 12)
    items[0].image = {
        "url": "https://pictures.example/a.jpg",
        "alt": WORDS[language][2][0],
        "width": 1200,
        "height": 675,
    }
    items[0].differences = [differing("killed", ("12", "Gulf Wire"), ("14", WORDS[language][1]))]
    return correct(_issue(language, items), 11, WORDS[language][2][3])


def _hostile(language: str) -> Issue:
    """Between headlines of the week, as they would come."""
    items = _items(language, 4)
    for number, text in enumerate(HOSTILE):
        summary = f"{text} {WORDS[language][3][number]}"
        items.insert(2 * number, make_item(number + 5, text, summary=summary, source=text[:60]))
    return _issue(language, items)


_KINDS: dict[str, Callable[[str], Issue]] = {
    "1-item": lambda language: _issue(language, _items(language, 1)),
    "3-no-summary": lambda language: _issue(language, _items(language, 3, summary=False)),
    "5-short-titles": lambda language: _issue(language, _items(language, 5, title=lambda title: title.split()[0])),
    "8-long-titles": lambda language: _issue(
        language, _items(language, 8, title=lambda title: f"{title}, {title}, {title}")
    ),
    "12-with-everything": _with_everything,
    "40-items": lambda language: _issue(language, _items(language, 40)),
    "8-hostile": _hostile,
}
# What makes the issues of each letter, with the letter's language; made when somebody looks at it.
_RECIPES: dict[str, tuple[str, list[Callable[[], Issue]]]] = {
    **{
        f"{language}-{name}": (language, [partial(make, language)])
        for language in WORDS
        for name, make in _KINDS.items()
    },
    "three-regions": ("en", [mexico, spain, egypt]),
    "three-regions-arabic": ("ar", [egypt, mexico, spain]),
    "three-regions-hebrew": ("he", [mexico, egypt, spain]),
}
NAMES = tuple(_RECIPES)
