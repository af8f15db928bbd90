"""Bring a database's schema up to date, and say when it isn't.

Alembic takes half a second to import, and every command comes by here; so it is imported only where there is something
to migrate. Whether there is, one row says.
"""

from sqlalchemy import text
from sqlalchemy.engine import Connection

from newsletter.db import Database
from newsletter.errors import UnavailableError

HEAD = "0028"  # the newest of versions/


def upgrade(db: Database) -> None:
    """Run the migrations that `db` lacks."""
    from alembic import command
    from alembic.config import Config

    with db.engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", "newsletter:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def ensure_schema(db: Database) -> None:
    """SQLite is migrated on the way; for Postgres, whose processes start side by side, a person or a job says when.

    Raises UnavailableError where a Postgres database is behind.
    """
    with db.engine.connect() as connection:
        if _revision(connection) == HEAD:
            return
    if not db.is_sqlite:
        raise UnavailableError("The database is not up to date. Run `newsletter migrate` once, then start again.")
    upgrade(db)


def _revision(connection: Connection) -> str | None:
    """The migration that the database has come to; None for a new one."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
