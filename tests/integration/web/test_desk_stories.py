"""Stories on the desk: found by words, region and source, page by page, and added by hand."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from newsletter.editors.models import LogEntry, Role
from newsletter.editors.service import add_editor
from newsletter.editors.signing_in import make_link
from newsletter.stories.models import Story
from newsletter.web.desk_access import csrf_token
from tests.conftest import KEY
from tests.support.world import NOW, make_region, make_source, make_story


@pytest.fixture
def form(client, db, clock):
    """Signed in as a reporter; the field that every form needs."""
    with db.writing() as session:
        link = make_link(session, add_editor(session, "r@n.example", name="Rae", role=Role.REPORTER), clock.now())
    client.post(f"/desk/sign-in/{link}")
    return {"csrf": csrf_token(client.cookies["desk"], KEY)}


@pytest.fixture
def stories(db):
    with db.writing() as session:
        make_region(session, "MX")
        make_region(session, "ES")
        herald = make_source(session, "The Herald")
        make_story(session, "Quake in Oaxaca", source=herald)
        make_story(session, "Un terremoto en Granada 100%", about={"ES": 0.9})
        make_story(session, "Bakers <b>strike</b> in Puebla", summary="It is over, a_b says.")
        return herald.id


def titles(client, **query):
    page = client.get("/desk/stories", params=query)
    assert page.status_code == 200
    found = re.findall(r'<p class="headline"[^>]*>(?:<a[^>]*>)?(.*?)(?:</a>)?</p>', page.text)
    return [html.unescape(title) for title in found]


def test_stories_are_found_by_words_region_and_source(client, form, stories):
    assert len(titles(client)) == 3
    assert titles(client, text="QUAKE oaxaca") == ["Quake in Oaxaca"]
    assert titles(client, text="over") == ["Bakers <b>strike</b> in Puebla"]
    assert titles(client, region="ES") == ["Un terremoto en Granada 100%"]
    assert titles(client, source=str(stories)) == ["Quake in Oaxaca"]
    assert titles(client, source=str(stories), region="ES") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [("%", 1), ("_", 1), ("' OR 1=1 --", 0), ("\\", 0), ("\0", 3), ("x" * 5000, 0)],
    ids=["percent", "underscore", "quote", "backslash", "NUL", "long"],
)
def test_what_is_searched_for_is_text_and_no_pattern(client, form, stories, text, found):
    assert len(titles(client, text=text)) == found


@pytest.mark.parametrize(
    "query",
    [
        {"before": "x"},
        {"before": "nan:1"},
        {"before": "1e300:1"},
        {"source": "x"},
        {"source": "9" * 30},
        {"before": ":"},
    ],
)
def test_an_address_that_was_tampered_with_is_no_error(client, form, stories, query):
    assert client.get("/desk/stories", params=query).status_code == 200


def test_a_region_that_is_none_is_not_found(client, form, stories):
    assert client.get("/desk/stories", params={"region": "nowhere"}).status_code == 404


def test_pages_go_on_where_the_last_one_ended_and_keep_the_filter(client, db, form):
    with db.writing() as session:
        source = make_source(session)
        for number in range(120):
            make_story(session, f"Report {number}", source=source, dated_at=NOW - timedelta(minutes=number // 2))
    seen, path = [], "/desk/stories?text=report"
    while path:
        page = client.get(path).text
        seen += re.findall(r">(Report \d+)<", page)
        more = re.search(r'href="(/desk/stories\?[^"]+)"', page)
        path = html.unescape(more[1]) if more else None
    assert len(seen) == len(set(seen)) == 120
    assert seen[0] in ("Report 0", "Report 1")


def test_a_story_is_added_by_hand_and_logged(client, db, form):
    given = {
        "title": "A school opens in Mérida, Mexico",
        "url": "https://city.example/1",
        "language": "en",
        "region": "MX",
    }
    assert client.post("/desk/stories/new", data=form | given).status_code == 303
    with db.reading() as session:
        [story] = session.scalars(select(Story)).all()
        assert (story.title, story.source.name) == (given["title"], "By hand")
        assert "MX" in [tag.code for tag in story.regions]
        assert session.scalars(select(LogEntry.action).order_by(LogEntry.id.desc())).first() == "story added"


@pytest.mark.parametrize(
    "given",
    [
        {"title": ""},
        {"title": "x", "url": "javascript:alert(1)"},
        {"title": "x", "url": "https://a.example", "published_at": "y"},
    ],
)
def test_what_cannot_be_a_story_comes_back_with_the_reason_and_nothing_is_lost(client, db, form, given):
    answer = client.post("/desk/stories/new", data=form | given | {"summary": "Kept <i>words</i>"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "Kept &lt;i&gt;words" in answer.text
    with db.reading() as session:
        assert session.scalars(select(Story)).all() == []


def test_without_our_form_nothing_is_added(client, db, form):
    assert client.post("/desk/stories/new", data={"title": "x", "url": "https://a.example"}).status_code == 403
    with db.reading() as session:
        assert session.scalars(select(Story)).all() == []
