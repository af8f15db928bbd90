"""Writes the pages of this folder that are made from the code: settings.md, commands.md and api.md.

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
from newsletter.web.api.app import WORDS, describe

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


def api_page() -> str:
    schema = describe("https://letters.example").openapi()
    by_tag: dict[str, list[str]] = {}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            by_tag.setdefault(operation["tags"][0], []).append(_operation(method, path, operation, schema))
    sections = [f"## {tag}\n\n{chr(10).join(texts)}" for tag, texts in by_tag.items()]
    return f"""{NOTE}
# The API

{WORDS}

The whole description, for programs, is at `/api/v1/openapi.json` of an installation (OpenAPI 3.1); it needs no key.

{chr(10).join(sections)}
## Shapes

{chr(10).join(_described(name, shape, schema) for name, shape in sorted(schema["components"]["schemas"].items()))}"""


def _described(name: str, shape: dict[str, Any], schema: dict[str, Any]) -> str:
    """What is answered, field by field; what is sent stands with its operation, and pages are alike."""
    if "properties" not in shape or name.startswith("Page_") or name.endswith("Given"):
        return ""
    rows = [
        f"| `{field}` | {_kind_of(one, schema)} | {_cell(one.get('description'))} |"
        for field, one in shape["properties"].items()
    ]
    return "\n".join([f"### {name}", "", "| | | |", "|---|---|---|", *rows, ""])


def _operation(method: str, path: str, operation: dict[str, Any], schema: dict[str, Any]) -> str:
    lines = [f"### {method.upper()} {path}", "", f"`{operation['operationId']}`. {operation['description']}", ""]
    rows = [
        (f"{one['name']} ({one['in']})", one["schema"], one.get("description"))
        for one in operation.get("parameters", ())
        if one["in"] != "path"
    ]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    if body:
        shape = _shape(body, schema)
        needed = shape.get("required", ())
        for name, field in shape.get("properties", {}).items():
            rows.append((name if name in needed else f"[{name}]", field, field.get("description")))
    if rows:
        lines += ["| | | |", "|---|---|---|"]
        lines += [f"| `{name}` | {_kind_of(field, schema)} | {_cell(said)} |" for name, field, said in rows]
        lines.append("")
    good = next(status for status in operation["responses"] if status.startswith("2"))
    answered = operation["responses"][good].get("content", {}).get("application/json", {}).get("schema", {})
    return "\n".join([*lines, f"Answers {good}{f': {_kind_of(answered, schema)}' if answered else ''}.", ""])


def _shape(field: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    reference = field.get("$ref", "")
    return schema["components"]["schemas"][reference.rpartition("/")[2]] if reference else field


def _kind_of(field: dict[str, Any], schema: dict[str, Any]) -> str:
    """What a value is, in a few words; a shape of ours by its name."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        if name.startswith("Page_"):
            return f"a page of `{name.removeprefix('Page_').rstrip('_')}`"
        values = schema["components"]["schemas"][name].get("enum")
        return ", ".join(f"`{value}`" for value in values) if values else f"`{name}`"
    if "anyOf" in field:
        return " or ".join(_kind_of(one, schema) for one in field["anyOf"])
    if field.get("type") == "array":
        return f"list of {_kind_of(field.get('items', {}), schema)}"
    return str(field.get("format") or field.get("type") or "anything")


PAGES = {"settings.md": settings_page, "commands.md": commands_page, "api.md": api_page}


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
