"""A newsroom's own templates, checked before anything is sent with them: names, syntax, and a letter made for trial."""

from collections.abc import Iterator
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, meta, nodes

from newsletter.config import Settings
from newsletter.errors import SettingsError
from newsletter.issues.models import Correction, Issue, IssueState, Item
from newsletter.issues.opinion_links import OpinionLinks
from newsletter.regions.models import Region, Schedule
from newsletter.rendering.faults import TemplateFaultError
from newsletter.rendering.letters import frame_context, render_issue
from newsletter.rendering.templates import email_environment, template_folder

_KINDS = ("email", "web")


def check_own_templates(settings: Settings) -> None:
    """Raises SettingsError with a sentence for each file that cannot take the place of ours."""
    folder = settings.templates_dir
    if folder is None:
        return
    if not folder.is_dir():
        raise SettingsError(f"NEWSLETTER_TEMPLATES_DIR: there is no folder {folder}.")
    problems = [problem for path in _files(folder) for problem in _problems(folder, path, settings)]
    problems = problems or list(_trial(settings))
    if problems:
        raise SettingsError("These templates of your own are wrong.\n  " + "\n  ".join(problems))


def _files(folder: Path) -> list[Path]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in paths if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def _problems(folder: Path, path: Path, settings: Settings) -> Iterator[str]:
    name = path.relative_to(folder).as_posix()
    if name not in _ours():
        meant = get_close_matches(name, _ours(), n=1)
        yield f"{path}: no template of ours has this name" + (f"; did you mean {meant[0]}?" if meant else ".")
        return
    environment = _reader()
    try:
        used = meta.find_undeclared_variables(environment.parse(path.read_text("utf-8")))
    except TemplateSyntaxError as error:
        yield f"{path}, line {error.lineno}: {error.message}"
        return
    except UnicodeDecodeError:
        yield f"{path}: this is not UTF-8."
        return
    given = _given(name, environment, settings)
    for unknown in sorted(used - given):
        near = get_close_matches(unknown, given, n=1)
        yield f"{path}: nobody gives it {unknown!r}" + (f"; did you mean {near[0]!r}?" if near else ".")


@cache
def _ours() -> frozenset[str]:
    """Every template of this project, such as "email/letter/body.html"."""
    folder = template_folder()
    return frozenset(path.relative_to(folder).as_posix() for kind in _KINDS for path in _files(folder / kind))


@cache
def _reader() -> Environment:
    """Reads what mails and pages are written in, without making any: it knows each filter that ours name."""
    environment = email_environment("en").overlay(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    environment.filters = dict(environment.filters)
    for name in _ours():
        tree = environment.parse((template_folder() / name).read_text("utf-8"))
        for used in tree.find_all(nodes.Filter):
            environment.filters.setdefault(used.name, str)
    return environment


def _given(name: str, environment: Environment, settings: Settings) -> set[str]:
    """The names that a template may use: those that ours of its folder and of the frame use, and the globals."""
    kind, _, rest = name.partition("/")
    mine = rest.rpartition("/")[0]
    given = set(environment.globals) | set(frame_context("en", settings))
    for other in _ours():
        folder = other.partition("/")[2].rpartition("/")[0]
        if other.startswith(f"{kind}/") and folder in (mine, "base"):
            given |= meta.find_undeclared_variables(environment.parse((template_folder() / other).read_text("utf-8")))
    return given


def _trial(settings: Settings) -> Iterator[str]:
    """What goes wrong in a letter that has everything; its result is thrown away."""
    try:
        render_issue(_sample(), "en", settings, opinions=OpinionLinks(["trial"], settings.base_url), look="trial")
    except TemplateFaultError as error:
        yield str(error)
    except KeyError as error:
        yield f"{settings.templates_dir}/email/letter: the letter lacks its piece({error}); ours shows where it stands."


def _sample() -> Issue:
    region = Region(code="MX", language="en", schedule=Schedule(weekday=4, hour=7))
    issue = Issue(id=1, region=region, language="en", number=2, week="2026-W20", state=IssueState.DRAFT, intro="Intro.")
    image = {"url": "https://news.example/a.jpg", "alt": "A picture", "width": 600, "height": 300}
    also = [{"source": "Another source", "url": "https://other.example/"}]
    issue.items = [
        Item(
            event_id=number,
            position=number,
            headline="A headline",
            summary="A summary.",
            url="https://news.example/",
            source="A source",
            also=also,
            image=image,
        )
        for number in (1, 2)
    ]
    earlier = Issue(region=region, language="en", number=1, week="2026-W19")
    at = datetime(2026, 5, 14, tzinfo=UTC)
    issue.corrections = [Correction(issue=earlier, text="A correction.", by="trial", at=at)]
    return issue
