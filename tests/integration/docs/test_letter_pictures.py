"""The pictures of the guide's page about the letter can be taken, show the letter of today, and stand on the page."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

from tests.support.chromium import chromium_path

ROOT = Path(__file__).parents[3]
NAMES = {f"letter-{name}.png" for name in ("light", "dark", "arabic", "text", "outlook")}


@pytest.mark.skipif(chromium_path() is None, reason="no Chromium is installed here (CHROMIUM names one)")
def test_the_letter_is_pictured_in_the_light_in_the_dark_in_arabic_as_text_and_in_old_outlook(tmp_path: Path) -> None:
    script = ROOT / "docs" / "images" / "letters.py"
    subprocess.run([sys.executable, script, tmp_path], check=True, capture_output=True)
    pictures = {path.name: Image.open(path).convert("RGB") for path in tmp_path.iterdir()}
    assert set(pictures) == NAMES
    grounds = {name: picture.getpixel((2, picture.height // 2)) for name, picture in pictures.items()}
    assert max(grounds["letter-dark.png"]) < 60 < 200 < min(grounds["letter-light.png"])
    assert all(path.stat().st_size < 80_000 for path in tmp_path.iterdir())


def drawing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("letters_of_the_guide", ROOT / "docs" / "images" / "letters.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_guides_pictures_show_the_letter_as_it_is_now() -> None:
    """If not: python docs/images/letters.py"""
    letters = drawing()
    for name, html in letters.letters().items():
        shown = Image.open(ROOT / "docs" / "images" / f"{name}.png").text[letters.DIGEST]
        assert shown == letters.digest_of(html), f"{name}.png shows another letter"


def test_the_guide_shows_them() -> None:
    page = (ROOT / "docs" / "letter.md").read_text("utf-8")
    for name in NAMES:
        assert f"](images/{name})" in page
        assert (ROOT / "docs" / "images" / name).is_file()
