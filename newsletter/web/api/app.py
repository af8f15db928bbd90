"""The API as an application of its own, which the pages carry at /api/v1."""

from typing import Any

from fastapi import FastAPI, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from pydantic.json_schema import models_json_schema

from newsletter.web.api import (
    events,
    figures,
    imports,
    issue_acts,
    issue_edits,
    issue_looks,
    issues,
    keys,
    leaving,
    log,
    mails,
    people,
    problems,
    readers,
    regions,
    relays,
    rounds,
    settings,
    sources,
    stories,
    webhooks,
    weeks,
    weights,
)
from newsletter.web.api.calling import Changes, Reads
from newsletter.web.api.door import Door
from newsletter.web.parts import Parts

PATH = "/api/v1"
RESOURCES = (
    weeks,
    regions,
    weights,
    sources,
    stories,
    events,
    issues,
    issue_looks,
    issue_edits,
    issue_acts,
    rounds,
    figures,
    readers,
    leaving,
    imports,
    mails,
    relays,
    settings,
    webhooks,
    people,
    keys,
    log,
)
WORDS = """What people do at the desk, for programs.

Send a key as `Authorization: Bearer KEY`; `newsletter keys add` or an admin's page of keys makes one. A key has a role
and perhaps regions, as an editor has; what belongs to other regions looks like what is not there (404).

Lists come in pages: follow `next` as `cursor`. Errors are problems by RFC 9457. What is read has an ETag: send it as
If-Match with a change, and nobody's work is overwritten. A change that is sent with an Idempotency-Key may be sent
again for a day: it happens once, and is answered each time as it was the first time. Whoever asks too often is
answered 429, with Retry-After."""
_bearer = HTTPBearer(auto_error=False, scheme_name="key", description="A key of the newsroom: `rwk_...`.")


def create_api(parts: Parts) -> FastAPI:
    api = describe(parts.service.settings.base_url)
    api.state.parts = parts
    problems.install(api)
    api.add_middleware(Door, parts=parts)
    return api


def describe(base_url: str) -> FastAPI:
    """All of its resources, described, and nothing behind them yet."""
    api = FastAPI(
        title="Regional Weekly",
        version="1",
        description=WORDS,
        docs_url=None,
        redoc_url=None,
        dependencies=[Security(_bearer)],
        responses=problems.problems(400, 401, 403, 413, 422, 429),
        servers=[{"url": base_url + PATH}],
        root_path_in_servers=False,
    )
    api.router.redirect_slashes = False
    for resource in RESOURCES:
        api.include_router(resource.router)
    _describe(api)
    return api


def routes() -> list[APIRoute]:
    """Every route of every resource."""
    return [route for resource in RESOURCES for route in resource.router.routes if isinstance(route, APIRoute)]


def rule_of(route: APIRoute) -> Reads:
    """Who may call it. Raises LookupError for a route without a rule: each has one."""
    for dependency in route.dependant.dependencies:
        if isinstance(dependency.call, Reads):
            return dependency.call
    raise LookupError(f"{route.path} has no rule who may call it")


def _describe(api: FastAPI) -> None:
    """Have the description say of each operation who may call it, and what a problem looks like."""
    made = api.openapi

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            _complete(made())
        return made()

    api.openapi = openapi  # type: ignore[method-assign]  # as FastAPI's own documentation has it


def _complete(schema: dict[str, Any]) -> None:
    """What FastAPI cannot know; in place."""
    _, problem = models_json_schema([(problems.Problem, "serialization")], ref_template="#/components/schemas/{model}")
    schema["components"]["schemas"] |= problem["$defs"]
    operations = {one["operationId"]: one for path in schema["paths"].values() for one in path.values()}
    for route in routes():
        rule, operation = rule_of(route), operations[route.operation_id or ""]
        whose = ", of all regions" if rule.everywhere else ""
        needs = f"Needs a key with the role {rule.role}{whose}."
        operation["description"] = "\n\n".join(filter(None, (operation.get("description"), needs)))
        operation["x-role"], operation["x-all-regions"] = str(rule.role), rule.everywhere
        if isinstance(rule, Changes):
            operation["responses"] |= {str(status): said for status, said in problems.problems(409).items()}
        operation["responses"] = dict(sorted(operation["responses"].items()))
