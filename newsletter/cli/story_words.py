"""Commands about one story: show, correct, take back, withdraw, restore. They join `newsletter stories`."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from newsletter.cli.context import service
from newsletter.cli.output import print_json, print_table, say
from newsletter.editors.log import COMMAND_LINE
from newsletter.errors import InvalidInputError
from newsletter.issues import withdrawing
from newsletter.issues.states import name_of
from newsletter.sending.withdrawing import withdraw as withdraw_story
from newsletter.stories.correcting import FIELDS, story_for_change, story_of, words_of
from newsletter.stories.models import Story
from newsletter.web.ringing import Bell

app = typer.Typer()

Id = Annotated[
    int, typer.Argument(metavar="STORY", min=1, help="Its id, as `stories list` shows it.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]


@app.command()
def show(story: Id, as_json: AsJson = False) -> None:
    """Show a story, what its source says where an editor's word stands, and whether it is withdrawn.

    \b
    Example:
      newsletter stories show 4711
    """
    with service().db.reading() as session:
        _show(_as_data(story_of(session, story)), as_json)


@app.command()
def correct(
    story: Id,
    title: Annotated[str | None, typer.Option(show_default=False)] = None,
    summary: Annotated[str | None, typer.Option(show_default=False)] = None,
    url: Annotated[str | None, typer.Option(help="Of its page.", show_default=False)] = None,
    published_at: Annotated[
        str | None, typer.Option(help="Such as 2026-05-14T09:00:00Z; empty: not known.", show_default=False)
    ] = None,
    region: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="All that it is about, one by one; empty: none.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Correct a story. It stands whatever its source says later; issues that were picked before keep their words.

    \b
    Examples:
      newsletter stories correct 4711 --title "Quake damages a hundred houses in Oaxaca"
      newsletter stories correct 4711 --region MX-OAX --region GT
    """
    given: dict[str, Any] = {"title": title, "summary": summary, "url": url}
    given = {name: value for name, value in given.items() if value is not None}
    if published_at is not None:
        given["published_at"] = _instant(published_at)
    if region is not None:
        given["regions"] = [code for code in region if code]
    if not given:
        raise InvalidInputError("Say what is to be corrected: --title, --summary, --url, --published-at or --region.")
    _changed(story, as_json, lambda session, found, who: withdrawing.correct(session, found, given, **who))


@app.command("take-back")
def take_back(
    story: Id,
    field: Annotated[
        list[str], typer.Argument(metavar="FIELD...", help=f"Of {', '.join(FIELDS)}.", show_default=False)
    ],
    as_json: AsJson = False,
) -> None:
    """Let the source's own word stand again where one was corrected.

    \b
    Example:
      newsletter stories take-back 4711 title regions
    """
    if unknown := [one for one in field if one not in FIELDS]:
        raise InvalidInputError(f"There is no field {unknown[0]}; known are {', '.join(FIELDS)}.")
    _changed(story, as_json, lambda session, found, who: withdrawing.take_back(session, found, field, **who))


@app.command()
def withdraw(
    story: Id,
    why: Annotated[str, typer.Option(help="In a sentence, for whoever looks at it.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Take a story out: no letter picks it any more, and every issue that tells it and is not out yet is held.

    \b
    Example:
      newsletter stories withdraw 4711 --why "The police say that it did not happen."
    """

    def do(session: Session, found: Story, who: dict[str, Any]) -> None:
        for issue in withdraw_story(session, found, why=why, **who):
            say(f"The issue {name_of(issue)} is held; `newsletter issues release` lets it go.")

    _changed(story, as_json, do)


@app.command()
def restore(story: Id, as_json: AsJson = False) -> None:
    """Undo a withdrawal. What was held for it stays so until somebody releases it.

    \b
    Example:
      newsletter stories restore 4711
    """
    _changed(story, as_json, lambda session, found, who: withdrawing.restore(session, found, **who))


def _changed(story_id: int, as_json: bool, do: Callable[[Session, Story, dict[str, Any]], object]) -> None:
    with service().db.writing() as session:
        story = story_for_change(session, story_id)
        do(session, story, {"by": COMMAND_LINE, "now": service().clock.now()})
        data = _as_data(story)
    Bell(service().redis_url).ring()
    _show(data, as_json)


def _as_data(story: Story) -> dict[str, Any]:
    withdrawn = {name: getattr(story, name) for name in ("withdrawn_at", "withdrawn_by", "withdrawn_why")}
    return {"id": story.id, "source": story.source.name, **words_of(story), "source_says": story.overruled, **withdrawn}


def _show(data: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(data)
        return
    said = data["source_says"]
    rows = [("source", data["source"], ""), *((name, _readable(data[name]), _said(said, name)) for name in FIELDS)]
    print_table(("Field", f"Story {data['id']}", "Its source says"), rows)
    if data["withdrawn_at"]:
        say(f"It was withdrawn by {data['withdrawn_by']}: {data['withdrawn_why']}")


def _said(said: dict[str, Any], name: str) -> str:
    return (_readable(said[name]) or "nothing") if name in said else ""


def _readable(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "")


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInputError("Write the time as 2026-05-14T09:00:00Z.") from error
