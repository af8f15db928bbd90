"""What went wrong, told to programs as RFC 9457 has it: application/problem+json."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from newsletter.editors.kept_answers import OtherRequestError
from newsletter.errors import NewsletterError
from newsletter.web.bodies import SENTENCES, BodyError
from newsletter.web.errors import status_of

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
_MOST_FAULTS = 20


class Fault(BaseModel):
    where: str = Field(description="The part of the request, such as `body.headline` or `query.limit`.")
    detail: str


class Problem(BaseModel):
    """RFC 9457, section 3.1. The type is always "about:blank": the status says what kind of problem it is."""

    type: str = "about:blank"
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="A sentence on what to do.")
    errors: list[Fault] = Field(default=[], description="Which parts of the request cannot be used.")


class ChangedMeanwhileError(NewsletterError):
    message = "It was changed since you read it. Read it again, then send your change with its new ETag."


class MatchNeededError(NewsletterError):
    message = "Send the ETag of what you read as If-Match, so that nobody else's work is overwritten."


_STATUS: dict[type[NewsletterError], int] = {
    ChangedMeanwhileError: 412,
    OtherRequestError: 422,
    MatchNeededError: 428,
}


def problem(
    status: int, detail: str, *, headers: Mapping[str, str] | None = None, errors: Sequence[Fault] = ()
) -> Response:
    body = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, errors=list(errors))
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return Response(body.model_dump_json(), status_code=status, media_type=MEDIA_TYPE, headers=kept)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route: the problems that it may answer with, as OpenAPI says it."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def install(api: FastAPI) -> None:
    api.add_exception_handler(NewsletterError, _expected)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(BodyError, _body)
    api.add_exception_handler(Exception, _bug)


def _expected(_request: Request, error: Exception) -> Response:
    assert isinstance(error, NewsletterError)  # noqa: S101 - the handler of that class
    status = _STATUS.get(type(error)) or status_of(error)
    if status >= 500:
        log.error("a request could not be answered", error=str(error))
    return problem(status, str(error))


def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - the handler of that class
    detail = {
        404: "There is no such resource.",
        405: "The resource does not answer this method.",
    }.get(error.status_code, error.detail)
    return problem(error.status_code, detail, headers=error.headers)


def _invalid(_request: Request, error: Exception) -> Response:
    """What was sent is not repeated: it may hold an address, and the sender knows it."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - the handler of that class
    faults = [
        Fault(where=".".join(str(part) for part in found["loc"])[:200], detail=str(found["msg"])[:300])
        for found in error.errors()[:_MOST_FAULTS]
    ]
    return problem(422, "Parts of the request cannot be used.", errors=faults)


def _body(_request: Request, error: Exception) -> Response:
    """Too big or too slow, found out while a file was read."""
    assert isinstance(error, BodyError)  # noqa: S101 - the handler of that class
    return problem(error.status, SENTENCES[error.status], headers={"Connection": "close"})


def _bug(_request: Request, _error: Exception) -> Response:
    """Starlette logs the traceback; the program sees none of it."""
    return problem(500, "Something went wrong on our side.")
