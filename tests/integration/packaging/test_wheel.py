import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.integration.packaging.conftest import ROOT

# What the code reads at run time and an importer of modules would not miss.
FOLDERS = {
    "templates": "newsletter/templates",
    "newsletter/locale": "newsletter/locale",
    "newsletter/migrations": "newsletter/migrations",
    "newsletter/demo/world": "newsletter/demo/world",
    "newsletter/web/static": "newsletter/web/static",
}


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


def test_a_database_is_made_by_the_migrations_of_the_wheel(installed):
    assert installed.run("newsletter", "subscribers", "list", "--json").strip() == "[]"


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
