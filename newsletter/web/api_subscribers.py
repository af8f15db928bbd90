"""POST /api/v1/subscribers: a newsroom's own system asks a person to join, with a key of the settings."""

import hmac
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from newsletter.errors import InvalidInputError
from newsletter.regions.service import active_regions
from newsletter.rendering.translations import languages
from newsletter.sending.asking import ask
from newsletter.subscribers.addresses import normalise
from newsletter.subscribers.consenting import Way
from newsletter.subscribers.digests import network_digest
from newsletter.subscribers.time_zones import known_time_zone
from newsletter.web.api.problems import problem
from newsletter.web.limiting import JOIN_BY_ADDRESS
from newsletter.web.parts import Parts, Web
from newsletter.web.wishes import mailbox_digest

router = APIRouter()
log = structlog.get_logger(__name__)

_NEEDS_KEY = {"WWW-Authenticate": 'Bearer realm="subscribers"'}


class Asked(BaseModel):
    """The body. A field that is not here is an error: nobody's state is set from outside."""

    model_config = ConfigDict(extra="forbid", strict=True)

    address: str = Field(max_length=320)
    regions: list[str] = Field(min_length=1, max_length=300)
    language: str | None = None
    time_zone: str | None = None
    wording: str | None = Field(None, max_length=1000)  # the sentence that the person agreed to; kept, never mailed
    network: str | None = Field(None, max_length=45)  # the person's IP address; only a keyed digest is kept


async def _parts(web: Web) -> Parts:
    return web


@router.post("/api/v1/subscribers")
async def ask_to_join(request: Request, web: Annotated[Parts, Depends(_parts)]) -> Response:
    """202 and `{"result": "asked"}`, whoever it is: they are mailed and must confirm; nobody is added without that.

    422 says what is wrong with the body. The key comes first: without one nothing of the body is read.
    """
    if not _has_key(request, web):
        return problem(401, "Send a key of NEWSLETTER_API_KEYS as `Authorization: Bearer KEY`.", headers=_NEEDS_KEY)
    body = await request.body()
    try:
        asked = await run_in_threadpool(_checked, web, body)
    except InvalidInputError as error:
        return problem(422, str(error))
    return JSONResponse({"result": "asked"}, status_code=202, background=BackgroundTask(keep_asked, web, asked))


def _has_key(request: Request, web: Parts) -> bool:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return False
    known = [secret.get_secret_value() for secret in web.service.settings.api_keys]
    return any(hmac.compare_digest(key.strip().encode(), one.encode()) for one in known)


def _checked(web: Parts, body: bytes) -> Asked:
    """Raises InvalidInputError with a sentence for each thing that is wrong."""
    try:
        asked = Asked.model_validate_json(body)
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, p['loc'])) or 'body'}: {p['msg']}" for p in error.errors(include_input=False)]
        raise InvalidInputError("; ".join(wrong[:20])) from error
    check_asked(web, asked)
    return asked


def check_asked(web: Parts, asked: Asked) -> None:
    """Raises InvalidInputError. Nothing is looked up by the address."""
    normalise(asked.address)
    with web.service.db.reading() as session:
        there_are = {region.code for region in active_regions(session)}
    if missing := [code for code in asked.regions if code not in there_are]:
        raise InvalidInputError(f"regions: there is no letter for {missing[0][:40]!r}.")
    if asked.language is not None and asked.language not in languages():
        raise InvalidInputError(f"language: must be one of {', '.join(languages())}.")
    if asked.time_zone is not None:
        known_time_zone(asked.time_zone)


def keep_asked(web: Parts, asked: Asked) -> None:
    """Keep the wish and ring for its mail, after the answer, which could tell by its time whom we know."""
    service = web.service
    if not web.limiter.allows(JOIN_BY_ADDRESS, "join", mailbox_digest(web, asked.address)):
        return
    with service.db.writing() as session:
        joined = ask(
            session,
            asked.address,
            asked.regions,
            language=asked.language or service.settings.language,
            time_zone=asked.time_zone,
            way=Way.API,
            wording=asked.wording and asked.wording.replace("\0", ""),
            network_digest=network_digest(asked.network, service.secret_keys),
            keys=service.secret_keys,
            now=service.clock.now(),
        )
    log.info("someone was asked to join", way=Way.API, outcome=joined.outcome if joined else "not answered")
    web.bell.ring()
