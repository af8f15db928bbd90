"""One at a time: gathering and editors' decisions both change which story is in which event."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from newsletter.db import is_sqlite

_TURN = 5_301_877  # names the lock of Postgres; any number that nothing else uses


def take_turn(session: Session) -> None:
    """Until the transaction ends, nobody else gathers or decides; on SQLite the writer's lock sees to that already."""
    if not is_sqlite(session):
        session.execute(select(func.pg_advisory_xact_lock(_TURN)))
