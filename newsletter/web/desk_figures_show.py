"""What became of an issue, or of all issues of a round: figures, drawn, beside earlier issues, and as CSV."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from sqlalchemy.orm import Session

from newsletter.feedback.figures import MEASURES, Figures, figures_of, figures_with_earlier, issues_of_letters, usual
from newsletter.feedback.openings import usual_share
from newsletter.issues.models import Issue
from newsletter.sending.models import Round
from newsletter.sending.rounds import find_round
from newsletter.subscribers.lists.cells import defused
from newsletter.web.charting import bars, pieces
from newsletter.web.desk_access import EditorSeat, Seat
from newsletter.web.desk_issue_reading import issue_for
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import private

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]

_COLUMNS = ("region", "week", "number", "figure", "reason", "count")


@router.get("/desk/issues/{issue_id}/figures")
def of_issue(web: Web, seat: EditorSeat, issue_id: Id) -> Response:
    with web.service.db.reading() as session:
        issue = issue_for(session, seat, issue_id)
        this, earlier = figures_with_earlier(session, issue)
        context = {"issue": issue, "this": this, "earlier": earlier, "rows": _rows(this, earlier)}
        context["ends"] = pieces({name: this[name] for name in ("accepted", "refused", "unknown", "skipped")})
        context["opened"] = _opened(issue, this, earlier) if _counts_clicks(web, this, *earlier) else None
        page = web.pages.render("desk/figures.html", seat.language, seat=seat, **context)
    return private(page)


@router.get("/desk/issues/{issue_id}/figures.csv")
def of_issue_as_csv(web: Web, seat: EditorSeat, issue_id: Id) -> Response:
    with web.service.db.reading() as session:
        this, earlier = figures_with_earlier(session, issue_for(session, seat, issue_id))
    return as_csv([this, *earlier], f"{this.region}-{this.week}")


@router.get("/desk/rounds/{round_id}/figures")
def of_round(web: Web, seat: EditorSeat, round_id: Id) -> Response:
    with web.service.db.reading() as session:
        round = find_round(session, str(round_id))
        found = _of_round(session, seat, round)
        measures = [name for name in MEASURES if name != "clicks" or _counts_clicks(web, *found)]
        page = web.pages.render(
            "desk/round_figures.html", seat.language, seat=seat, round=round, figures=found, measures=measures
        )
    return private(page)


@router.get("/desk/rounds/{round_id}/figures.csv")
def of_round_as_csv(web: Web, seat: EditorSeat, round_id: Id) -> Response:
    with web.service.db.reading() as session:
        round = find_round(session, str(round_id))
        found = _of_round(session, seat, round)
    return as_csv(found, f"round-{round.week}")


def _of_round(session: Session, seat: Seat, round: Round) -> Sequence[Figures]:
    """Of the issues that the editor may see; none of a correction, whose letters carry no issue."""
    if round.correction_id is not None:
        return []
    return figures_of(session, [one for one in issues_of_letters(session, round) if seat.may("editor", one.region)])


def as_csv(figures: Iterable[Figures], name: str) -> Response:
    """A line for each number, for a spreadsheet to turn as it likes. `name` is of letters, digits and dashes."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for one in figures:
        for figure, reason, count in _numbers(one):
            cells = (one.region, one.week, str(one.number or ""), figure, reason, str(count))
            writer.writerow([defused(cell) for cell in cells])
    headers = {
        "Content-Disposition": f'attachment; filename="figures-{name}.csv"',
        "Cache-Control": "no-store",
    }
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _numbers(one: Figures) -> Iterable[tuple[str, str, int]]:
    """Figure, what it is broken down by, and count; clicks only where any were counted."""
    for name in MEASURES:
        if name != "clicks" or one.clicks_by_item:
            yield name.replace("_", " "), "", one[name]
    for position, count in one.clicks_by_item.items():
        yield "clicks", f"item {position}", count
    for figure, by_reason in (("refused", one.refused_for), ("bounced", one.bounced_for)):
        for reason, count in by_reason.items():
            yield figure, reason, count
    yield "bounced hard", "", one.hard
    yield "bounced soft", "", one.soft


def _rows(this: Figures, earlier: Sequence[Figures]) -> list[dict[str, Any]]:
    """A row for each measure: its number and share, what is usual, and a chart from the earliest issue to this one.

    No chart where nothing was counted in any of them, or where there is nothing to compare with.
    """
    in_time = [*reversed(earlier), this]
    rows = []
    for name in MEASURES:
        if name == "clicks" and not any(one.clicks_by_item for one in in_time):
            continue
        common = usual(earlier, name)
        drawn = bars([(one.week[-3:], one.share(name)) for one in in_time], common)
        chart = drawn if earlier and any(one.share(name) for one in in_time) else None
        rows.append({"name": name, "count": this[name], "share": this.share(name), "usual": common, "chart": chart})
    return rows


def _counts_clicks(web: Parts, *figures: Figures) -> bool:
    return web.service.settings.count_clicks or any(one.clicks_by_item for one in figures)


def _opened(issue: Issue, this: Figures, earlier: Sequence[Figures]) -> list[dict[str, Any]]:
    """A row for each item: its clicks, its share of the issue's, and what its place usually has."""
    before = [one.clicks_by_item for one in earlier]
    return [
        {
            "item": item,
            "count": (count := this.clicks_by_item.get(item.position, 0)),
            "share": count / this.clicks if this.clicks else None,
            "usual": usual_share(item.position, before),
        }
        for item in issue.items
    ]
