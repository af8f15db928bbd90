"""Writing the letters of a page of readers: one statement of the database, however many readers and editions.

Postgres does it all at once: who is due a letter, the letters of those whose edition is there, and the editions that
are not. SQLite, which changes no rows within a query, is asked twice.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Subquery, and_, exists, func, literal, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from newsletter.db import is_sqlite
from newsletter.sending.inserting import insert_new_from
from newsletter.sending.models import Edition, Letter, LetterState

_COLUMNS = ("round_id", "subscriber_id", "part", "edition_id", "state", "attempts", "domain")

# The tables that a page is read from have grown since Postgres last looked at them, most of all those of letters and
# editions, which it takes for empty: by its figures it would go through ten thousand editions for each of twenty
# thousand readers. Hash joins cost the same whatever it believes, and compiling the plan more than running it.
# The disk need not have a page before the next begins: no letter of it leaves before its claim is on the disk, and the
# pages before it with that (it is one log). A page that is lost is frozen again.
_FOR_PAGES = ("enable_nestloop", "jit", "synchronous_commit")


def prepare(session: Session) -> None:
    """Tell Postgres how the rest of this transaction is best done."""
    if not is_sqlite(session):
        for setting in _FOR_PAGES:
            session.execute(text(f"SET LOCAL {setting} = off"))


def write_letters(session: Session, round_id: int, due: Subquery, last: Subquery) -> tuple[int, Sequence[str]]:
    """Queue letters for those of `due` whose edition is there: how many, and the keys of the editions that are not.

    `due` is as in audience.due_on_page, `last` as in audience.last_parts. A letter that another process has written at
    the same moment stays as it is.
    """
    if is_sqlite(session):
        written = insert_new_from(session, Letter, _COLUMNS, _rows(round_id, due, last))
        return written, session.scalars(_missing(round_id, due)).all()
    # Nearly always nobody else does, and to be ready for that costs a seventh of the whole.
    try:
        with session.begin_nested():
            return _write_at_once(session, round_id, due, last, is_alone=True)
    except IntegrityError:
        return _write_at_once(session, round_id, due, last, is_alone=False)


def _write_at_once(
    session: Session, round_id: int, due: Subquery, last: Subquery, *, is_alone: bool
) -> tuple[int, Sequence[str]]:
    found = select(due).cte("due").prefix_with("MATERIALIZED", dialect="postgresql")
    table: Any = Letter.__table__
    insert = postgresql.insert(table).from_select(_COLUMNS, _rows(round_id, found, last), include_defaults=False)
    if not is_alone:
        insert = insert.on_conflict_do_nothing()
    written = insert.returning(Letter.edition_id).cte("written")
    count = select(func.count()).select_from(written).scalar_subquery()
    missing = select(func.array_agg(_missing(round_id, found).subquery().c.key)).scalar_subquery()
    letters, keys = session.execute(select(count, missing)).one()
    return letters, keys or []


def _rows(round_id: int, due: Any, last: Subquery) -> Select[Any]:
    return (
        select(
            literal(round_id),
            due.c.subscriber_id,
            func.coalesce(last.c.part, 0) + 1,
            Edition.id,
            literal(LetterState.QUEUED, Letter.state.type),
            literal(0),
            due.c.domain,
        )
        .join_from(due, Edition, and_(Edition.round_id == round_id, Edition.key == due.c.key))
        .outerjoin(last, last.c.subscriber_id == due.c.subscriber_id)
        .order_by(Edition.id, due.c.subscriber_id)  # those that are sent together stand together
    )


def _missing(round_id: int, due: Any) -> Select[str]:
    is_there = exists().where(Edition.round_id == round_id, Edition.key == due.c.key)
    return select(due.c.key).distinct().where(~is_there)
