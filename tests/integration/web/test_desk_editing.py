"""Shaping an issue on the desk: each act is a form, and none of them undoes another's work unseen."""

import html
import re

import pytest

from newsletter.editors.log import COMMAND_LINE
from newsletter.editors.models import Role
from newsletter.editors.service import add_editor, limit_to
from newsletter.editors.signing_in import make_link
from newsletter.issues.drafting import draft
from newsletter.issues.editing import retitle
from newsletter.issues.models import Issue, IssueState
from newsletter.regions.service import region
from newsletter.sending.models import Notice, NoticeKind
from newsletter.web.desk_access import csrf_token
from tests.conftest import KEY
from tests.support.world import NOW, make_event, make_region, make_source, make_story, make_subscriber


@pytest.fixture
def issue(db):
    """A draft of Mexico with two of three events, the first told by two sources."""
    with db.writing() as session:
        make_region(session, "ES")
        mexico = make_region(session, minimum_items=1, item_count=2)
        told = [
            make_story(session, f"A quake shakes Oaxaca, {name} says", source=make_source(session, name))
            for name in ("The Gazette", "The Herald")
        ]
        make_event(session, told)
        make_event(session, [make_story(session, "Bakers in Puebla go on strike")])
        make_event(session, [make_story(session, "A railway to the coast opens <b>today</b>")])
        return draft(session, mexico, "2026-W20", NOW).id


@pytest.fixture
def desk(client, db, clock, issue):
    return Desk(client, db, clock, issue)


class Desk:
    """An editor at the page of the issue."""

    def __init__(self, client, db, clock, issue):
        self.client, self.db, self.clock, self.path = client, db, clock, f"/desk/issues/{issue}"
        self.id = issue

    def sign_in(self, role=Role.PUBLISHER, name="Ada", regions=()):
        with self.db.writing() as session:
            editor = add_editor(session, f"{name.lower()}@newsroom.example", name=name, role=role)
            limit_to(session, editor, [region(session, code) for code in regions], self.clock.now())
            link = make_link(session, editor, self.clock.now())
        self.client.cookies.clear()
        self.client.post(f"/desk/sign-in/{link}")
        return self

    def act(self, path, **fields):
        token = csrf_token(self.client.cookies["desk"], KEY)
        return self.client.post(f"{self.path}/{path}", data={"csrf": token} | fields)

    def page(self, **query):
        answer = self.client.get(self.path, params=query)
        assert answer.status_code == 200
        return answer.text

    @property
    def events(self):
        with self.db.reading() as session:
            return [item.event_id for item in session.get_one(Issue, self.id).items]

    def read(self):
        with self.db.reading() as session:
            found = session.get_one(Issue, self.id)
            _ = found.items
            return found


def test_headline_and_summary_are_written_and_an_approval_is_void(desk):
    desk.sign_in()
    first = desk.events[0]
    with desk.db.reading() as session:
        content = session.get_one(Issue, desk.id).content_hash
    assert desk.act("approve", content_hash=content).status_code == 303
    assert desk.read().state is IssueState.APPROVED
    item = desk.read().items[0]
    answer = desk.act(
        f"items/{first}/words",
        was_headline=item.headline,
        headline="After the quake",
        was_summary=item.summary,
        summary="Schools stay closed.",
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"{desk.path}#item-{first}")
    after = desk.read()
    assert (after.state, after.items[0].headline, after.items[0].summary) == (
        IssueState.DRAFT,
        "After the quake",
        "Schools stay closed.",
    )
    assert "headline of item 1" in desk.page() or "summary of item 1" in desk.page()


LONG = "Schools in the whole state stay closed on Monday and on Tuesday, the governor said after he had seen the harm. "


def test_one_press_cuts_a_summary_after_a_sentence_and_undo_brings_it_back(desk):
    desk.sign_in()
    item = desk.read().items[0]
    sent = {"was_headline": item.headline, "headline": item.headline, "was_summary": item.summary, "summary": LONG * 4}
    assert f'formaction="{desk.path}/items/{item.event_id}/shorten"' in desk.page()
    answer = desk.act(f"items/{item.event_id}/shorten", **sent)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{desk.path}#item-{item.event_id}")
    after = desk.read().items[0]
    assert (after.headline, after.summary) == (item.headline, (LONG * 2).strip())
    desk.act("undo")
    assert desk.read().items[0].summary == item.summary
    refused = desk.act(f"items/{item.event_id}/shorten", **sent | {"summary": "One sentence."})
    assert refused.status_code == 409
    assert "no sentence of it ends sooner" in refused.text
    assert desk.read().items[0].summary == item.summary


