"""Writes the pages of this folder that are made from the code: settings.md and commands.md.

python docs/reference/write.py           write them
python docs/reference/write.py --check   exit 1 where they are not up to date
"""

import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

from newsletter.cli import command_tree
from newsletter.config import Settings, variable_name

FOLDER = Path(__file__).parent
NOTE = "<!-- Made from the code by `make reference`; changes here are lost. -->"


def settings_page() -> str:
    rows = [
        f"| `{variable_name(name)}` | {_default(field.get_default(call_default_factory=True))} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return f"""{NOTE}
# Settings

Set them in the environment, or in a file `.env` in the folder where the service starts; the environment wins. A wrong
one stops the start with a sentence that names it. `newsletter settings` shows those of this installation.

| variable | default | what it sets |
|---|---|---|
{chr(10).join(rows)}
"""


def commands_page() -> str:
    sections = [_section(" ".join(path), command) for path, command in _commands(command_tree(), [])]
    return f"""{NOTE}
# Commands

`newsletter COMMAND --help` says the same in the terminal. Exit codes: 0 done, 1 it could not be done (and a sentence on
standard error says why), 2 wrong usage or a wrong setting. Results go to standard output, everything else to standard
error.

{chr(10).join(sections)}"""


def _default(value: object) -> str:
    return "" if value in (None, "", []) else f"`{value}`"


def _commands(command: Any, path: list[str]) -> Iterator[tuple[list[str], Any]]:
    """Every command that does something, in the order of the help, with the words that call it."""
    for name, child in getattr(command, "commands", {}).items():
        if hasattr(child, "commands"):
            yield from _commands(child, [*path, name])
        elif not child.hidden:
            yield [*path, name], child


def _section(name: str, command: Any) -> str:
    shown = [param for param in command.params if not getattr(param, "hidden", False)]
    arguments = [param for param in shown if param.param_type_name == "argument"]
    options = [param for param in shown if param.param_type_name == "option"]
    usage = " ".join(["newsletter", name, *(_argument(argument) for argument in arguments)])
    rows = [(_argument(argument), argument.help) for argument in arguments if argument.help]
    rows += [(_option(option), option.help) for option in options]
    table = ["| | |", "|---|---|", *(f"| `{what}` | {_cell(text)} |" for what, text in rows), ""] if rows else []
    return "\n".join([f"## {name}", "", f"`{usage}`", "", *_help(command.help or ""), "", *table])


def _argument(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    return name if argument.required else f"[{name}]"


def _option(option: Any) -> str:
    value = "" if option.is_flag else f" {option.metavar or _kind(option.type_descriptor.annotation)}"
    return ", ".join([*option.opts, *option.secondary_opts]) + value


def _kind(annotation: Any) -> str:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return "/".join(str(member.value) for member in annotation)
    return "N" if annotation in (int, float) else "VALUE"


def _cell(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")


def _help(text: str) -> Iterator[str]:
    """Help as Markdown: its examples are the indented lines."""
    blank = False
    for line in text.replace("\b", "").strip().splitlines():
        if line.strip() or not blank:
            yield f"    {line.strip()}" if line.startswith(" ") else _heading(line.strip())
        blank = not line.strip()


def _heading(line: str) -> str:
    return f"{line}\n" if line in ("Example:", "Examples:") else line


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
