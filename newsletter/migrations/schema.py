"""Bring a database's schema up to date, and say when it isn't."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from newsletter.db import Database
from newsletter.errors import UnavailableError

_LOCATION = "newsletter:migrations"


def upgrade(db: Database) -> None:
    """Run the migrations that `db` lacks."""
    with db.engine.connect() as connection:
        command.upgrade(_config(connection), "head")


def ensure_schema(db: Database) -> None:
    """SQLite is migrated on the way; for Postgres, whose processes start side by side, a person or a job says when.

    Raises UnavailableError where a Postgres database is behind.
    """
    if _current(db) == _head():
        return
    if not db.is_sqlite:
        raise UnavailableError("The database is not up to date. Run `newsletter migrate` once, then start again.")
    upgrade(db)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", _LOCATION)
    config.attributes["connection"] = connection
    return config


def _head() -> str | None:
    config = Config()
    config.set_main_option("script_location", _LOCATION)
    return ScriptDirectory.from_config(config).get_current_head()


def _current(db: Database) -> str | None:
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