def test_the_same_words_changed_by_two_are_shown_side_by_side_and_overwritten_by_nobody(desk):
    desk.sign_in()
    item = desk.read().items[0]
    with desk.db.writing() as session:
        retitle(session, session.get_one(Issue, desk.id), 1, "Grace's <headline>", by="Grace", now=NOW)
    sent = {"was_headline": item.headline, "headline": "Ada's headline", "was_summary": item.summary}
    answer = desk.act(f"items/{item.event_id}/words", **sent, summary="A new summary.")
    assert answer.status_code == 409
    assert "<bdi>Grace</bdi> changed the same words" in answer.text
    assert "Grace&#39;s &lt;headline&gt;" in answer.text
    assert desk.read().items[0].headline == "Grace's <headline>"
    fields = dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\s*(.*?)</textarea>', answer.text, re.DOTALL))
    target = re.search(rf'action="{desk.path}/([^"]+)"', answer.text)[1]
    again = desk.act(target, **{name: html.unescape(value) for name, value in fields.items()})
    assert again.status_code == 303
    assert [desk.read().items[0].headline, desk.read().items[0].summary] == ["Ada's headline", "A new summary."]


def test_different_words_changed_by_two_are_both_kept(desk):
    desk.sign_in()
    item = desk.read().items[0]
    with desk.db.writing() as session:
        retitle(session, session.get_one(Issue, desk.id), 1, "Grace's headline", by="Grace", now=NOW)
    desk.act(
        f"items/{item.event_id}/words",
        was_headline=item.headline,
        headline=item.headline,
        was_summary=item.summary,
        summary="Ada's summary.",
    )
    after = desk.read().items[0]
    assert (after.headline, after.summary) == ("Grace's headline", "Ada's summary.")


def test_items_are_ordered_pinned_dropped_and_all_of_it_undone_and_done_again(desk):
    desk.sign_in()
    one, two = desk.events
    desk.act("order", event=[two, one])
    assert desk.events == [two, one]
    desk.act(f"items/{one}/move", to="up")
    assert desk.events == [one, two]
    desk.act(f"items/{one}/move", to="up")  # it is the first already
    desk.act(f"items/{two}/pin", pinned="yes")
    assert desk.read().items[1].pinned
    desk.act(f"items/{one}/drop")
    assert desk.events == [two]
    desk.act("undo")
    assert desk.events == [one, two]
    desk.act("redo")
    assert desk.events == [two]


def test_what_missed_is_shown_with_its_reason_and_taken_in(desk):
    desk.sign_in()
    missed = ({1, 2, 3} - set(desk.events)).pop()
    page = desk.page()
    assert "others came first" in page
    assert f"{desk.path}/take/{missed}" in page
    assert desk.act(f"take/{missed}").status_code == 303
    assert desk.events[-1] == missed
    assert f"{desk.path}/take/{missed}" not in desk.page()


def test_another_report_may_lead(desk):
    desk.sign_in()
    item = next(item for item in desk.read().items if item.event_id == 1)
    other = next(
        option for option in re.findall(r'<option value="(\d+)">The \w+: ', desk.page()) if option != str(item.story_id)
    )
    desk.act(f"items/{item.event_id}/lead", story=other)
    assert str(next(i for i in desk.read().items if i.event_id == item.event_id).story_id) == other
    assert desk.act(f"items/{item.event_id}/lead", story="9" * 40).status_code == 404


def test_subject_preheader_and_intro_are_written_together(desk):
    desk.sign_in()
    fields = {f"was_{name}": "" for name in ("subject", "preheader", "intro")}
    desk.act("words", **fields, subject="After the quake", preheader="Also: bread", intro="One.\r\n\r\nTwo.")
    after = desk.read()
    assert (after.subject, after.preheader, after.intro) == ("After the quake", "Also: bread", "One.\n\nTwo.")


def test_an_issue_is_held_with_a_reason_and_released(desk):
    desk.sign_in()
    desk.act("hold", why="We wait for the court")
    assert (desk.read().state, desk.read().note) == (IssueState.HELD, "We wait for the court")
    desk.act("release")
    assert desk.read().state is IssueState.DRAFT


def test_whom_it_reaches_is_counted_before_anybody_approves(desk):
    with desk.db.writing() as session:
        mexico, spain = region(session, "MX"), region(session, "ES")
        for zone in ("America/Mexico_City", "America/Mexico_City", "Asia/Tokyo"):
            make_subscriber(session, mexico, time_zone=zone)
        make_subscriber(session, spain)
    page = desk.sign_in().page()
    assert "3 readers, in 2 waves" in page


