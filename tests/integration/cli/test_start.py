"""Commands start without what they have no use for."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import newsletter.cli
from newsletter.cli import COMMANDS, app, command_tree

HEAVY = ("alembic", "celery", "fastapi", "premailer", "uvicorn")
FILES = sorted(path.stem for path in Path(newsletter.cli.__file__).parent.glob("[a-z]*.py"))


def imported_by(folder: Path, *words: str) -> set[str]:
    """The top-level modules that a process has at the end of a command."""
    code = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr))\n"
        "from newsletter.cli import main\n"
        f"sys.argv = ['newsletter', *{words!r}]\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def callbacks(command):
    for child in getattr(command, "commands", {}).values():
        yield from callbacks(child)
    if not hasattr(command, "commands"):
        yield command.callback


def where(function):
    return function.__module__, function.__name__


def test_help_needs_names_and_lines_alone(tmp_path):
    modules = imported_by(tmp_path, "--help")
    assert modules.isdisjoint({*HEAVY, "sqlalchemy", "pydantic", "redis"})
    assert not (tmp_path / "data").exists()


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with a database that is up to date."""
    folder = tmp_path_factory.mktemp("installed")
    assert "alembic" in imported_by(folder, "migrate")
    return folder


@pytest.mark.parametrize("group", ["regions", "rounds", "sources"])
def test_a_list_of_rows_imports_nothing_that_migrates_renders_serves_or_queues(installed, group):
    assert imported_by(installed, group, "list").isdisjoint(HEAVY)


def test_every_command_of_every_file_is_listed():
    modules = [importlib.import_module(f"newsletter.cli.{name}") for name in FILES]
    apps = [one for module in modules for one in vars(module).values() if isinstance(one, typer.Typer)]
    written = {command.callback for one in apps for command in one.registered_commands}
    assert {where(one) for one in callbacks(command_tree())} == {where(one) for one in written}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_explains_itself_when_it_is_asked(command):
    shown = CliRunner().invoke(app, [command.name, "--help"])
    assert shown.exit_code == 0
    assert f"Usage: newsletter {command.name}" in shown.output


def test_an_unknown_command_is_told_with_what_may_have_been_meant():
    shown = CliRunner().invoke(app, ["regoins"])
    assert shown.exit_code == 2
    assert "Did you mean 'regions'" in shown.output
