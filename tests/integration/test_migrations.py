import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from newsletter.db import Base, Database
from newsletter.errors import UnavailableError
from newsletter.migrations.schema import HEAD, ensure_schema, upgrade
from newsletter.sending.auditing import miscounted
from newsletter.sending.models import LetterState, Round
from newsletter.sending.tallying import counts_of
from tests.support.databases import create_postgres_database


@pytest.fixture(params=["sqlite", "postgres"])
def empty_db(request, tmp_path, worker_id):
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        url = create_postgres_database(request.getfixturevalue("postgres_server_url"), f"empty_{worker_id}")
    database = Database(url)
    yield database
    database.close()


def test_the_migrations_make_exactly_the_tables_of_the_models(empty_db):
    upgrade(empty_db)
    with empty_db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_sqlite_is_migrated_on_the_way_and_postgres_on_a_persons_word(empty_db):
    if empty_db.is_sqlite:
        ensure_schema(empty_db)
    else:
        with pytest.raises(UnavailableError, match="newsletter migrate"):
            ensure_schema(empty_db)
        upgrade(empty_db)
    ensure_schema(empty_db)
    with empty_db.reading() as session:
        assert session.connection().dialect.has_table(session.connection(), "letter")


def test_the_revision_that_the_start_looks_for_is_the_newest():
    config = Config()
    config.set_main_option("script_location", "newsletter:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_letters_that_were_there_before_the_tally_are_in_it_and_it_follows_them(empty_db):
    migrate(empty_db, "0002")
    with empty_db.writing() as session:
        for statement in A_ROUND:
            session.execute(text(statement))
    migrate(empty_db, "head")
    with empty_db.writing() as session:
        session.execute(text("UPDATE letter SET state = 'accepted' WHERE id = 1"))
    with empty_db.reading() as session:
        assert counts_of(session, [1]) == {1: {LetterState.QUEUED: 1, LetterState.ACCEPTED: 1}}
        assert miscounted(session, session.get_one(Round, 1)) == 0


def test_a_table_that_sqlite_copies_keeps_its_rows_and_what_refers_to_them(empty_db):
    migrate(empty_db, "0015")
    with empty_db.writing() as session:
        for statement in (*A_ROUND, A_WAVE):
            session.execute(text(statement))
    migrate(empty_db, "head")
    with empty_db.writing() as session:
        assert [wave.letters for wave in session.get_one(Round, 1).waves] == [2]
        with pytest.raises(IntegrityError):
            session.execute(text("DELETE FROM round"))


A_WAVE = (
    "INSERT INTO wave (id, round_id, opens_at, time_zones, issue_ids, letters, pass_after) "
    "VALUES (1, 1, '2026-05-14', '[]', '[]', 2, 0)"
)

A_ROUND = (
    "INSERT INTO schedule (id, name, weekday, hour, lead_hours, window_hours) VALUES (1, 'weekly', 4, 7, 24, 12)",
    "INSERT INTO round (id, schedule_id, week, state, planned_at, first_wave_at, last_wave_at, closes_at) "
    "VALUES (1, 1, '2026-W20', 'sending', '2026-05-13', '2026-05-14', '2026-05-15', '2026-05-16')",
    "INSERT INTO edition (id, round_id, key, language) VALUES (1, 1, 'es:1', 'es')",
    "INSERT INTO letter (id, round_id, subscriber_id, part, edition_id, state, attempts) "
    "VALUES (1, 1, 1, 1, 1, 'queued', 0), (2, 1, 2, 1, 1, 'queued', 0)",
)


def migrate(db, revision):
    with db.engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", "newsletter:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_a_log_from_before_is_kept_as_it_is_from_now_on(empty_db):
    migrate(empty_db, "0016")
    with empty_db.writing() as session:
        session.execute(text("INSERT INTO log_entry (at, actor, action, subject, details) VALUES "
                             "('2026-05-14', 'Ada', 'test', 'nothing', '{}')"))  # fmt: skip
    migrate(empty_db, "head")
    with pytest.raises(DBAPIError, match="only added to"), empty_db.writing() as session:
        session.execute(text("DELETE FROM log_entry"))