@pytest.mark.parametrize("look", ["phone", "desktop", "dark", "no-pictures", "text", "<script>"])
def test_the_letter_is_seen_as_different_readers_see_it(desk, look):
    desk.sign_in()
    answer = desk.client.get(f"{desk.path}/letter", params={"look": look, "language": "ar"})
    assert answer.status_code == 200
    assert "sandbox" in answer.headers["content-security-policy"]
    assert ("img-src 'none'" in answer.headers["content-security-policy"]) == (look == "no-pictures")
    assert ("prefers-color-scheme" in answer.text) == (look not in ("dark", "text"))
    assert "<b>today" not in answer.text
    assert desk.page(look=look)


def test_a_preview_is_mailed_to_the_editor_or_to_colleagues(desk):
    desk.sign_in()
    desk.act("preview", language="es")
    desk.act("preview", language="en", to="bo@newsroom.example, cy@newsroom.example")
    with desk.db.reading() as session:
        notices = session.query(Notice).filter(Notice.kind == NoticeKind.PREVIEW).order_by(Notice.id).all()
    assert [(notice.address, notice.language) for notice in notices] == [
        ("ada@newsroom.example", "es"),
        ("bo@newsroom.example", "en"),
        ("cy@newsroom.example", "en"),
    ]
    assert desk.act("preview", to=" ".join(f"x{n}@newsroom.example" for n in range(21))).status_code == 422


def test_editors_see_each_other_and_each_others_changes(desk):
    desk.sign_in(name="Grace")
    desk.page()
    desk.sign_in(name="Ada")
    assert "Grace is here too" in desk.page()
    before = desk.client.get(f"{desk.path}/state").json()
    assert before["others"] == ["Grace"]
    with desk.db.writing() as session:
        retitle(session, session.get_one(Issue, desk.id), 1, "Another", by=COMMAND_LINE, now=NOW)
    after = desk.client.get(f"{desk.path}/state").json()
    assert after["content"] != before["content"]
    assert (after["by"], after["what"]) == (COMMAND_LINE, "headline of item 1")


ACTS = {
    "words": {"subject": "Mine"},
    "items/1/words": {"headline": "Mine"},
    "items/1/drop": {},
    "items/1/pin": {"pinned": "yes"},
    "items/1/move": {"to": "down"},
    "items/1/lead": {"story": "2"},
    "take/3": {},
    "order": {"event": ["2", "1"]},
    "undo": {},
    "hold": {"why": "x"},
    "skip": {"why": "x"},
    "pick": {},
    "preview": {},
}


@pytest.mark.parametrize("path", ACTS)
def test_without_our_own_form_nothing_is_changed(desk, path):
    desk.sign_in()
    before = desk.read().content_hash
    for token in ("", "0" * 64):
        assert desk.client.post(f"{desk.path}/{path}", data=ACTS[path] | {"csrf": token}).status_code == 403
    after = desk.read()
    assert (after.content_hash, after.state, after.version) == (before, IssueState.DRAFT, 0)


@pytest.mark.parametrize("path", ACTS)
@pytest.mark.parametrize(("role", "regions"), [(Role.REPORTER, ()), (Role.ADMIN, ("ES",))], ids=["role", "region"])
def test_role_and_region_must_allow_it(desk, path, role, regions):
    desk.sign_in(role, regions=regions)
    assert desk.act(path, **ACTS[path]).status_code == 403
    assert desk.client.get(desk.path).status_code == 403
    assert desk.client.get(f"{desk.path}/letter").status_code == 403
    assert desk.client.get(f"{desk.path}/state").status_code == 403
    assert desk.read().version == 0


def test_an_editor_may_not_approve_nor_a_publisher_of_another_region(desk):
    content = desk.read().content_hash
    desk.sign_in(Role.EDITOR)
    assert desk.act("approve", content_hash=content).status_code == 403
    desk.sign_in(Role.PUBLISHER, name="Eva", regions=("ES",))
    assert desk.act("approve", content_hash=content).status_code == 403
    assert desk.read().state is IssueState.DRAFT


def test_fields_that_no_form_has_change_nothing(desk):
    desk.sign_in()
    fields = {"state": "approved", "approved_hash": "x", "number": "9", "was_subject": "", "subject": "After the quake"}
    desk.act("words", **fields)
    after = desk.read()
    assert (after.state, after.approved_hash, after.number, after.subject) == (
        IssueState.DRAFT,
        None,
        1,
        "After the quake",
    )
