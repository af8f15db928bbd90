"""The guide's list of attacks names tests that there are."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
NAMED = re.compile(r"`(test_\w+)::(test_\w+)`")


def test_each_attack_is_shown_by_tests_that_exist():
    rows = [line for line in (ROOT / "docs/attacks.md").read_text("utf-8").splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 25
    sources = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        sources[path.stem] = sources.get(path.stem, "") + path.read_text("utf-8")
    for row in rows:
        named = NAMED.findall(row)
        assert named, row
        missing = [f"{file}::{name}" for file, name in named if f"def {name}(" not in sources.get(file, "")]
        assert missing == [], row
