"""Commands."""

import typer

app = typer.Typer(no_args_is_help=True)
top = typer.Typer()  # `newsletter draft`, `newsletter preview`, `newsletter render`
