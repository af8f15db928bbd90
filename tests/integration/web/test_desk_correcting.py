"""Corrections on the desk: written by editors, mailed by publishers, shown on the issue's page."""

import pytest
from sqlalchemy import func, select, update

from newsletter.editors.models import LogEntry, Role
from newsletter.issues.models import Correction
from newsletter.sending.models import Letter, LetterState, Round, RoundState
from tests.support.rounds import MEXICO, freeze_at, mexico_with_readers
from tests.support.seats import Seat
from tests.support.world import make_region

HOSTILE = '<script>alert(1)</script> {{7*191}} "It was 1988" <img src=x onerror=alert(1)>'
PAGE = "/desk/issues/1/corrections"


@pytest.fixture
def out(service):
    """Issue 1 has been taken by a relay for four readers and refused for one; its round is done."""
    mexico_with_readers(service, 5)
    freeze_at(service, MEXICO)
    with service.db.writing() as session:
        session.execute(update(Letter).values(state=LetterState.ACCEPTED, ended_at=MEXICO))
        session.execute(update(Letter).where(Letter.id == 1).values(state=LetterState.REFUSED))
        session.execute(update(Round).values(state=RoundState.DONE, ended_at=MEXICO))


def rounds_of_corrections(db):
    with db.reading() as session:
        return session.scalar(select(func.count()).where(Round.correction_id.is_not(None)))


def test_an_editor_publishes_and_a_publisher_mails_it_to_those_who_got_the_issue(client, db, service, out):
    editor = Seat(service, client, Role.EDITOR)
    assert editor.post(PAGE, text=HOSTILE).status_code == 303
    page = editor.get(PAGE)
    assert "A publisher can mail it." in page.text
    assert "Mail it to" not in page.text
    assert editor.post(f"{PAGE}/1/mail", readers=4).status_code == 403
    publisher = Seat(service, client, Role.PUBLISHER)
    assert "Mail it to 4 readers" in publisher.get(PAGE).text
    assert publisher.post(f"{PAGE}/1/mail", readers=4).status_code == 303
    service.freezer.freeze_due_waves(MEXICO)
    assert "Mailed: 0 of 4 letters accepted" in publisher.get(PAGE).text
    assert publisher.get("/desk/rounds/2").status_code == 200
    with db.reading() as session:
        entry = session.scalars(select(LogEntry).order_by(LogEntry.id.desc())).first()
        assert (entry.actor, entry.action, entry.details["readers"]) == ("A publisher", "correction mailed", 4)


def test_a_number_that_is_not_what_was_shown_mails_nobody(client, db, service, out):
    publisher = Seat(service, client, Role.PUBLISHER)
    publisher.post(PAGE, text="It was 1988.")
    for readers in ("5", "3", "", "x", "9" * 40, "-4"):
        assert publisher.post(f"{PAGE}/1/mail", readers=readers).status_code in (400, 409)
    assert publisher.post(f"{PAGE}/7/mail", readers=4).status_code == 404
    assert rounds_of_corrections(db) == 0
    assert publisher.post(f"{PAGE}/1/mail", readers=4).status_code == 303
    assert publisher.post(f"{PAGE}/1/mail", readers=4).status_code in (400, 409)
    assert rounds_of_corrections(db) == 1


def test_a_form_of_another_site_corrects_and_mails_nothing(client, db, service, out):
    publisher = Seat(service, client, Role.PUBLISHER)
    assert publisher.post(PAGE, text="It was 1988.", csrf="guessed").status_code == 403
    publisher.post(PAGE, text="It was 1988.")
    assert publisher.post(f"{PAGE}/1/mail", readers=4, csrf="guessed").status_code == 403
    with db.reading() as session:
        assert session.scalar(select(func.count(Correction.id))) == 1
    assert rounds_of_corrections(db) == 0


def test_who_edits_other_regions_neither_sees_nor_writes_nor_mails_it(client, db, service, out):
    Seat(service, client, Role.PUBLISHER).post(PAGE, text="It was 1988.")
    with db.writing() as session:
        make_region(session, "ES")
    other = Seat(service, client, Role.PUBLISHER, regions=("ES",))
    answers = [other.get(PAGE), other.get(f"{PAGE}/1/letter"), other.post(PAGE, text="x")]
    answers.append(other.post(f"{PAGE}/1/mail", readers=4))
    assert [answer.status_code for answer in answers] == [403] * 4
    assert rounds_of_corrections(db) == 0


def test_what_an_editor_writes_runs_nowhere(client, service, out):
    seat = Seat(service, client, Role.PUBLISHER)
    seat.post(PAGE, text=HOSTILE)
    frame = seat.get(f"{PAGE}/1/letter?language=es")
    assert "sandbox" in frame.headers["content-security-policy"]
    assert "En nuestro boletín sobre México" in frame.text
    for text in (seat.get(PAGE).text, frame.text, client.get("/regions/MX/issues/1").text):
        assert "It was 1988" in text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "1337" not in text
