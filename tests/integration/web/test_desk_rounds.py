"""A round on the desk: its page, its live stream, and the buttons for publishers."""

import json

import httpx
import pytest
from lxml import html
from sqlalchemy import select, update

from newsletter.editors.models import LogEntry, Role
from newsletter.editors.service import add_editor
from newsletter.editors.signing_in import make_link, sign_in
from newsletter.sending.controlling import cancel, pause
from newsletter.sending.models import Letter, LetterState, Round, RoundState
from newsletter.sending.rounds import find_round
from newsletter.web.desk_access import csrf_token
from newsletter.web.round_stream import House
from tests.conftest import KEY
from tests.support.rounds import MEXICO, freeze_at, mexico_with_readers, states, the_round
from tests.support.waiting import eventually
from tests.support.walking import serving

HOSTILE = '<script>alert(1)</script> {{7*191}} "quoted" <img src=x onerror=alert(1)>'


@pytest.fixture
def round(service):
    """Round 1 of twelve letters: seven accepted by a relay, one refused, two unknown, two waiting."""
    mexico_with_readers(service, 12)
    freeze_at(service, MEXICO)
    with service.db.writing() as session:
        ids = session.scalars(select(Letter.id).order_by(Letter.id)).all()
        for state, chosen in (("accepted", ids[:7]), ("refused", ids[7:8]), ("unknown", ids[8:10])):
            session.execute(
                update(Letter)
                .where(Letter.id.in_(chosen))
                .values(state=LetterState(state), ended_at=MEXICO, relay="smtp.example:25", reply_text=HOSTILE)
            )


@pytest.fixture
def seat(client, db, clock, service):
    """Signs in with a role and returns the cookie."""

    def take(role=Role.PUBLISHER):
        with db.writing() as session:
            editor = add_editor(session, f"{role}@newsroom.example", name=f"A {role}", role=role)
            _, cookie = sign_in(session, make_link(session, editor, clock.now()), clock.now())
        client.cookies.set("desk", cookie, path="/desk")
        return cookie

    return take


def post(client, cookie, action, **fields):
    return client.post(f"/desk/rounds/1/{action}", data={"csrf": csrf_token(cookie, KEY)} | fields)


def test_the_page_says_what_relays_refused_and_with_which_words(client, seat, round, service):
    seat()
    with service.db.writing() as session:
        first = session.scalars(select(Letter.id).order_by(Letter.id)).first()
        words = {"state": LetterState.REFUSED, "reply_code": 550, "reply_text": "5.1.1 No such user"}
        session.execute(update(Letter).where(Letter.id.in_([first, first + 1])).values(words))
    page = html.fromstring(client.get("/desk/rounds/1").text)
    rows = [
        row.text_content().split("2026")[0] for row in page.xpath("//section[@aria-labelledby='refused']//tbody/tr")
    ]
    assert rows[0].startswith("5505.1.1 No such user2")
    assert rows[1].startswith(f"–{HOSTILE}1")


def test_the_page_says_how_the_round_goes_without_any_script(client, seat, round):
    seat()
    page = client.get("/desk/rounds/1")
    assert page.status_code == 200
    for text in ("2026-W20", "smtp.example:25", "readers.example", "not tried yet", "Send all 2 again", "Pause"):
        assert text in page.text
    assert '<progress max="12" value="10"' in page.text
    assert '<td class="number" data-number="accepted">7</td>' in page.text


def test_the_page_runs_our_one_script_and_nothing_that_others_wrote(client, db, seat, round):
    seat()
    with db.writing() as session:
        session.get_one(Round, 1).note = HOSTILE
    page = client.get("/desk/rounds/1")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "connect-src 'self';" in policy
    assert "unsafe" not in policy
    assert page.text.count("<script") == 1
    assert "<img" not in page.text
    assert "1337" not in page.text
    script = page.text.partition('<script src="')[2].partition('"')[0]
    answer = client.get(script)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/javascript; charset=utf-8")


@pytest.mark.parametrize("path", ["/desk/rounds/1", "/desk/rounds/1/stream"])
def test_only_editors_may_look(client, seat, round, path):
    assert client.get(path).status_code == 401
    seat(Role.REPORTER)
    assert client.get(path).status_code == 403


def test_the_week_leads_to_its_round(client, seat, round):
    seat()
    assert 'href="/desk/rounds/1"' in client.get("/desk").text


def test_a_round_that_there_is_not_is_not_found(client, seat):
    seat()
    for path in ("/desk/rounds/1", "/desk/rounds/1/stream", "/desk/rounds/x", "/desk/rounds/" + "9" * 30):
        assert client.get(path).status_code == 404


# Buttons


