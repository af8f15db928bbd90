import json
import subprocess
import tarfile
import zipfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.integration.packaging.conftest import ROOT
from tests.support.waiting import eventually

# What the code reads at run time and an importer of modules would not miss.
FOLDERS = {
    "templates": "newsletter/templates",
    "newsletter/locale": "newsletter/locale",
    "newsletter/migrations": "newsletter/migrations",
    "newsletter/demo/world": "newsletter/demo/world",
    "newsletter/web/static": "newsletter/web/static",
}
STORIES = [
    {
        "title": "Un puente nuevo",
        "url": "https://news.example/puente",
        "summary": "México estrena un puente.",
        "language": "es",
        "published_at": datetime.now(UTC).isoformat(),
    }
]
LEAVING = {"en": "Unsubscribe", "es": "Darse de baja", "ar": "إلغاء الاشتراك"}  # the last word of each letter


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_wheel_carries_every_file_of(installed, folder):
    wanted = {path.relative_to(ROOT / folder).as_posix() for path in _files(ROOT / folder)}
    carried = set(zipfile.ZipFile(installed.wheel).namelist())
    assert wanted
    assert {f"{FOLDERS[folder]}/{name}" for name in wanted} <= carried


def test_the_wheel_carries_nothing_but_the_service(installed):
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(installed.wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"newsletter", "workers"}


def test_the_source_archive_carries_tests_and_guide(installed):
    with tarfile.open(installed.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"tests/conftest.py", "docs/operator.md", "templates/email/letter/body.html", "Makefile"} <= names


def test_the_installed_command_is_not_the_checkout(installed):
    where = installed.run("python", "-c", "import newsletter, workers; print(newsletter.__file__, workers.__file__)")
    assert str(ROOT) not in where


def test_the_command_answers_outside_the_checkout(installed):
    assert "Usage" in installed.run("newsletter", "--help")
    assert installed.run("newsletter", "--version").strip() == version("regional-weekly")


def test_a_letter_is_rendered_in_each_language(installed):
    """On a database that the wheel's own migrations have made."""
    (installed.folder / "stories.json").write_text(json.dumps(STORIES))
    for command in (
        ("stories", "add", "stories.json"),
        ("regions", "enable", "MX", "--minimum", "1"),
        ("draft", "MX"),
    ):
        installed.run("newsletter", *command)
    for language, word in LEAVING.items():
        html = installed.run("newsletter", "render", "MX", "--language", language)
        assert "Un puente nuevo" in html
        assert word in html


def test_a_worker_starts_and_answers(installed, redis_url, tmp_path):
    with (tmp_path / "worker.log").open("w") as log:
        worker = subprocess.Popen(
            [installed.python.parent / "newsletter", "worker"],
            cwd=installed.folder,
            env=installed.environment(REDIS_URL=redis_url),
            stdout=log,
            stderr=log,
        )
    try:
        ping = ("python", "-c", "from workers.app import app; print(len(app.control.ping(timeout=1)))")
        eventually(lambda: int(installed.run(*ping, REDIS_URL=redis_url)), seconds=60)
    finally:
        worker.terminate()
        worker.wait(timeout=30)
    assert worker.returncode == 0, (tmp_path / "worker.log").read_text()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
