"""The API as an application of its own, which the pages carry at /api/v1."""

from typing import Any

from fastapi import FastAPI, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from pydantic.json_schema import models_json_schema

from newsletter.web.api import problems, regions
from newsletter.web.api.calling import Changes, Reads
from newsletter.web.api.door import Door
from newsletter.web.parts import Parts

PATH = "/api/v1"
RESOURCES = (regions,)
_WORDS = """What people do at the desk, for programs.

Send a key as `Authorization: Bearer KEY`; `newsletter keys add` or an admin's page of keys makes one. A key has a role
and perhaps regions, as an editor has; what belongs to other regions looks like what is not there (404).

Lists come in pages: follow `next` as `cursor`. Errors are problems by RFC 9457. What is read has an ETag: send it as
If-Match with a change, and nobody's work is overwritten. A change that is sent with an Idempotency-Key may be sent
again for a day: it happens once, and is answered each time as it was the first time. Whoever asks too often is
answered 429, with Retry-After."""
_bearer = HTTPBearer(auto_error=False, scheme_name="key", description="A key of the newsroom: `rwk_...`.")


def create_api(parts: Parts) -> FastAPI:
    api = FastAPI(
        title="Regional Weekly",
        version="1",
        description=_WORDS,
        docs_url=None,
        redoc_url=None,
        dependencies=[Security(_bearer)],
        responses=problems.problems(400, 401, 403, 413, 422, 429),
        servers=[{"url": parts.service.settings.base_url + PATH}],
        root_path_in_servers=False,
    )
    api.router.redirect_slashes = False
    api.state.parts = parts
    for resource in RESOURCES:
        api.include_router(resource.router)
    problems.install(api)
    _describe(api)
    api.add_middleware(Door, parts=parts)
    return api


def routes_of(api: FastAPI) -> list[APIRoute]:
    return [route for route in api.routes if isinstance(route, APIRoute)]


def rule_of(route: APIRoute) -> Reads:
    """Who may call it. Raises LookupError for a route without a rule: each has one."""
    for dependency in route.dependant.dependencies:
        if isinstance(dependency.call, Reads):
            return dependency.call
    raise LookupError(f"{route.path} has no rule who may call it")


def _describe(api: FastAPI) -> None:
    """Add to each operation who may call it, and what a change may be answered."""
    for route in routes_of(api):
        rule = rule_of(route)
        scope = ", for all regions" if rule.everywhere else ""
        route.description = f"{route.description}\n\nNeeds the role {rule.role}{scope}.".strip()
        if isinstance(rule, Changes):
            route.responses.update(problems.problems(409))
    made = api.openapi

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            schema = made()
            _, definitions = models_json_schema(
                [(problems.Problem, "serialization")], ref_template="#/components/schemas/{model}"
            )
            schema["components"]["schemas"] |= definitions["$defs"]
        return made()

    api.openapi = openapi  # type: ignore[method-assign]  # as FastAPI's own documentation has it
