"""The log on the desk: who did what, page by page, by who, what and to what."""

import re
from datetime import timedelta
from html import unescape

import pytest

from newsletter.editors.log import record
from newsletter.editors.models import Role
from newsletter.editors.service import add_editor
from newsletter.editors.signing_in import make_link
from newsletter.web.desk_log_show import SHOWN
from tests.support.world import NOW

HOSTILE = "<script>alert(1)</script>&who=x#"


@pytest.fixture
def reporter(client, db, clock):
    with db.writing() as session:
        ada = add_editor(session, "ada@newsroom.example", name="Ada", role=Role.REPORTER)
        link = make_link(session, ada, clock.now())
    client.post(f"/desk/sign-in/{link}")
    return client


def write(db, *rows):
    with db.writing() as session:
        for number, (actor, action, subject) in enumerate(rows):
            details = {"before": f"was {number}", "after": f"is {number}"}
            at = NOW + timedelta(seconds=number)
            record(session, actor=actor, action=action, subject=subject, details=details, now=at)


def told(page):
    return re.findall(r"was (\d+); after: is \1", page)


def test_an_act_is_told_with_what_was_before_and_after_the_newest_first(reporter, db):
    write(db, ("Ada", "role changed", "editor Eva"), ("Eva", "issue approved", "issue MX/2026-W20"))
    page = reporter.get("/desk/log").text
    assert told(page) == ["1", "0"]
    for words in ("Eva", "role changed", "issue MX/2026-W20"):
        assert words in page


def test_pages_go_on_where_the_one_before_ended_whatever_was_added_meanwhile(reporter, db):
    write(db, *[("Ada", "test", "nothing")] * (SHOWN + 3))
    first = reporter.get("/desk/log?who=Ada&what=test").text
    write(db, ("Ada", "test", "later"))
    following = unescape(re.search(r'href="(/desk/log\?[^"]*before=\d+)"', first)[1])
    second = reporter.get(following).text
    assert "who=Ada" in following
    assert [*told(first), *told(second)] == [str(number) for number in reversed(range(SHOWN + 3))]
    assert "before=" not in second


FILTERS = (
    ({"who": "Ada"}, ["2", "0"]),
    ({"what": "issue held"}, ["2", "1"]),
    ({"about": "issue MX"}, ["1", "0"]),
    ({"who": "Ada", "what": "issue held"}, ["2"]),
    ({"who": "nobody"}, []),
    ({"who": "' OR '1'='1"}, []),
    ({"who": "Ada%"}, []),
    ({"who": "\0Ada"}, ["2", "0"]),
)


def test_filters_stand_in_the_address(reporter, db):
    write(
        db, ("Ada", "issue drafted", "issue MX"), ("Eva", "issue held", "issue MX"), ("Ada", "issue held", "issue ES")
    )
    for filters, numbers in FILTERS:
        assert told(reporter.get("/desk/log", params=filters).text) == numbers, filters


def test_a_name_leads_to_what_else_it_did_and_is_text_wherever_it_stands(reporter, db):
    write(db, (HOSTILE, HOSTILE, HOSTILE), ("Ada", "test", "nothing"))
    page = reporter.get("/desk/log").text
    assert "<script>alert" not in page
    for name in ("who", "what", "about"):
        link = unescape(re.search(rf'href="(/desk/log\?{name}=%3Cscript[^"]*)"', page)[1])
        assert told(reporter.get(link).text) == ["0"]


def test_what_is_no_page_is_none_and_no_bug(reporter, db):
    for before in ("x", "-1", "9" * 15, "9" * 400, "1 OR 1=1", "٣"):
        assert reporter.get("/desk/log", params={"before": before}).status_code == 200
