"""Commands whose files are read when they are called.

The files of commands import what they work with: databases, templates, web servers. To list the commands, to complete
a word or to run one of them, the names of the others and a line each are enough.
"""

from functools import cached_property
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


class LateCommand(TyperCommand):
    """Stands in lists for a command of an app: "serving:app" is `app` in newsletter/cli/serving.py.

    Whatever runs, explains or completes a command makes a context first, and the context is of the command itself.
    """

    def __init__(self, name: str, where: str, line: str) -> None:
        super().__init__(name, short_help=line)
        self._where = where

    @cached_property
    def itself(self) -> Any:
        """The command with its options; a KeyError where its app has none of that name."""
        return self._app().commands[self.name or ""]

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        return self.itself.make_context(info_name, args, parent, **extra)

    def _app(self) -> TyperGroup:
        module, _, attribute = self._where.partition(":")
        return typer.main.get_group(getattr(import_module(f"newsletter.cli.{module}"), attribute))


class LateGroup(LateCommand):
    """Stands in lists for an app as a whole, whose commands come after its name."""

    @cached_property
    def itself(self) -> Any:
        app = self._app()
        app.name, app.help = self.name, self.short_help
        return app
