"""Weights of a region: what counts, and what others would have picked. They are kept in files, by people."""

from dataclasses import asdict, fields, replace
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field, create_model

from newsletter.issues.trying import Trial, try_weights
from newsletter.issues.weighing import weights_of
from newsletter.picking.weights import Weights, as_toml, bounds
from newsletter.web.api.calling import EditorReads
from newsletter.web.api.problems import problems
from newsletter.web.api.regions import region_of
from newsletter.web.api.shapes import Code, Given, Whole
from newsletter.web.desk_region_weights import MOST_WEEKS, WEEKS

router = APIRouter(tags=["regions"])


class WeightsView(BaseModel):
    weights: dict[str, float]
    note: str | None = Field(description="Why the region's file is not used; null: all is well.")


class EntryView(BaseModel):
    event: int
    headline: str
    source: str
    position: int
    was: int | None = Field(description="Its position in the letter as it was; null: it was not in it.")
    score: float


class LeftView(BaseModel):
    event: int
    headline: str
    was: int


class TrialView(BaseModel):
    """One week, as these weights would have picked it."""

    week: str
    entries: list[EntryView]
    left: list[LeftView]

    @classmethod
    def of(cls, trial: Trial) -> "TrialView":
        entries = [asdict(entry) for entry in trial.entries]
        left = [asdict(one) for one in trial.left]
        return cls(
            week=trial.week,
            entries=[EntryView(event=one.pop("event_id"), **one) for one in entries],
            left=[LeftView(event=one.pop("event_id"), **one) for one in left],
        )


class TriedView(BaseModel):
    toml: str = Field(description="The file that would make them hold.")
    data: list[TrialView] = Field(description="The latest weeks, newest first.")


def _bounded(name: str) -> Any:
    least, most = bounds(name)
    return (Annotated[float, Field(ge=least, le=most)] | None, None)


WeightsGiven: Any = create_model(
    "WeightsGiven",
    __base__=Given,
    __doc__="What is left out stays as it is.",
    **{field.name: _bounded(field.name) for field in fields(Weights)},
)


class TrialGiven(Given):
    weights: WeightsGiven
    weeks: Annotated[int, Field(ge=1, le=MOST_WEEKS), Whole] = WEEKS


@router.get("/regions/{code}/weights", operation_id="getWeights", response_model=WeightsView, responses=problems(404))
def show_weights(caller: EditorReads, code: Code) -> WeightsView:
    with caller.web.service.db.reading() as session:
        holding = weights_of(session, region_of(session, caller, code).code)
    return WeightsView(weights=asdict(holding.weights), note=holding.note)


@router.post(
    "/regions/{code}/weights/try", operation_id="tryWeights", response_model=TriedView, responses=problems(404)
)
def try_others(caller: EditorReads, code: Code, given: TrialGiven) -> TriedView:
    """Past weeks picked anew with other weights. It changes nothing."""
    with caller.web.service.db.reading() as session:
        region = region_of(session, caller, code)
        tried = replace(weights_of(session, region.code).weights, **given.weights.model_dump(exclude_none=True))
        trials = try_weights(session, region, tried, weeks=given.weeks)
    heading = f"{region.code}: tried over the API"
    return TriedView(toml=as_toml(tried, heading), data=[TrialView.of(trial) for trial in trials])
