"""Keys of programs and webhooks on the desk: secrets are shown once, and what is taken back is so at once."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from newsletter.editors.key_models import ApiKey
from newsletter.editors.models import Role
from newsletter.happenings.models import CallState, Webhook, WebhookCall
from tests.support.seats import Seat
from tests.support.world import make_region

SECRET = re.compile(r'<code class="secret" dir="ltr">([^<]+)</code>')


@pytest.fixture
def seat(service, client, db):
    with db.writing() as session:
        make_region(session, "MX")
    return Seat(service, client, Role.ADMIN)


def secret_in(page):
    return unescape(SECRET.search(page.text)[1])


def test_a_key_is_shown_on_the_page_that_makes_it_and_works_until_it_is_revoked(db, client, seat):
    page = seat.post("/desk/keys", name="Nightly import", role="reporter", region="MX")
    secret = secret_in(page)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    again = seat.get("/desk/keys")
    assert secret not in again.text
    assert "Nightly import" in again.text
    headers = {"Authorization": f"Bearer {secret}"}
    assert [one["code"] for one in client.get("/api/v1/regions", headers=headers).json()["data"]] == ["MX"]
    with db.reading() as session:
        number = session.scalars(select(ApiKey.id)).one()
    assert seat.post(f"/desk/keys/{number}/revoke").status_code == 303
    assert client.get("/api/v1/regions", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "", "role": "reporter"},
        {"name": "One", "role": "owner"},
        {"name": "One", "role": "admin", "region": "FR"},
    ],
)
def test_a_wish_for_a_key_that_cannot_be_is_told_so(db, seat, fields):
    page = seat.post("/desk/keys", **fields)
    assert (page.status_code, 'role="alert"' in page.text) == (422, True)
    with db.reading() as session:
        assert session.scalars(select(ApiKey)).all() == []


def test_a_webhook_is_added_tried_switched_and_removed(db, seat):
    page = seat.post("/desk/webhooks", url="https://crm.example/hook", happening="reader.left", region="MX")
    assert secret_in(page).startswith("whsec_")
    assert "whsec_" not in seat.get("/desk/webhooks").text
    with db.reading() as session:
        webhook = session.scalars(select(Webhook)).one()
    assert (webhook.happenings, webhook.with_addresses) == (["reader.left"], False)
    assert seat.post("/desk/webhooks/1/test").status_code == 303
    for act, is_active in (("off", False), ("on", True)):
        seat.post(f"/desk/webhooks/{webhook.id}/{act}")
        with db.reading() as session:
            assert session.get_one(Webhook, webhook.id).is_active is is_active
    assert seat.post(f"/desk/webhooks/{webhook.id}/undo").status_code == 404
    assert seat.post(f"/desk/webhooks/{webhook.id}/remove").status_code == 303
    with db.reading() as session:
        assert session.scalars(select(Webhook)).all() == session.scalars(select(WebhookCall)).all() == []


def test_calls_that_were_given_up_are_made_again_one_or_all(db, seat):
    seat.post("/desk/webhooks", url="https://crm.example/hook", happening="reader.left")

    def given_up():
        with db.writing() as session:
            for call in session.scalars(select(WebhookCall)):
                call.state, call.ended_at = CallState.GIVEN_UP, call.happened_at

    def states():
        with db.reading() as session:
            return session.scalars(select(WebhookCall.state)).all()

    for _ in range(2):
        seat.post("/desk/webhooks/1/test")
    given_up()
    assert "given up" in seat.get("/desk/webhooks").text
    seat.post("/desk/webhooks/1/replay")
    assert states() == [CallState.QUEUED] * 2
    given_up()
    with db.reading() as session:
        first = session.scalars(select(WebhookCall.id).order_by(WebhookCall.id)).first()
    assert seat.post(f"/desk/calls/{first}/replay").status_code == 303
    assert sorted(states()) == [CallState.GIVEN_UP, CallState.QUEUED]
    assert seat.post("/desk/calls/99/replay").status_code == 404


@pytest.mark.parametrize("fields", [{"url": "ftp://x", "happening": "reader.left"}, {"url": "https://crm.example"}])
def test_a_wish_for_a_webhook_that_cannot_be_is_told_so(db, seat, fields):
    page = seat.post("/desk/webhooks", **fields)
    assert (page.status_code, 'role="alert"' in page.text) == (422, True)
