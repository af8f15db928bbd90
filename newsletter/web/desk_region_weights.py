"""Weights of a region on the desk: what counts now, and what other weights would have picked in past weeks.

Nothing is written here. Weights are a file in a folder that the newsroom's operator keeps; what is tried stands in the
page's address, so that it can be sent to a colleague, and is taken away as such a file.
"""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy.orm import Session

from newsletter.errors import InvalidInputError
from newsletter.issues.trying import try_weights
from newsletter.issues.weighing import weights_of
from newsletter.picking.weights import as_toml, bounds, read, tables
from newsletter.regions.models import Region
from newsletter.regions.service import region
from newsletter.web.desk_access import EditorSeat, Seat
from newsletter.web.parts import Web
from newsletter.web.responses import private

router = APIRouter()

WEEKS, MOST_WEEKS = 4, 12  # each is picked anew while the editor waits

Code = Annotated[str, Path(max_length=40)]
Weeks = Annotated[int, Query(ge=1, le=MOST_WEEKS)]


@router.get("/desk/regions/{code}/weights")
def weights(request: Request, web: Web, seat: EditorSeat, code: Code, weeks: Weeks = WEEKS) -> Response:
    """A form with the weights that hold or are tried; below it, if any is given, past weeks picked with them."""
    with web.service.db.reading() as session:
        found = _region(session, seat, code)
        holding = weights_of(session, found.code)
        tried, wrong = read(request.query_params, holding.weights)
        is_tried = not wrong and any(name in request.query_params for name in bounds_by_name())
        trials = try_weights(session, found, tried, weeks=weeks) if is_tried else None
    context = {
        "region": found,
        "note": holding.note,
        "holding": _flat(tables(holding.weights)),
        "typed": _flat(tables(tried)) | {name: request.query_params[name] for name in wrong},
        "wrong": wrong,
        "bounds": bounds_by_name(),
        "weeks": weeks,
        "most_weeks": MOST_WEEKS,
        "trials": trials,
    }
    status = 422 if wrong else 200
    return private(web.pages.render("desk/weights.html", seat.language, seat=seat, **context), status=status)


@router.get("/desk/regions/{code}/weights.toml")
def file(request: Request, web: Web, seat: EditorSeat, code: Code) -> Response:
    """The same weights as the file that makes them hold."""
    with web.service.db.reading() as session:
        found = _region(session, seat, code)
        tried, wrong = read(request.query_params, weights_of(session, found.code).weights)
    if wrong:
        raise InvalidInputError(f"These weights can't be used: {', '.join(sorted(wrong))}.")
    headers = {"Content-Disposition": f'attachment; filename="{found.code}.toml"', "Cache-Control": "no-store"}
    return Response(as_toml(tried, f"{found.code}: tried at the desk"), media_type="application/toml", headers=headers)


def bounds_by_name() -> dict[str, tuple[float, float]]:
    return {name: bounds(name) for name in _flat(tables(read({})[0]))}


def _region(session: Session, seat: Seat, code: str) -> Region:
    """Raises NotFoundError, or ForbiddenError where others edit it."""
    found = region(session, code)
    seat.check_region(found)
    return found


def _flat(values: dict[str, dict[str, float]]) -> dict[str, str]:
    """Name to the value as a form has it."""
    return {name: f"{round(value, 4):g}" for table in values.values() for name, value in table.items()}
