"""What became of issues after they were sent: figures, as JSON and as CSV. Nothing here says what one reader did."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from newsletter.feedback.figures import MEASURES, Figures, figures_of, figures_with_earlier, issues_of_letters, usual
from newsletter.web.api.calling import Caller, EditorReads
from newsletter.web.api.issue_views import issue_of
from newsletter.web.api.problems import problems
from newsletter.web.api.rounds import round_of
from newsletter.web.api.shapes import Id
from newsletter.web.desk_figures_show import as_csv

router = APIRouter(tags=["figures"])

CSV: dict[str, Any] = {
    "response_class": Response,
    "responses": {
        200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "A line for each number."},
        **problems(404),
    },
}


class FiguresView(BaseModel):
    issue: int
    region: str
    week: str
    number: int | None
    audience: int
    counts: dict[str, int] = Field(description="By measure.", examples=[dict.fromkeys(MEASURES, 0)])
    shares: dict[str, float | None] = Field(
        description="Of the letters that were accepted, or of all for what ended otherwise; null: of nothing."
    )
    refused_for: dict[str, int] = Field(description="Letters by reason.")
    bounced_for: dict[str, int]
    clicks_by_item: dict[int, int] = Field(description="By position; empty where none was counted.")
    is_rolled_up: bool = Field(description="Its letters are deleted: what came back is not known any more.")

    @classmethod
    def of(cls, figures: Figures) -> "FiguresView":
        columns = ("region", "week", "number", "audience", "is_rolled_up")
        by_reason = ("refused_for", "bounced_for", "clicks_by_item")
        return cls(
            issue=figures.issue_id,
            counts={name: figures[name] for name in MEASURES} | {"hard": figures.hard, "soft": figures.soft},
            shares={name: figures.share(name) for name in MEASURES},
            **{column: getattr(figures, column) for column in columns},
            **{name: dict(getattr(figures, name)) for name in by_reason},
        )


class IssueFigures(BaseModel):
    this: FiguresView
    usual: dict[str, float | None] = Field(description="The median share of each measure among earlier issues.")
    earlier: list[FiguresView] = Field(description="The region's issues before it, the latest first.")


class RoundFigures(BaseModel):
    data: list[FiguresView] = Field(description="Of its issues, as far as the key's regions reach.")


@router.get(
    "/issues/{issue_id}/figures", operation_id="getFigures", response_model=IssueFigures, responses=problems(404)
)
def of_issue(caller: EditorReads, issue_id: Id) -> IssueFigures:
    with caller.web.service.db.reading() as session:
        this, earlier = figures_with_earlier(session, issue_of(session, caller, issue_id))
    return IssueFigures(
        this=FiguresView.of(this),
        usual={name: usual(earlier, name) for name in MEASURES},
        earlier=[FiguresView.of(one) for one in earlier],
    )


@router.get("/issues/{issue_id}/figures.csv", operation_id="getFiguresCsv", **CSV)
def of_issue_as_csv(caller: EditorReads, issue_id: Id) -> Response:
    """The same for a spreadsheet: no cell of it runs as a formula."""
    with caller.web.service.db.reading() as session:
        this, earlier = figures_with_earlier(session, issue_of(session, caller, issue_id))
    return as_csv([this, *earlier], f"{this.region}-{this.week}")


@router.get(
    "/rounds/{round_id}/figures", operation_id="getRoundFigures", response_model=RoundFigures, responses=problems(404)
)
def of_round(caller: EditorReads, round_id: Id) -> RoundFigures:
    with caller.web.service.db.reading() as session:
        return RoundFigures(data=[FiguresView.of(one) for one in _of_round(session, caller, round_id)[1]])


@router.get("/rounds/{round_id}/figures.csv", operation_id="getRoundFiguresCsv", **CSV)
def of_round_as_csv(caller: EditorReads, round_id: Id) -> Response:
    with caller.web.service.db.reading() as session:
        week, found = _of_round(session, caller, round_id)
    return as_csv(found, f"round-{week}")


def _of_round(session: Session, caller: Caller, round_id: int) -> tuple[str, list[Figures]]:
    """Its week, and the figures of the issues that the key may see: none of a correction, which carries no issue."""
    round = round_of(session, round_id)
    issues = [] if round.correction_id else issues_of_letters(session, round)
    return round.week, figures_of(session, [issue for issue in issues if caller.sees(issue.region)])
