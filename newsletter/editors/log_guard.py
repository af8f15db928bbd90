"""Triggers that keep the log as it was written: the database refuses to change or delete an entry.

They hold against our own mistakes, an injected statement, and a person at a prompt who does not mean to get round them.
Whoever owns the database can drop them; a copy that is kept elsewhere is what helps against its owner. On SQLite a
migration that copies the table makes them again, since they go with the old one.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import DDL, ExecutableDDLElement, event

from newsletter.editors.models import LogEntry

_POSTGRES = (
    """
    CREATE OR REPLACE FUNCTION keep_log() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the log is only added to';
    END $$
    """,
    """
    CREATE TRIGGER keep_log_entries BEFORE UPDATE OR DELETE ON log_entry
    FOR EACH ROW EXECUTE FUNCTION keep_log()
    """,
    """
    CREATE TRIGGER keep_log_whole BEFORE TRUNCATE ON log_entry
    FOR EACH STATEMENT EXECUTE FUNCTION keep_log()
    """,
)
_REFUSED = "SELECT RAISE(ABORT, 'the log is only added to');"
_SQLITE = (
    f"CREATE TRIGGER keep_log_from_changes BEFORE UPDATE ON log_entry BEGIN {_REFUSED} END",
    f"CREATE TRIGGER keep_log_from_deletion BEFORE DELETE ON log_entry BEGIN {_REFUSED} END",
    # INSERT OR REPLACE deletes the row that stands in its way, and tells no trigger of deletions.
    "CREATE TRIGGER keep_log_from_replacement BEFORE INSERT ON log_entry "  # noqa: S608 - only words from above
    f"WHEN NEW.id IN (SELECT id FROM log_entry) BEGIN {_REFUSED} END",
)

TRIGGERS: Mapping[str, Sequence[str]] = {"postgresql": _POSTGRES, "sqlite": _SQLITE}

for _dialect, _statements in TRIGGERS.items():
    for _statement in _statements:
        made: ExecutableDDLElement = DDL(_statement)  # type: ignore[no-untyped-call]  # it has no types
        event.listen(LogEntry.__table__, "after_create", made.execute_if(dialect=_dialect))
