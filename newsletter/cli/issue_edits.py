"""Commands that change an issue's content; each voids an approval. They join `newsletter issues`."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from newsletter.cli.context import service
from newsletter.cli.issue_views import issue_as_data
from newsletter.cli.output import print_json, say
from newsletter.editors.log import COMMAND_LINE
from newsletter.errors import InvalidInputError
from newsletter.issues import correcting as publishing
from newsletter.issues import editing, finding, illustrating
from newsletter.issues.models import Correction, Issue
from newsletter.issues.states import name_of
from newsletter.sending import correcting
from newsletter.web.ringing import Bell

app = typer.Typer()

Ref = Annotated[
    str, typer.Argument(metavar="ISSUE", help="MX (its latest), MX/2026-W20, MX/1 (its number).", show_default=False)
]
Position = Annotated[int, typer.Argument(metavar="ITEM", min=1, help="The item's position.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]


@app.command()
def retitle(
    ref: Ref,
    position: Position,
    headline: Annotated[str, typer.Argument(show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Give an item another headline.

    \b
    Example:
      newsletter issues retitle MX 1 "Quake damages a hundred houses in Oaxaca"
    """
    edit(editing.retitle, ref, as_json, position, headline)


@app.command()
def rewrite(
    ref: Ref,
    position: Position,
    summary: Annotated[str, typer.Argument(show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Give an item another summary; an empty one leaves the headline alone.

    \b
    Example:
      newsletter issues rewrite MX 1 "Nobody was hurt. Schools stay closed on Monday."
    """
    edit(editing.rewrite, ref, as_json, position, summary)


@app.command()
def shorten(ref: Ref, position: Position, as_json: AsJson = False) -> None:
    """Cut an item's summary after a sentence; again for more. `newsletter issues undo` brings it back.

    \b
    Example:
      newsletter issues shorten MX 1
    """
    edit(editing.shorten_summary, ref, as_json, position)


@app.command()
def picture(
    ref: Ref,
    position: Position,
    url: Annotated[str, typer.Argument(metavar="URL", help='https://…, or "" for none.', show_default=False)],
    alt: Annotated[str, typer.Option(help="What it shows, for who does not see it.")] = "",
    width: Annotated[int, typer.Option(help="In pixels.")] = 0,
    height: Annotated[int, typer.Option(help="In pixels.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Show a picture with an item where it leads. Letters are complete without, and have none by themselves.

    \b
    Examples:
      newsletter issues picture MX 1 https://news.example/dam.jpg --alt "The dam at dawn" --width 1200 --height 675
      newsletter issues picture MX 1 ""
    """
    if url:
        edit(illustrating.illustrate, ref, as_json, position, url, alt, width, height)
    else:
        edit(illustrating.unillustrate, ref, as_json, position)


@app.command()
def correct(
    ref: Ref,
    text: Annotated[
        str | None,
        typer.Argument(help="What was wrong, and what is right. Left out with --mail: the latest that is not mailed."),
    ] = None,
    mail: Annotated[bool, typer.Option("--mail", help="Mail it to exactly those who got the issue.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Correct an issue that is out: the region's next letter tells it, and the issue's page for ever.

    \b
    Examples:
      newsletter issues correct MX/11 "The bridge was opened in 1988, not in 1998."
      newsletter issues correct MX/11 "The bridge was opened in 1988, not in 1998." --mail
      newsletter issues correct MX/11 --mail --yes
    """
    if text is None and not mail:
        raise InvalidInputError("Write what was wrong, or mail with --mail what is published already.")
    with service().db.writing() as session:
        issue, now = finding.issue(session, ref), service().clock.now()
        if text is None:
            correction = correcting.latest_unmailed(session, issue)
        else:
            correction = publishing.correct(session, issue, text, by=COMMAND_LINE, now=now)
        teller = name_of(correction.told_in) if correction.told_in else None
        data = {"issue": name_of(issue), "text": correction.text, "told_in": teller}
        correction_id, reached = correction.id, correcting.reached(session, issue)
    if not as_json:
        say(f"{data['issue']} is corrected. {teller or 'The next draft of the region'} tells it to readers.")
    if mail:
        data |= _mail(correction_id, reached, str(data["issue"]), yes=yes, as_json=as_json)
    if as_json:
        print_json(data)


def _mail(correction_id: int, reached: correcting.Reached, name: str, *, yes: bool, as_json: bool) -> dict[str, Any]:
    if not yes:
        more = "" if reached.is_over else f" (and whoever gets it from now on: {reached.to_come:,} letters wait)"
        typer.confirm(f"Mail it to the {reached.readers:,} readers who got {name}{more}?", abort=True, err=True)
    with service().db.writing() as session:
        correction, now = session.get_one(Correction, correction_id), service().clock.now()
        round = correcting.mail(session, correction, seen=reached.readers, by=COMMAND_LINE, now=now)
        round_id = round.id
    Bell(service().redis_url).ring(("workers.tasks.tick", "default"))
    if not as_json:
        say(f"It leaves for {reached.readers:,} readers; `newsletter rounds show {round_id} --watch` shows how.")
    return {"round": round_id, "readers": reached.readers}


@app.command()
def drop(ref: Ref, position: Position, as_json: AsJson = False) -> None:
    """Take an item out; those below move up.

    \b
    Example:
      newsletter issues drop MX 4
    """
    edit(editing.drop, ref, as_json, position)


@app.command()
def move(
    ref: Ref,
    position: Position,
    to: Annotated[int, typer.Argument(metavar="TO", min=1, help="Its new position.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Put an item at another position.

    \b
    Example:
      newsletter issues move MX 4 1
    """
    edit(editing.move_item, ref, as_json, position, to)


@app.command()
def subject(
    ref: Ref,
    text: Annotated[str, typer.Argument(help='"" for one made from the lead items.', show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Set the subject of the mail.

    \b
    Examples:
      newsletter issues subject MX "After the quake"
      newsletter issues subject MX ""
    """
    edit(editing.set_subject, ref, as_json, text)


@app.command()
def preheader(
    ref: Ref,
    text: Annotated[str, typer.Argument(help='"" for one that goes on where the subject ends.', show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Set what a list of mails shows after the subject.

    \b
    Example:
      newsletter issues preheader MX "Also: the strike in Puebla is over"
    """
    edit(editing.set_preheader, ref, as_json, text)


@app.command()
def intro(
    ref: Ref,
    text: Annotated[str, typer.Argument(help='"" for none; blank lines part paragraphs.', show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Set the sentences above the first item.

    \b
    Example:
      newsletter issues intro MX "A week of aftershocks, and of neighbours who helped."
    """
    edit(editing.set_intro, ref, as_json, text)


@app.command()
def undo(ref: Ref, as_json: AsJson = False) -> None:
    """Take the last edit back; again and again, down to the draft.

    \b
    Example:
      newsletter issues undo MX
    """
    edit(editing.undo, ref, as_json)


@app.command()
def redo(ref: Ref, as_json: AsJson = False) -> None:
    """Do again what was undone last.

    \b
    Example:
      newsletter issues redo MX
    """
    edit(editing.redo, ref, as_json)


def edit(change: Callable[..., Issue], ref: str, as_json: bool, *values: object) -> None:
    """Make the edit, and say what became of the content and of an approval."""
    now = service().clock.now()
    with service().db.writing() as session:
        issue = finding.issue(session, ref)
        before = issue_as_data(issue)
        after = issue_as_data(change(session, issue, *values, by=COMMAND_LINE, now=now))
    print_json(after) if as_json else say(_verdict(before, after))


def _verdict(before: dict[str, Any], after: dict[str, Any]) -> str:
    if before == after:
        return f"{after['name']} has this already; nothing was changed."
    if before["content_hash"] == after["content_hash"]:
        return f"{after['name']} is changed in a way that readers do not see."
    verdict = f"{after['name']} is changed (content {after['content_hash'][:8]})."
    if after["approved_hash"] is not None:
        return f"{verdict} The region approves its issues itself, so it is approved."
    if before["approved_hash"] is not None:
        return f"{verdict} The approval by {before['approved_by']} is void: approve it again."
    return verdict
