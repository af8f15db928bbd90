"""What the news site pastes into its pages: a plain form, the same upgraded by a script, a frame. Pure."""

from dataclasses import dataclass
from html import escape

from newsletter.regions.catalogue import find, name_of


@dataclass(frozen=True)
class Snippet:
    name: str
    note: str
    html: str


@dataclass(frozen=True)
class Words:
    """What the form says, in the language of the page that it will stand on."""

    address: str
    wording: str
    button: str


def snippets(base_url: str, code: str, language: str, direction: str, words: Words) -> list[Snippet]:
    """For one region; `data-region` and the hidden field say the same, for browsers with scripts and without."""
    form = _form(base_url, code, language, direction, words)
    url = f"{base_url}/box?region={find(code).code}&language={language}"
    title = escape(f"{words.button}: {name_of(code, language)}", quote=True)
    frame = (
        f'<iframe src="{escape(url, quote=True)}" title="{title}" loading="lazy" '
        'style="width: 100%; height: 26rem; border: 0; color-scheme: light dark"></iframe>'
    )
    script = f'{form}\n<script src="{escape(base_url, quote=True)}/box.js" defer></script>'
    return [
        Snippet("A plain form", "Works everywhere and at once; takes the look of the page around it.", form),
        Snippet(
            "The form, upgraded in place",
            "The answer appears where the form stood. The site must be named in NEWSLETTER_BOX_SITES; elsewhere, and "
            "without JavaScript, the form works as the plain one.",
            script,
        ),
        Snippet("A frame", "Our own small page, light or dark as the reader likes it.", frame),
    ]


def _form(base_url: str, code: str, language: str, direction: str, words: Words) -> str:
    action = escape(f"{base_url}/subscribe", quote=True)
    region = escape(find(code).code, quote=True)
    return "\n".join(
        [
            f'<form method="post" action="{action}" data-weekly data-region="{region}" lang="{language}" '
            f'dir="{direction}" style="color-scheme: light dark">',
            '  <input type="hidden" name="box" value="1">',
            f'  <input type="hidden" name="region" value="{region}">',
            f'  <input type="hidden" name="shown_in" value="{language}">',
            f"  <label>{escape(words.address)}",
            '    <input type="text" inputmode="email" autocomplete="email" name="address" required',
            '      maxlength="254"></label>',
            '  <input type="text" name="website" tabindex="-1" autocomplete="off" aria-hidden="true" '
            'style="position: absolute; inset-inline-start: -100vw">',
            f"  <p>{escape(words.wording)}</p>",
            f"  <button>{escape(words.button)}</button>",
            "</form>",
        ]
    )
