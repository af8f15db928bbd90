"""Requests that nobody thought of: Schemathesis makes them from the description of the API, and checks each answer.

It asks with good requests and with bad ones, always the same ones: no answer is a failure of ours, each is described
(status, content type, shape), what is good is taken, what is bad is refused, and no method works that is not told.
"""

from dataclasses import replace

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from newsletter.editors.keys import make_key
from newsletter.editors.models import Role
from newsletter.web.api.app import routes
from newsletter.web.app import create_app
from tests.integration.web.api.world import make_place
from tests.support.world import NOW

CALM = settings(
    max_examples=2,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def key(db):
    with db.writing() as session:
        make_place(session, "MX")
        return make_key(session, "Schemathesis", role=Role.ADMIN, regions=[], by="Ada", now=NOW)[1]


@schemathesis.check
def good_form_is_taken(_context, response, case):
    """What fits the description is never refused for its form; what it means may still be wrong, and is told so."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    refused_for_its_form = response.status_code == 422 and response.json()["errors"]
    assert not refused_for_its_form, response.json()
    assert response.status_code in {200, 201, 202, 204, 404, 409, 412, 422, 428}, response.status_code


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_request_that_can_be_made_up_is_answered_wrongly(service, key):
    busy = replace(service, settings=service.settings.model_copy(update={"api_per_minute": 10**6}))
    vars(busy)["fetcher"] = service.fetcher
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(busy))
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) == len(routes())
    for operation in operations:
        for mode in GenerationMode:
            _ask(operation, mode, key)


def _ask(operation, mode, key):
    @given(case=operation.as_strategy(generation_mode=mode))
    @CALM
    def ask(case):
        checks = {"additional_checks": [good_form_is_taken], "excluded_checks": [positive_data_acceptance]}
        case.call_and_validate(headers={"Authorization": f"Bearer {key}"}, timeout=60, **checks)

    ask()