def test_a_publisher_pauses_and_resumes(client, service, seat, round):
    cookie = seat()
    answer = post(client, cookie, "pause", why="The lead story\r\nwas withdrawn")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/rounds/1")
    assert (the_round(service).state, the_round(service).note) == (RoundState.PAUSED, "The lead story was withdrawn")
    page = client.get("/desk/rounds/1").text
    assert "Resume</button>" in page
    assert "Pause</button>" not in page
    assert post(client, cookie, "resume").status_code == 303
    assert the_round(service).state is RoundState.SENDING
    with service.db.reading() as session:
        entries = session.scalars(select(LogEntry).where(LogEntry.action.startswith("round")).order_by(LogEntry.id))
        assert [(entry.actor, entry.action) for entry in entries] == [
            ("A publisher", "round paused"),
            ("A publisher", "round resumed"),
        ]


def test_a_round_is_cancelled_only_by_one_who_is_sure(client, service, seat, round):
    cookie = seat()
    assert post(client, cookie, "cancel").status_code == 422
    assert the_round(service).state is RoundState.SENDING
    assert post(client, cookie, "cancel", sure="yes").status_code == 303
    assert the_round(service).state is RoundState.CANCELLED
    assert states(service)[LetterState.SKIPPED] == 2
    assert "</button>" not in client.get("/desk/rounds/1").text.partition("<main")[2]


def test_unknown_letters_are_sent_again_on_a_persons_word_and_no_others(client, service, seat, round):
    cookie = seat()
    assert post(client, cookie, "send-unknown-again", letters="1").status_code == 409
    assert states(service)[LetterState.UNKNOWN] == 2
    assert post(client, cookie, "send-unknown-again", letters="2").status_code == 303
    assert states(service) == {LetterState.ACCEPTED: 7, LetterState.REFUSED: 1, LetterState.QUEUED: 4}


@pytest.mark.parametrize("action", ["pause", "resume", "cancel", "send-unknown-again"])
def test_a_form_of_another_site_and_one_of_an_editor_do_nothing(client, service, seat, round, action):
    cookie = seat()
    fields = {"sure": "yes", "letters": "2"}
    assert post(client, cookie, action, **fields | {"csrf": csrf_token("another session", KEY)}).status_code == 403
    assert client.get(f"/desk/rounds/1/{action}?csrf={csrf_token(cookie, KEY)}&sure=yes").status_code == 405
    cookie = seat(Role.EDITOR)
    assert post(client, cookie, action, **fields).status_code == 403
    assert "</button>" not in client.get("/desk/rounds/1").text.partition("<main")[2]
    assert the_round(service).state is RoundState.SENDING
    assert states(service)[LetterState.UNKNOWN] == 2


# The stream


def events(lines):
    """Pairs of an event's name and its data, as they come."""
    name = ""
    for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


def test_a_round_that_is_over_is_told_once(client, service, seat, round):
    with service.db.writing() as session:
        cancel(session, find_round(session, "last"), by="Ada", now=MEXICO)
    seat()
    answer = client.get("/desk/rounds/1/stream")
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    [(first, round_), (last, _)] = events(answer.text.splitlines())
    assert (first, last) == ("round", "end")
    assert (round_["state"], round_["accepted"], round_["is_over"]) == ("cancelled", 7, True)


def test_viewers_are_told_of_each_change_until_the_end(app, service, seat, round):
    cookie = seat()
    house: House = app.state.house
    with serving(app) as address, httpx.Client(headers={"Cookie": f"desk={cookie}"}, timeout=30) as viewer:
        with viewer.stream("GET", f"{address}/desk/rounds/1/stream") as answer:
            coming = events(answer.iter_lines())
            assert next(coming)[1]["state"] == "sending"
            assert house.viewers == 1
            with service.db.writing() as session:
                pause(session, find_round(session, "last"), by="Ada", now=MEXICO, reason="Wait")
            name, seen = next(coming)
            assert (name, seen["state"], seen["note"]) == ("round", "paused", "Wait")
            with service.db.writing() as session:
                cancel(session, find_round(session, "last"), by="Ada", now=MEXICO)
            assert [name for name, _ in coming] == ["round", "end"]
        eventually(lambda: house.viewers == 0)


def test_whoever_goes_or_is_signed_out_makes_room(app, client, service, seat, round):
    cookie = seat()
    house: House = app.state.house
    with serving(app) as address, httpx.Client(headers={"Cookie": f"desk={cookie}"}, timeout=30) as viewer:
        with viewer.stream("GET", f"{address}/desk/rounds/1/stream") as answer:
            next(events(answer.iter_lines()))
        eventually(lambda: house.viewers == 0)
        with viewer.stream("GET", f"{address}/desk/rounds/1/stream") as answer:
            coming = events(answer.iter_lines())
            next(coming)
            client.post("/desk/sign-out", data={"csrf": csrf_token(cookie, KEY)})
            assert [name for name, _ in coming] == ["end"]
        eventually(lambda: house.viewers == 0)


def test_a_full_house_says_so(app, client, seat, round):
    seat()
    app.state.house = House(most=0)
    answer = client.get("/desk/rounds/1/stream")
    assert answer.status_code == 503
