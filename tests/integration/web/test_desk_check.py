"""The pre-flight report on the desk."""

from ipaddress import ip_network

import pytest

from newsletter.editors.models import Role
from newsletter.editors.service import add_editor
from newsletter.editors.signing_in import make_link
from newsletter.web.desk_access import csrf_token
from tests.conftest import KEY
from tests.support.feeds import FeedServer, Page
from tests.support.world import make_issue, make_region


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"fetch_allow": [ip_network("127.0.0.0/8")]})


def sign_in(client, db, clock, role=Role.EDITOR):
    with db.writing() as session:
        link = make_link(session, add_editor(session, "ada@newsroom.example", name="Ada", role=role), clock.now())
    client.post(f"/desk/sign-in/{link}")
    return {"csrf": csrf_token(client.cookies["desk"], KEY)}


def test_the_report_is_quick_and_looks_at_pages_and_the_spam_score_when_asked(client, db, clock):
    with FeedServer().running() as server:
        server.pages["/gone"] = Page(b"", 410)
        with db.writing() as session:
            issue = make_issue(session, make_region(session))
            for item, path in zip(issue.items, ("/gone", "/gone", "/gone"), strict=True):
                item.url, item.also = server.url(path), []
        form = sign_in(client, db, clock)
        page = client.get("/desk/issues/1/check").text
        assert "Readers can leave by one click" in page
        assert "Not looked at yet" in page
        assert server.asked == []
        whole = client.post("/desk/issues/1/check", data=form).text
        assert "answers with 410" in whole
        assert "SpamAssassin" in whole
        assert len(server.asked) == 1


def test_it_asks_nobody_without_our_form_or_the_role(client, db, clock):
    with db.writing() as session:
        make_issue(session, make_region(session))
    sign_in(client, db, clock)
    assert client.post("/desk/issues/1/check", data={"csrf": "x"}).status_code == 403
    client.cookies.clear()
    assert client.get("/desk/issues/1/check").status_code == 401
