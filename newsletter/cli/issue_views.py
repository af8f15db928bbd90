"""How commands show issues: as data for scripts, as text for people."""

from collections.abc import Sequence
from typing import Any

from rich.markup import escape

from newsletter.cli.output import out, print_table
from newsletter.issues.models import Issue, Item
from newsletter.issues.states import name_of
from newsletter.issues.thin_weeks import language_name
from newsletter.picking.pick import Pick
from newsletter.picking.score import Part, Scored

SHORT_HASH = 8


def issue_as_data(issue: Issue) -> dict[str, Any]:
    return {
        "id": issue.id,
        "name": name_of(issue),
        "region": issue.region.code,
        "week": issue.week,
        "number": issue.number,
        "state": issue.state,
        "language": issue.language,
        "subject": issue.subject,
        "preheader": issue.preheader,
        "intro": issue.intro,
        "note": issue.note,
        "since": issue.since,
        "until": issue.until,
        "drafted_at": issue.drafted_at,
        "edited_at": issue.edited_at,
        "content_hash": issue.content_hash,
        "approved_hash": issue.approved_hash,
        "approved_at": issue.approved_at,
        "approved_by": issue.approved_by,
        "out_at": issue.out_at,
        "items": [_item_as_data(item) for item in issue.items],
    }


def candidates_as_data(pick: Pick) -> list[dict[str, Any]]:
    """What missed, near misses first, then what is told in other languages."""
    in_others = f"It is not told in {language_name(pick.language)}, the language of this issue."
    missed = [(one.scored, one.reason) for one in pick.choice.missed]
    missed += [(scored, in_others) for scored in pick.other_languages]
    return [_candidate_as_data(scored, reason) for scored, reason in missed]


def print_issues(issues: Sequence[dict[str, Any]]) -> None:
    columns = ("Issue", "Number", "State", "Items", "Content", "Approved by", "Note")
    print_table(
        columns,
        (
            (
                issue["name"],
                issue["number"],
                issue["state"],
                len(issue["items"]),
                issue["content_hash"][:SHORT_HASH],
                issue["approved_by"],
                issue["note"],
            )
            for issue in issues
        ),
    )


def print_issue(issue: dict[str, Any], *, why: bool = False) -> None:
    number = f", number {issue['number']}" if issue["number"] else ""
    _line(
        f"[bold]{escape(issue['name'])}[/bold]{number}: {issue['state'].value}, in {language_name(issue['language'])}"
    )
    _line(f"Content   {issue['content_hash'][:SHORT_HASH]}, {_approval(issue)}")
    _line(f"Picked    from what came after {_moment(issue['since'])} up to {_moment(issue['until'])}")
    for name in ("subject", "intro", "note"):
        if issue[name]:
            _line(f"{name.capitalize():<9} {escape(issue[name])}")
    for item in issue["items"]:
        also = f"; also reported by {', '.join(report['source'] for report in item['also'])}" if item["also"] else ""
        _line()
        _line(f"{item['position']:>2}  [bold]{escape(item['headline'])}[/bold]")
        _line(f"    {escape(item['source'] + also)}  [dim]score {item['score']:.2f}[/dim]")
        if why:
            _parts(item["parts"])


def print_candidates(candidates: Sequence[dict[str, Any]], *, why: bool = False) -> None:
    _line()
    _line("[bold]What missed[/bold]" if candidates else "Nothing missed: every event found is in the issue.")
    for one in candidates:
        _line()
        _line(f"    [bold]{escape(one['headline'])}[/bold]")
        _line(f"    {escape(one['source'])}  [dim]score {one['score']:.2f}[/dim]")
        _line(f"    {escape(one['missed'])}")
        if why:
            _parts(one["parts"])


def _item_as_data(item: Item) -> dict[str, Any]:
    return {
        "position": item.position,
        "event": item.event_id,
        "story": item.story_id,
        "pinned": item.pinned,
        "headline": item.headline,
        "summary": item.summary,
        "url": item.url,
        "source": item.source,
        "also": item.also,
        "score": item.score,
        "parts": item.parts,
    }


def _candidate_as_data(scored: Scored, missed: str) -> dict[str, Any]:
    return {
        "event": scored.candidate.event_id,
        "story": scored.lead.story_id,
        "headline": scored.lead.title,
        "source": scored.lead.source_name,
        "language": scored.candidate.language,
        "score": scored.score,
        "parts": [_part_as_data(part) for part in scored.parts],
        "missed": missed,
    }


def _part_as_data(part: Part) -> dict[str, Any]:
    return {"name": part.name, "value": part.value, "reason": part.reason}


def _parts(parts: Sequence[dict[str, Any]]) -> None:
    for part in parts:
        _line(f"    {part['value']:+6.2f}  {part['name']:<9}  {escape(part['reason'])}")


def _approval(issue: dict[str, Any]) -> str:
    if issue["approved_hash"] is None:
        return "not approved"
    return f"approved by {escape(issue['approved_by'])} on {_moment(issue['approved_at'])}"


def _moment(value: Any) -> str:
    return f"{value:%Y-%m-%d %H:%M} UTC"


def _line(markup: str = "") -> None:
    out.print(markup, highlight=False, soft_wrap=True)
