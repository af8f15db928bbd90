"""POST /api/stories: a newsroom's own system hands over stories, with the key of its client."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from newsletter.bootstrap import Service
from newsletter.errors import InvalidInputError
from newsletter.stories.handing_over import HandedOver, hand_over, tag_given
from newsletter.stories.intake import read_given
from newsletter.stories.models import Source
from newsletter.stories.sources import client_by_key

router = APIRouter()

BODY_LIMIT = 1_000_000  # bytes
_NEEDS_KEY = {"WWW-Authenticate": 'Bearer realm="stories"'}


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


async def _body(request: Request) -> bytes:
    """The body, as far as the limit; one byte more shows that it is passed."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_LIMIT:
            break
    return bytes(body)


@router.post("/api/stories")
async def add_stories(request: Request, service: Annotated[Service, Depends(_service)]) -> JSONResponse:
    """One story as a JSON object, or a list of them; 200 if all were taken, 207 if some were, 422 if none.

    Each has a result in the order given: new, changed, known, or refused with the reason. Sending the same again
    does no harm. The key comes first: without one nothing of the body is read.
    """
    key = _key(request)
    client = await run_in_threadpool(_client, service, key)
    if client is None:
        return _failure(401, "Send the key of an API client as `Authorization: Bearer KEY`.", _NEEDS_KEY)
    body = await _body(request)
    if len(body) > BODY_LIMIT:
        return _failure(413, f"Send at most {BODY_LIMIT:,} bytes at one time.")
    return await run_in_threadpool(_answer, service, client.id, body)


def _client(service: Service, key: str) -> Source | None:
    with service.db.reading() as session:
        return client_by_key(session, key) if key else None


def _answer(service: Service, client_id: int, body: bytes) -> JSONResponse:
    try:
        given = read_given(_document(body), service.settings.base_url)
    except InvalidInputError as error:
        return _failure(422, str(error))
    with service.db.reading() as session:
        tagged = tag_given(session, session.get_one(Source, client_id), given)
    with service.db.writing() as session:
        results = hand_over(session, session.get_one(Source, client_id), given, service.clock.now(), tagged)
    refused = sum(1 for result in results if result.reason is not None)
    status = 200 if not refused else 422 if refused == len(results) else 207
    return JSONResponse({"results": [_plain(result) for result in results]}, status_code=status)


def _plain(result: HandedOver) -> dict[str, Any]:
    if result.reason is not None:
        return {"result": "refused", "reason": result.reason}
    return {"result": result.outcome, "id": result.story_id, "url": result.url}


def _document(body: bytes) -> Any:
    try:
        return json.loads(body)
    except RecursionError as error:
        raise InvalidInputError("The JSON is nested too deeply.") from error
    except ValueError as error:
        raise InvalidInputError("The body is not valid JSON in UTF-8.") from error


def _key(request: Request) -> str:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _failure(status: int, sentence: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status, headers=headers)
