"""How a round goes, live: server-sent events (HTML standard, section 9.2), one whenever something has changed.

A viewer is a coroutine, which holds a thread only while it reads the rows. Who may look is asked again with each look:
whoever is signed out sees no more.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from newsletter.editors.models import Role
from newsletter.errors import NewsletterError, UnavailableError
from newsletter.sending.overview import overview_of
from newsletter.sending.rounds import find_round
from newsletter.web.desk_access import EditorSeat, seat_for
from newsletter.web.parts import Parts, Web

LOOK_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0  # a proxy that hears nothing for a while ends the connection
MOST_VIEWERS = 20  # in one process

router = APIRouter()

Id = Annotated[int, Path(ge=1, le=2**53)]


class FullHouseError(UnavailableError):
    message = "Too many people are watching at this moment. The page shows the same when it is loaded again."


class House:
    """Counts those who are watching."""

    def __init__(self, most: int = MOST_VIEWERS) -> None:
        self._most = most
        self.viewers = 0

    def check(self) -> None:
        """Raises FullHouseError."""
        if self.viewers >= self._most:
            raise FullHouseError


@router.get("/desk/rounds/{round_id}/stream")
async def stream(request: Request, web: Web, seat: EditorSeat, round_id: Id) -> StreamingResponse:
    def look() -> dict[str, Any]:
        seat_for(Role.EDITOR)(request, web)
        return _overview(web, round_id)

    first = await run_in_threadpool(look)
    house: House = request.app.state.house
    house.check()
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_watch(first, look, house), media_type="text/event-stream; charset=utf-8", headers=headers)


async def _watch(first: dict[str, Any], look: Callable[[], dict[str, Any]], house: House) -> AsyncIterator[str]:
    """Events until the round is over, or the viewer may look no more; the server ends it when the viewer has gone."""
    house.viewers += 1  # here, where it is certain to be taken back
    try:
        told, silent = first, 0.0
        yield _event("round", first)
        while not told["is_over"]:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                seen = await run_in_threadpool(look)
            except NewsletterError:
                break
            silent += LOOK_SECONDS
            if seen != told:
                told, silent = seen, 0.0
                yield _event("round", seen)
            elif silent >= HEARTBEAT_SECONDS:
                silent = 0.0
                yield ": still here\n\n"
        yield _event("end", {})  # so that the browser does not come back
    finally:
        house.viewers -= 1


def _overview(web: Parts, round_id: int) -> dict[str, Any]:
    service = web.service
    with service.db.reading() as session:
        round = find_round(session, str(round_id))
        return overview_of(session, round, service.limits, service.clock.now()).as_data()


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
