"""The direction of imports is a promise; here it is seen to hold, and to fail where it is broken."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = Path(sys.executable).with_name("lint-imports")


@pytest.fixture
def copy(tmp_path):
    for folder in ("newsletter", "workers"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        text=True,
        capture_output=True,
    )


def test_the_stages_import_only_what_stands_before_them(copy):
    result = lint(copy)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "statement"),
    [
        ("newsletter/stories/models.py", "import newsletter.issues.models"),
        ("newsletter/regions/models.py", "import newsletter.stories.models"),
        ("newsletter/picking/__init__.py", "import newsletter.sending.models"),
        ("newsletter/sending/models.py", "import celery"),
        ("newsletter/issues/models.py", "import fastapi"),
    ],
)
def test_a_planted_wrong_import_is_found(copy, module, statement):
    with (copy / module).open("a") as file:
        file.write(f"\n{statement}\n")
    result = lint(copy)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "BROKEN" in result.stdout
