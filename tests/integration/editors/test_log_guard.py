"""The log is only added to: the database refuses all else, whoever asks."""

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from newsletter.editors.log import record
from newsletter.editors.models import LogEntry


@pytest.fixture
def entry(db, clock):
    with db.writing() as session:
        written = record(session, actor="Ada", action="test", subject="nothing", details={"before": 1}, now=clock.now())
        session.flush()
        return written.id


def actors(db):
    with db.reading() as session:
        return session.scalars(select(LogEntry.actor)).all()


@pytest.mark.parametrize(
    "statement",
    [
        update(LogEntry).values(actor="Eva"),
        delete(LogEntry),
        text("UPDATE log_entry SET details = '{}'"),
        text("DELETE FROM log_entry WHERE id > 0"),
    ],
    ids=str,
)
def test_no_statement_changes_or_deletes_an_entry(db, entry, statement):
    with pytest.raises(DBAPIError, match="only added to"), db.writing() as session:
        session.execute(statement)
    assert actors(db) == ["Ada"]


def test_an_entry_is_neither_replaced_nor_emptied_away_with_all_others(db, entry):
    if db.is_sqlite:
        trick = (
            "INSERT OR REPLACE INTO log_entry (id, at, actor, action, subject, details) "
            "SELECT id, at, 'Eva', '', '', '{}' FROM log_entry"
        )
    else:
        trick = "TRUNCATE log_entry"
    with pytest.raises(DBAPIError, match="only added to"), db.writing() as session:
        session.execute(text(trick))
    assert actors(db) == ["Ada"]


def test_an_entry_that_code_of_ours_changes_by_mistake_keeps_what_was_written(db, entry):
    with pytest.raises(DBAPIError, match="only added to"), db.writing() as session:
        session.get_one(LogEntry, entry).actor = "Eva"
    assert actors(db) == ["Ada"]
