from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from newsletter.db import Database, among, normalize_url
from newsletter.editors.models import LogEntry
from newsletter.errors import SettingsError, UnavailableError


def entry(at: datetime) -> LogEntry:
    return LogEntry(at=at, actor="command line", action="test", subject="nothing", details={"before": None})


def test_an_instant_comes_back_aware_and_the_same(db):
    instant = datetime(2026, 5, 15, 7, 0, tzinfo=timezone(timedelta(hours=-6)))
    with db.writing() as session:
        session.add(entry(instant))
    with db.reading() as session:
        stored = session.query(LogEntry).one().at
    assert stored == instant
    assert stored.utcoffset() == timedelta(0)


def test_an_instant_without_a_zone_is_refused(db):
    with pytest.raises(Exception, match="without a time zone"), db.writing() as session:
        session.add(entry(datetime(2026, 5, 15)))  # noqa: DTZ001 - the very thing under test


def test_after_an_exception_nothing_of_the_session_stays(db):
    def half() -> None:
        with db.writing() as session:
            session.add(entry(datetime.now(UTC)))
            session.flush()
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        half()
    with db.reading() as session:
        assert session.query(LogEntry).count() == 0


def test_what_a_reading_session_changes_is_thrown_away(db):
    with db.reading() as session:
        session.add(entry(datetime.now(UTC)))
        session.flush()
    with db.reading() as session:
        assert session.query(LogEntry).count() == 0


def test_writers_wait_for_each_other_instead_of_failing(database_url):
    """Read, then write, in eight threads at once: on SQLite a deferred transaction would fail here."""
    start, failures = Barrier(8), []

    def write() -> None:
        own = Database(database_url)
        start.wait()
        try:
            for _ in range(5):
                with own.writing() as session:
                    session.query(LogEntry).count()
                    session.add(entry(datetime.now(UTC)))
        except Exception as error:
            failures.append(error)
        own.close()

    threads = [Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    own = Database(database_url)
    with own.reading() as session:
        assert session.query(LogEntry).count() == 40
    own.close()


def test_a_database_that_does_not_answer_is_told_without_its_password():
    db = Database("postgresql://user:very-secret@127.0.0.1:1/none")
    with pytest.raises(UnavailableError, match="does not answer") as raised:
        db.check()
    assert "very-secret" not in str(raised.value)


@pytest.mark.parametrize("url", ["mysql://host/name", "nonsense"])
def test_other_databases_are_refused_in_a_sentence(url):
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        normalize_url(url)


def test_many_values_are_one_parameter_whatever_signs_they_hold(db):
    """On Postgres they are written as one text here, which must not be read as more or fewer values."""
    odd = ['a"b', "back\\slash", "{1,2}", "a,b", "", "NULL", " blank ", "line\nend", "ñ\u2028", "'; --"]
    with db.writing() as session:
        for action in [*odd, "another"]:
            session.add(LogEntry(at=datetime.now(UTC), actor="x", action=action, subject="nothing", details={}))
        session.flush()
        found = session.scalars(select(LogEntry.action).where(among(session, LogEntry.action, odd))).all()
        ids = session.scalars(select(LogEntry.id).where(among(session, LogEntry.id, {1, 3, 10_000}))).all()
        assert session.scalars(select(LogEntry.id).where(among(session, LogEntry.id, []))).all() == []
    assert sorted(found) == sorted(odd)
    assert len(ids) == 2
