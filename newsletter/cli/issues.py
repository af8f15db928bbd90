"""Commands: drafts, why each item is there, approval."""

from typing import Annotated, Any

import typer
from rich.progress import track
from sqlalchemy.orm import Session

from newsletter.cli import issue_choices, issue_edits
from newsletter.cli.context import service
from newsletter.cli.issue_views import candidates_as_data, issue_as_data, print_candidates, print_issue, print_issues
from newsletter.cli.output import err, print_json, print_table, say
from newsletter.editors.log import COMMAND_LINE
from newsletter.errors import InvalidInputError
from newsletter.events.gathering import gather
from newsletter.issues import approving, finding, holding
from newsletter.issues.drafting import draft as make_draft
from newsletter.issues.drafting import reconsider, redraft
from newsletter.issues.models import Issue, IssueState
from newsletter.issues.states import name_of
from newsletter.regions.models import Region
from newsletter.regions.service import active_regions, region
from newsletter.regions.timing import upcoming_week

app = typer.Typer(no_args_is_help=True)
app.add_typer(issue_edits.app)
app.add_typer(issue_choices.app)
top = typer.Typer()  # `newsletter draft`

Ref = Annotated[
    str, typer.Argument(metavar="ISSUE", help="MX (its latest), MX/2026-W20, MX/1 (its number).", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why, in a few words.", show_default=False)]


@top.command("draft")
def draft(
    code: Annotated[
        str | None, typer.Argument(metavar="REGION", help="Its code, such as MX.", show_default=False)
    ] = None,
    everywhere: Annotated[bool, typer.Option("--all", help="Every region that is switched on.")] = False,
    week: Annotated[
        str | None, typer.Option(metavar="WEEK", help="Such as 2026-W20. Default: the coming one.", show_default=False)
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Pick anew, where no person has edited or approved it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Pick the top stories of a region's week, as a draft for the editors.

    A draft that is there already is shown, not changed. With too few stories there is no issue that week.

    \b
    Examples:
      newsletter draft MX
      newsletter draft --all --json
      newsletter draft MX --week 2026-W20 --again
    """
    if (code is None) is not everywhere:
        raise InvalidInputError("Name one region, such as `newsletter draft MX`, or give --all.")
    with service().db.writing() as session:
        gather(session, service().clock.now())
    with service().db.reading() as session:
        codes = [one.code for one in (active_regions(session) if code is None else [region(session, code)])]
    steps = track(codes, "Drafting", console=err, transient=True, disable=len(codes) < 2)
    drafted = [_draft(one, week.upper() if week else None, again) for one in steps]
    if as_json:
        print_json([data for data, _ in drafted])
        return
    for data, new in drafted:
        if not new:
            say(f"{data['name']} was drafted before; --again picks anew.")
    print_issues([data for data, _ in drafted])


@app.command("list")
def list_(
    code: Annotated[str | None, typer.Option("--region", metavar="CODE", show_default=False)] = None,
    state: Annotated[IssueState | None, typer.Option(show_default=False)] = None,
    week: Annotated[str | None, typer.Option(metavar="WEEK", help="Such as 2026-W20.", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List issues, the latest week first.

    \b
    Examples:
      newsletter issues list --state draft
      newsletter issues list --region MX --json
    """
    with service().db.reading() as session:
        found = finding.issues(session, region=code, state=state, week=week, limit=limit)
        rows = [issue_as_data(issue) for issue in found]
    print_json(rows) if as_json else print_issues(rows)


@app.command()
def show(
    ref: Ref,
    why: Annotated[bool, typer.Option("--why", help="With the reasons for each item.")] = False,
    candidates: Annotated[
        bool, typer.Option("--candidates", help="With what missed, and why. Picks again to find out; changes nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show an issue: its items in order, and who approved it.

    \b
    Examples:
      newsletter issues show MX --why
      newsletter issues show MX/2026-W20 --candidates
      newsletter issues show MX/1 --json
    """
    with service().db.reading() as session:
        issue = finding.issue(session, ref)
        data = issue_as_data(issue)
        missed = candidates_as_data(reconsider(session, issue)) if candidates else None
    if as_json:
        print_json(data if missed is None else {**data, "candidates": missed})
        return
    print_issue(data, why=why)
    if missed is not None:
        print_candidates(missed, why=why)


@app.command()
def approve(
    ref: Ref,
    content_hash: Annotated[
        str | None,
        typer.Option("--hash", metavar="HASH", help="Only if the content is still this one.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Approve an issue as it stands: what is shown is what readers will get. Any later edit voids the approval.

    \b
    Examples:
      newsletter issues approve MX
      newsletter issues approve MX/2026-W20 --hash 3f9a1c20
    """
    with service().db.writing() as session:
        issue = approving.approve(
            session,
            finding.issue(session, ref),
            by=COMMAND_LINE,
            now=service().clock.now(),
            expected=content_hash,
        )
        data = issue_as_data(issue)
    if as_json:
        print_json(data)
        return
    print_issue(data)
    if issue.state is IssueState.APPROVED:
        say(f"{data['name']} is approved with this content.")
    else:
        say(f"{data['name']} has the first word of two; what it tells asks for a second editor.")


@app.command()
def hold(ref: Ref, reason: Reason, as_json: AsJson = False) -> None:
    """Keep an issue from going out until it is released.

    \b
    Example:
      newsletter issues hold MX --reason "a source withdrew its story"
    """
    with service().db.writing() as session:
        issue = holding.hold(
            session, finding.issue(session, ref), by=COMMAND_LINE, reason=reason, now=service().clock.now()
        )
        _report(issue, as_json, "is held")


@app.command()
def release(ref: Ref, as_json: AsJson = False) -> None:
    """Release a held issue: approved, where the approval still fits its content, else a draft.

    \b
    Example:
      newsletter issues release MX
    """
    with service().db.writing() as session:
        issue = holding.release(session, finding.issue(session, ref), by=COMMAND_LINE, now=service().clock.now())
        _report(issue, as_json, f"is released, as {issue.state.value}")


@app.command()
def skip(ref: Ref, reason: Reason, as_json: AsJson = False) -> None:
    """Have no issue of this region this week; its events may come in a later one.

    \b
    Example:
      newsletter issues skip MX --reason "holidays"
    """
    with service().db.writing() as session:
        issue = holding.skip(
            session, finding.issue(session, ref), by=COMMAND_LINE, reason=reason, now=service().clock.now()
        )
        _report(issue, as_json, "is skipped; `newsletter draft --again` would pick anew")


@app.command()
def log(ref: Ref, as_json: AsJson = False) -> None:
    """Show who did what to an issue, the first act first.

    \b
    Example:
      newsletter issues log MX/2026-W20
    """
    with service().db.reading() as session:
        rows: list[dict[str, Any]] = [
            {"at": entry.at, "actor": entry.actor, "action": entry.action, "details": entry.details}
            for entry in finding.history(session, finding.issue(session, ref))
        ]
    if as_json:
        print_json(rows)
        return
    print_table(
        ("When", "Who", "What", "Details"),
        ((row["at"], row["actor"], row["action"], _in_words(row["details"])) for row in rows),
    )


def _draft(code: str, week: str | None, again: bool) -> tuple[dict[str, Any], bool]:
    """The issue as data, and whether it was made or made anew just now."""
    now = service().clock.now()
    with service().db.writing() as session:
        found = region(session, code)
        wanted = week or upcoming_week(now, found.schedule.weekday, found.schedule.hour)
        there = _existing(session, found, wanted)
        if there is None:
            return issue_as_data(make_draft(session, found, wanted, now, by=COMMAND_LINE)), True
        if again:
            redraft(session, there, now, by=COMMAND_LINE)
        return issue_as_data(there), again


def _existing(session: Session, found: Region, week: str) -> Issue | None:
    return next(iter(finding.issues(session, region=found.code, week=week)), None)


def _report(issue: Issue, as_json: bool, what: str) -> None:
    if as_json:
        print_json(issue_as_data(issue))
    else:
        say(f"{name_of(issue)} {what}.")


def _in_words(details: dict[str, Any]) -> str:
    return "; ".join(f"{key}: {value}" for key, value in details.items() if value is not None)
