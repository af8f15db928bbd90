"""Two tallies: how many letters of each edition are in each state, and how many of those that go each way, without
counting ten million rows.

Triggers keep it, in the very transaction that changes letters: no statement, of ours or of a person at a prompt, can
forget it. Deleting letters is what leaves it as it is: that is how a round is rolled up.

On Postgres a statement adds rows with what it changed, because workers that all wrote one row would wait for each other
or lock each other out; the tick folds these rows into one. SQLite has one writer, so there a row is changed in place.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import DDL, ExecutableDDLElement, and_, delete, event, func, insert, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from newsletter.db import is_sqlite
from newsletter.sending.models import Letter, LetterState, Tally, WayTally

FOLDED_AT_ONCE = 50_000  # rows; the next tick takes the rest

# Of a way it matters how letters end, and not how far those are that are still open.
_END = "CASE WHEN state IN ('attempting', 'deferred') THEN 'queued' ELSE state END"

_POSTGRES = (
    f"""
    CREATE OR REPLACE FUNCTION tally_new_letters() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO tally (round_id, edition_id, state, letters)
        SELECT round_id, edition_id, state, count(*) FROM these GROUP BY round_id, edition_id, state;
        INSERT INTO way_tally (round_id, relay, domain, state, letters)
        SELECT round_id, relay, domain, {_END}, count(*) FROM these GROUP BY 1, 2, 3, 4;
        RETURN NULL;
    END $$
    """,  # noqa: S608 - only words from above
    f"""
    CREATE OR REPLACE FUNCTION tally_changed_letters() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO tally (round_id, edition_id, state, letters)
        SELECT round_id, edition_id, state, sum(change) FROM (
            SELECT round_id, edition_id, state, 1 AS change FROM these
            UNION ALL SELECT round_id, edition_id, state, -1 FROM those
        ) AS changes GROUP BY round_id, edition_id, state HAVING sum(change) <> 0;
        INSERT INTO way_tally (round_id, relay, domain, state, letters)
        SELECT round_id, relay, domain, {_END}, sum(change) FROM (
            SELECT round_id, relay, domain, state, 1 AS change FROM these
            UNION ALL SELECT round_id, relay, domain, state, -1 FROM those
        ) AS changes GROUP BY 1, 2, 3, 4 HAVING sum(change) <> 0;
        RETURN NULL;
    END $$
    """,  # noqa: S608 - only words from above
    """
    CREATE TRIGGER tally_new_letters AFTER INSERT ON letter
    REFERENCING NEW TABLE AS these FOR EACH STATEMENT EXECUTE FUNCTION tally_new_letters()
    """,
    """
    CREATE TRIGGER tally_changed_letters AFTER UPDATE ON letter
    REFERENCING NEW TABLE AS these OLD TABLE AS those FOR EACH STATEMENT EXECUTE FUNCTION tally_changed_letters()
    """,
)


def _in_place(row: str, change: str) -> str:
    """Of the tally by editions."""
    same = f"round_id = {row}.round_id AND edition_id = {row}.edition_id AND state = {row}.state"
    return f"""
        INSERT INTO tally (round_id, edition_id, state, letters)
        SELECT {row}.round_id, {row}.edition_id, {row}.state, 0 WHERE NOT EXISTS (SELECT 1 FROM tally WHERE {same});
        UPDATE tally SET letters = letters {change} WHERE {same};
    """  # noqa: S608 - only words from below


def _way_in_place(row: str, change: str) -> str:
    end = _END.replace("state", f"{row}.state")
    same = f"round_id = {row}.round_id AND relay IS {row}.relay AND domain = {row}.domain AND state = {end}"
    return f"""
        INSERT INTO way_tally (round_id, relay, domain, state, letters) SELECT {row}.round_id, {row}.relay,
        {row}.domain, {end}, 0 WHERE NOT EXISTS (SELECT 1 FROM way_tally WHERE {same});
        UPDATE way_tally SET letters = letters {change} WHERE {same};
    """  # noqa: S608 - only words from below


_SQLITE = (
    "CREATE TRIGGER tally_new_letters AFTER INSERT ON letter "
    f"BEGIN {_in_place('NEW', '+ 1')} {_way_in_place('NEW', '+ 1')} END",
    "CREATE TRIGGER tally_changed_letters AFTER UPDATE OF round_id, edition_id, state ON letter "
    "WHEN (NEW.round_id, NEW.edition_id, NEW.state) IS NOT (OLD.round_id, OLD.edition_id, OLD.state) "
    f"BEGIN {_in_place('NEW', '+ 1')} {_in_place('OLD', '- 1')} END",
    "CREATE TRIGGER tally_letters_ways AFTER UPDATE OF round_id, relay, domain, state ON letter "
    f"WHEN (NEW.round_id, NEW.relay, NEW.domain, {_END.replace('state', 'NEW.state')}) IS NOT "
    f"(OLD.round_id, OLD.relay, OLD.domain, {_END.replace('state', 'OLD.state')}) "
    f"BEGIN {_way_in_place('NEW', '+ 1')} {_way_in_place('OLD', '- 1')} END",
)

TRIGGERS: Mapping[str, Sequence[str]] = {"postgresql": _POSTGRES, "sqlite": _SQLITE}


def counts_of(session: Session, round_ids: Sequence[int]) -> dict[int, dict[LetterState, int]]:
    """By round: how many of its letters are in each state. Rounds and states without letters are missing."""
    query = (
        select(Tally.round_id, Tally.state, func.sum(Tally.letters))
        .where(Tally.round_id.in_(round_ids))
        .group_by(Tally.round_id, Tally.state)
    )
    found: dict[int, dict[LetterState, int]] = {}
    for round_id, state, letters in session.execute(query):
        if letters:
            found.setdefault(round_id, {})[state] = int(letters)
    return found


def fold(session: Session, round_id: int) -> None:
    """Put the rows of a round's tallies together, one for each sum. On SQLite they are.

    Two at once do no harm: a row is deleted once, and whoever deleted it puts its letters back.
    """
    if not is_sqlite(session):
        _fold(session, Tally, [Tally.edition_id, Tally.state], round_id)
        _fold(session, WayTally, [WayTally.relay, WayTally.domain, WayTally.state], round_id)


def _fold(
    session: Session, table: type[Tally | WayTally], key: list[InstrumentedAttribute[Any]], round_id: int
) -> None:
    """In one statement: fifty thousand rows are not for a worker's memory."""
    several = select(*key).where(table.round_id == round_id).group_by(*key).having(func.count() > 1).subquery()
    is_one = and_(*(column.is_not_distinct_from(several.c[column.key]) for column in key))
    chosen = select(table.id).join(several, is_one).where(table.round_id == round_id).limit(FOLDED_AT_ONCE)
    gone = delete(table).where(table.id.in_(chosen)).returning(*key, table.letters).cte("gone")
    names = [column.key for column in key]
    sums = select(literal(round_id), *(gone.c[name] for name in names), func.sum(gone.c.letters))
    sums = sums.group_by(*(gone.c[name] for name in names)).having(func.sum(gone.c.letters) != 0)
    session.execute(insert(table).from_select(["round_id", *names, "letters"], sums))


for _dialect, _statements in TRIGGERS.items():
    for _statement in _statements:
        made: ExecutableDDLElement = DDL(_statement)  # type: ignore[no-untyped-call]  # it has no types
        event.listen(Letter.__table__, "after_create", made.execute_if(dialect=_dialect))
