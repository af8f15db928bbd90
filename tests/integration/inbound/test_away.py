"""Mail that comes while the database is away is asked for again, and is then taken once."""

from sqlalchemy import select, text

from newsletter.bootstrap import Service
from newsletter.db import Database
from newsletter.feedback.models import InboundMail
from newsletter.inbound.taking import LATER, TAKEN, Taker
from tests.integration.inbound.conftest import Silent, bring
from tests.support.inbound import written

WEEKLY = "weekly@news.example"


def subjects(db: Database) -> list[str]:
    with db.reading() as session:
        return [mail.subject for mail in session.scalars(select(InboundMail).order_by(InboundMail.id))]


def test_while_the_database_is_away_a_mail_is_asked_for_again_and_then_taken_once(db: Database, port: int) -> None:
    with db.writing() as session:
        session.execute(text("ALTER TABLE inbound_mail RENAME TO inbound_mail_away"))
    assert bring(port, WEEKLY, written("Question"))[0] == 451
    with db.writing() as session:
        session.execute(text("ALTER TABLE inbound_mail_away RENAME TO inbound_mail"))
    assert [bring(port, WEEKLY, written("Question"))[0] for _ in range(2)] == [250, 250]
    assert subjects(db) == ["Question"]


def test_a_mailbox_keeps_what_could_not_be_taken(db: Database, service: Service) -> None:
    taker = Taker(service, Silent())  # type: ignore[arg-type] - it only rings
    with db.writing() as session:
        session.execute(text("ALTER TABLE inbound_mail RENAME TO inbound_mail_away"))
    assert taker.take_found(written("Question")) == LATER
    with db.writing() as session:
        session.execute(text("ALTER TABLE inbound_mail_away RENAME TO inbound_mail"))
    assert taker.take_found(written("Question")) == TAKEN
    assert subjects(db) == ["Question"]
