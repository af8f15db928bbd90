"""Errors of templates, told with the file and the line in which they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError

from newsletter.errors import NewsletterError

_SUFFIXES = (".html", ".txt", ".css", ".xml")


class TemplateFaultError(NewsletterError):
    message = "A template is wrong."


@contextmanager
def naming_templates() -> Iterator[None]:
    """Raises TemplateFaultError, with where it is, for whatever Jinja finds wrong inside."""
    try:
        yield
    except TemplateSyntaxError as error:
        raise TemplateFaultError(f"{error.filename or error.name}, line {error.lineno}: {error.message}") from error
    except TemplateNotFound as error:
        raise TemplateFaultError(f"{_place(error.__traceback__)}: there is no template {error.name!r}") from error
    except TemplateError as error:
        raise TemplateFaultError(f"{_place(error.__traceback__)}: {error.message}") from error


def _place(trace: TracebackType | None) -> str:
    """The innermost line of a template in a traceback; Jinja puts the templates' own lines there."""
    place = "a template"
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.endswith(_SUFFIXES):
            place = f"{name}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return place
