"""The pictures of the guide's page about the letter can be taken, and the page shows them all."""

import subprocess
import sys
from pathlib import Path

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


def test_the_guide_shows_them() -> None:
    page = (ROOT / "docs" / "letter.md").read_text("utf-8")
    for name in NAMES:
        assert f"](images/{name})" in page
        assert (ROOT / "docs" / "images" / name).is_file()
