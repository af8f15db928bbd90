"""The guide is true: its links lead somewhere, its commands exist, its reference is of this code."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from newsletter.cli import command_tree
from newsletter.config import Settings, variable_name

ROOT = Path(__file__).parents[3]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[\w-]+)?\)")
COMMAND = re.compile(r"(?:^ {4}(?:\S*/)?|`)newsletter ((?:[a-z-]+ ?)+[^`\n]*)", re.MULTILINE)
VARIABLE = re.compile(r"\b(?:NEWSLETTER_[A-Z_]+|DATABASE_URL|REDIS_URL)\b")
KNOWN_VARIABLES = {variable_name(name) for name in Settings.model_fields}


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def test_the_reference_is_made_from_this_code():
    check = subprocess.run(
        [sys.executable, ROOT / "docs" / "reference" / "write.py", "--check"], capture_output=True, text=True
    )
    assert check.returncode == 0, check.stderr


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_of_a_page_leads_to_a_file(page):
    links = [link for link in LINK.findall(page.read_text()) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", [page for page in PAGES if "decisions" not in page.parts], ids=name_of)
def test_every_command_that_a_page_names_exists(page):
    named = [shlex.split(line, comments=True) for line in COMMAND.findall(page.read_text())]
    assert [words for words in named if not _is_command(words)] == []


def test_every_process_of_the_containers_is_a_command_that_exists():
    given = re.findall(r"command: \[newsletter, (.+)\]", (ROOT / "docker-compose.yml").read_text())
    processes = [shlex.split(line.replace(",", " ")) for line in given]
    assert {words[0] for words in processes} == {"web", "worker", "beat", "inbound", "migrate"}
    assert [words for words in processes if not _is_command(words)] == []


@pytest.mark.parametrize("page", [*PAGES, ROOT / ".env.example", ROOT / "docker-compose.yml"], ids=name_of)
def test_every_setting_that_a_page_names_exists(page):
    assert set(VARIABLE.findall(page.read_text())) <= KNOWN_VARIABLES


def test_every_decision_is_in_the_index():
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    assert [path.name for path in folder.glob("[0-9]*.md") if f"({path.name})" not in index] == []


def test_every_library_that_the_project_needs_has_its_reason_written_down():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[><=; ]", one)[0] for one in needed if isinstance(one, str)}
    record = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text()
    assert [name for name in sorted(names) if not re.search(rf"(?<![\w-]){name}(?![\w-])", record)] == []


def _is_command(words: list[str]) -> bool:
    """Whether the words call a command, with options that it has."""
    command = command_tree()
    while words and (child := getattr(command, "commands", {}).get(words[0])):
        command, words = child, words[1:]
    if hasattr(command, "commands") and words != ["--version"]:
        return words == []
    known = {name for param in command.params for name in [*param.opts, *param.secondary_opts]} | {"--help"}
    return {word for word in words if word.startswith("--")} <= known
