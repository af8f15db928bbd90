import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from newsletter.db import Base, Database
from newsletter.errors import UnavailableError
from newsletter.migrations.schema import HEAD, ensure_schema, upgrade
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
