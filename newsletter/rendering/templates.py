"""Jinja2 environments for the mails; templates are files of this project and nothing else."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

import newsletter
from newsletter.regions.catalogue import find, name_of
from newsletter.rendering.plain import direction_of
from newsletter.rendering.translations import translations, week_in_words
from newsletter.rendering.wrapping import wrap


def template_folder() -> Path:
    """Where `email/` and `web/` lie: inside the package when installed, beside it in a checkout."""
    package = Path(newsletter.__file__).parent
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


def template_loader(kind: str, own: Path | None) -> FileSystemLoader:
    """Loads `kind` ("email" or "web") from a newsroom's folder where it has the template, else from ours."""
    return FileSystemLoader([*([own / kind] if own else []), template_folder() / kind])


@cache
def email_environment(language: str, own: Path | None = None) -> Environment:
    """The environment of the mails in one of our languages; what a template names and nobody gave is an error.

    `own` is the folder of a newsroom's templates (`templates_dir`), which come before ours.
    """
    environment = Environment(
        loader=template_loader("email", own),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"], default_for_string=False),
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters["wrap"] = wrap
    environment.filters["direction_of"] = direction_of
    environment.filters["own_direction"] = own_direction
    environment.filters["week_in_words"] = lambda week: week_in_words(week, language)
    environment.globals["flag_of"] = lambda code: find(code).flag
    environment.globals["region_name"] = lambda code: name_of(code, language)
    # The i18n extension adds the method when it is loaded, which no type checker can see.
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    return environment


def own_direction(text: str, around: str) -> Markup:
    """A `dir` attribute where `text` runs against what is around it, which also isolates it; else nothing.

    Not <bdi>, which a third of the clients, Gmail among them, take out.
    """
    own = direction_of(text, otherwise=around)
    return Markup() if own == around else Markup(' dir="{}"').format(own)
