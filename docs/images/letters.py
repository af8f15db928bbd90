"""Takes the pictures of the guide's page about the letter, with the Chromium that is installed.

python docs/images/letters.py           write them beside this file
python docs/images/letters.py FOLDER    write them somewhere else

The letters are made by the service's own code from invented stories (those of the golden files). Each picture holds the
digest of what it shows, so that a test finds those that show a letter of yesterday.
"""

import hashlib
import re
import sys
from collections.abc import Mapping
from html import escape
from io import BytesIO
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # the samples are the tests' own

from newsletter.rendering.composing import compose
from newsletter.rendering.pieces import Composed
from newsletter.rendering.slots import Slot
from tests.support.chromium import HOME, Chromium, chromium_path
from tests.unit.rendering.samples import egypt, mexico, pieces_of, spain

WIDTH, HEIGHT = 660, 1200  # pixels of what a picture shows
COLOURS = 96  # of its palette: text and two flags
DIGEST = "Letter"  # the PNG's text chunk with the digest
OFFERED = ("BR", "FR", "IN", "JP", "KE", "middle-east")

# What Word, which draws mails in Outlook on Windows, makes nothing of.
_NOT_IN_WORD = re.compile(r"(?:max-width|display|letter-spacing|word-wrap)\s*:[^;\"']*;?")
_PADDING = re.compile(r"(<(?:a|p|h[1-6])\b[^>]*?)(?<!-)padding:[^;\"']*;?")
_WORDS_OWN = re.compile(r"(<h[1-6]\b[^>]*?)mso-padding-alt:")  # Word takes it in place of the other
_GHOST = re.compile(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", re.DOTALL)


def letters() -> Mapping[str, str]:
    """Name to HTML."""
    english = compose([pieces_of(issue, "en", OFFERED) for issue in (mexico(), spain())], "en")
    arabic = compose([pieces_of(issue, "ar", OFFERED) for issue in (egypt(), mexico())], "ar")
    return {
        "letter-light": _filled(english.html),
        "letter-dark": _filled(english.html),
        "letter-arabic": _filled(arabic.html),
        "letter-text": _terminal(english),
        "letter-outlook": in_old_outlook(_filled(english.html)),
    }


def in_old_outlook(html: str) -> str:
    """As Word shows it: ghost tables and its own padding are there, and no <style>, widest width, display or padding
    of links and paragraphs."""
    html = _GHOST.sub(lambda found: found[1], re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL))
    return _WORDS_OWN.sub(r"\1padding:", _PADDING.sub(r"\1", _NOT_IN_WORD.sub("", html))).replace(
        'class="preheader"', 'hidden class="preheader"'
    )


def take(folder: Path, path: str) -> None:
    """Write each letter's picture to `folder`, with the Chromium at `path`."""
    with Chromium(path) as browser:
        for name, html in letters().items():
            answers = {HOME: ("text/html; charset=utf-8", html.encode())}
            shown = browser.on_page(answers, _picture(dark=name == "letter-dark"))
            (folder / f"{name}.png").write_bytes(_small(shown, digest_of(html)))


def digest_of(html: str) -> str:
    return hashlib.sha256(html.encode()).hexdigest()


def _picture(*, dark: bool):  # type: ignore[no-untyped-def]  # a function on Playwright's page
    def taken(page, _refused) -> bytes:
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.goto(HOME)
        return page.screenshot()

    return taken


def _small(png: bytes, digest: str) -> bytes:
    """The same picture in a palette of few colours, a quarter of the bytes; with the digest of what it shows."""
    out, info = BytesIO(), PngInfo()
    info.add_text(DIGEST, digest)
    few = Image.open(BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(out, "PNG", optimize=True, pnginfo=info)
    return out.getvalue()


def _filled(html: str) -> str:
    return html.replace(Slot.ADDRESS, "reader@example.com")


def _terminal(letter: Composed) -> str:
    """The text part as a terminal of 80 columns shows it."""
    style = "margin:0;padding:16px;background:#1e1e1e;color:#e6e6e6;font:11px/15px 'DejaVu Sans Mono',monospace"
    return f'<!doctype html><html lang="en"><title>Text</title><body style="{style}"><pre>{escape(letter.text)}</pre>'


if __name__ == "__main__":
    found = chromium_path()
    if found is None:
        sys.exit("There is no Chromium here; CHROMIUM=path names one.")
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent, found)
