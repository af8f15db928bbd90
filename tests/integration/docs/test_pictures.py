"""The pictures of the guide can be drawn from the sample world."""

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_a_score_and_a_join_are_drawn(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "docs" / "images" / "draw.py", tmp_path], check=True, capture_output=True)
    files = (tmp_path / "score.svg", tmp_path / "join.svg")
    score, join = (ET.parse(file).getroot() for file in files)  # noqa: S314 - drawn by us just now
    bars = [title.text or "" for title in score.iter("{http://www.w3.org/2000/svg}title")]
    assert any(title.startswith("severity +") for title in bars)
    texts = [text.text or "" for text in join.iter("{http://www.w3.org/2000/svg}text")]
    assert any(text.startswith("shares “") for text in texts)
    assert any(text.startswith("the cut, ") for text in texts)
