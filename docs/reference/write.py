"""Writes the pages of this folder that are made from the code: settings.md and commands.md.

python docs/reference/write.py           write them
python docs/reference/write.py --check   exit 1 where they are not up to date
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from newsletter.cli import app
from newsletter.config import Settings, variable_name

FOLDER = Path(__file__).parent
NOTE = "<!-- Made from the code by `make reference`; changes here are lost. -->"


def settings_page() -> str:
    rows = [
        f"| `{variable_name(name)}` | {_default(field.get_default(call_default_factory=True))} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(
        [
            NOTE,
            "# Settings",
            "",
            "Set them in the environment or in a file `.env` in the folder where the service starts; the environment",
            "wins. A wrong one stops the start with a sentence that names it.",
            "",
            "| variable | default | what it sets |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _default(value: object) -> str:
    return "" if value in (None, "", []) else f"`{value}`"


def commands_page() -> str:
    root = typer.main.get_command(app)
    parts = [NOTE, "# Commands", "", "`newsletter COMMAND --help` says the same in the terminal.", ""]
    for path, command in _commands(root, ["newsletter"]):
        parts += _section(path, command)
    return "\n".join(parts)


def _commands(command: Any, path: list[str]) -> Iterator[tuple[list[str], Any]]:
    """Every command that does something, in the order of the help, with the words that call it."""
    for name, child in getattr(command, "commands", {}).items():
        if child.hidden:
            continue
        if hasattr(child, "commands"):
            yield from _commands(child, [*path, name])
        else:
            yield [*path, name], child


def _section(path: list[str], command: Any) -> list[str]:
    name = " ".join(path)
    params = [param for param in command.params if not getattr(param, "hidden", False)]
    arguments = " ".join(_argument(param) for param in params if param.param_type_name == "argument")
    section = [f"## {name}", "", f"`{' '.join([name, arguments]).strip()}`", "", *_help(command.help or ""), ""]
    options = [param for param in params if param.param_type_name == "option"]
    if options:
        section += ["| option | what it does |", "|---|---|"]
        section += [
            f"| `{', '.join([*option.opts, *option.secondary_opts])}` | {option.help or ''} |" for option in options
        ]
        section.append("")
    return section


def _argument(param: Any) -> str:
    name = param.metavar or param.name.upper()
    return name if param.required else f"[{name}]"


def _help(text: str) -> list[str]:
    """Help as Markdown: what is indented or follows `$` is an example."""
    lines = [line.replace("\b", "").rstrip() for line in text.strip().splitlines()]
    return [f"    {line.strip()}" if line.strip().startswith(("newsletter ", "$ ")) else line.strip() for line in lines]


PAGES = {"settings.md": settings_page, "commands.md": commands_page}


def main() -> int:
    stale = [name for name, make in PAGES.items() if _read(FOLDER / name) != make()]
    if "--check" in sys.argv:
        if stale:
            sys.stderr.write(f"Not up to date: {', '.join(stale)}. Run `make reference`.\n")
        return bool(stale)
    for name in stale:
        (FOLDER / name).write_text(PAGES[name](), "utf-8")
    return 0


def _read(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
