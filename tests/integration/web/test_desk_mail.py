"""Mail on the desk: shown as text alone, deleted by a form of our own, for editors."""

import re

import pytest
from sqlalchemy import func, select

from newsletter.editors.models import Role
from newsletter.feedback.models import InboundMail
from tests.integration.web.test_desk import link_for
from tests.support.world import NOW

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HOSTILE = "<script>alert(1)</script><img src=https://evil.example/x>"


@pytest.fixture
def mail(db) -> int:
    with db.writing() as session:
        row = InboundMail(
            digest="d", received_at=NOW, sender="ann@readers.example", recipient="weekly@news.example",
            subject=HOSTILE, text=HOSTILE, kind="other", size=3, raw=b"x",
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def kept(db) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(InboundMail)) or 0


def test_a_mail_is_listed_shown_as_text_and_deleted(client, db, clock, mail) -> None:
    client.post(link_for(db, clock, Role.EDITOR))
    assert f"/desk/mail/{mail}" in client.get("/desk/mail").text
    page = client.get(f"/desk/mail/{mail}").text
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "<img" not in page
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)
    assert csrf is not None
    assert client.post(f"/desk/mail/{mail}/delete", data={"csrf": "guess"}).status_code == 403
    assert kept(db) == 1
    assert client.post(f"/desk/mail/{mail}/delete", data={"csrf": csrf[1]}).status_code == 303
    assert kept(db) == 0
    assert client.get(f"/desk/mail/{mail}").status_code == 404
    assert "Nothing waits to be read." in client.get("/desk/mail").text


def test_who_is_no_editor_reads_no_mail(client, db, clock, mail) -> None:
    assert client.get(f"/desk/mail/{mail}").status_code == 401
    client.post(link_for(db, clock, Role.REPORTER))
    assert client.get("/desk/mail").status_code == 403
    assert ">Mail<" not in client.get("/desk").text
