"""The tally: how many letters of each edition are in each state, without counting ten million rows.

Triggers keep it, in the very transaction that changes letters: no statement, of ours or of a person at a prompt, can
forget it. Deleting letters is what leaves it as it is: that is how a round is rolled up.

On Postgres a statement adds rows with what it changed, because workers that all wrote one row would wait for each other
or lock each other out; the tick folds these rows into one. SQLite has one writer, so there a row is changed in place.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import DDL, ExecutableDDLElement, delete, event, func, insert, select, tuple_
from sqlalchemy.orm import Session

from newsletter.sending.models import Letter, LetterState, Tally

FOLDED_AT_ONCE = 50_000  # rows; the next tick takes the rest

_POSTGRES = (
    """
    CREATE OR REPLACE FUNCTION tally_new_letters() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO tally (round_id, edition_id, state, letters)
        SELECT round_id, edition_id, state, count(*) FROM these GROUP BY round_id, edition_id, state;
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION tally_changed_letters() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO tally (round_id, edition_id, state, letters)
        SELECT round_id, edition_id, state, sum(change) FROM (
            SELECT round_id, edition_id, state, 1 AS change FROM these
            UNION ALL SELECT round_id, edition_id, state, -1 FROM those
        ) AS changes GROUP BY round_id, edition_id, state HAVING sum(change) <> 0;
        RETURN NULL;
    END $$
    """,
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
    same = f"round_id = {row}.round_id AND edition_id = {row}.edition_id AND state = {row}.state"
    return f"""
        INSERT INTO tally (round_id, edition_id, state, letters)
        SELECT {row}.round_id, {row}.edition_id, {row}.state, 0 WHERE NOT EXISTS (SELECT 1 FROM tally WHERE {same});
        UPDATE tally SET letters = letters {change} WHERE {same};
    """  # noqa: S608 - only words from below


_SQLITE = (
    f"CREATE TRIGGER tally_new_letters AFTER INSERT ON letter BEGIN {_in_place('NEW', '+ 1')} END",
    "CREATE TRIGGER tally_changed_letters AFTER UPDATE OF round_id, edition_id, state ON letter "
    "WHEN (NEW.round_id, NEW.edition_id, NEW.state) IS NOT (OLD.round_id, OLD.edition_id, OLD.state) "
    f"BEGIN {_in_place('NEW', '+ 1')} {_in_place('OLD', '- 1')} END",
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


def fold(session: Session, round_id: int) -> int:
    """Put the rows of a round's tally together, one for each edition and state; how many rows fewer there are.

    Two at once do no harm: a row is deleted once, and whoever deleted it puts its letters back.
    """
    key = (Tally.round_id, Tally.edition_id, Tally.state)
    several = select(Tally.edition_id, Tally.state).where(Tally.round_id == round_id).group_by(*key)
    several = several.having(func.count() > 1)
    chosen = select(Tally.id).where(Tally.round_id == round_id, tuple_(Tally.edition_id, Tally.state).in_(several))
    gone = (
        delete(Tally)
        .where(Tally.id.in_(chosen.limit(FOLDED_AT_ONCE)))
        .returning(Tally.edition_id, Tally.state, Tally.letters)
        .execution_options(synchronize_session=False)
    )
    sums: Counter[tuple[int, LetterState]] = Counter()
    rows = session.execute(gone).all()
    for edition_id, state, letters in rows:
        sums[edition_id, state] += letters
    folded = [
        {"round_id": round_id, "edition_id": edition_id, "state": state, "letters": letters}
        for (edition_id, state), letters in sums.items()
        if letters
    ]
    if folded:
        session.execute(insert(Tally), folded)
    return len(rows) - len(folded)


for _dialect, _statements in TRIGGERS.items():
    for _statement in _statements:
        made: ExecutableDDLElement = DDL(_statement)  # type: ignore[no-untyped-call]  # it has no types
        event.listen(Letter.__table__, "after_create", made.execute_if(dialect=_dialect))
