"""Count letters by relay and by domain, as by edition: to look at ten million of them took seconds"""

import sqlalchemy as sa
from alembic import op


revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# As they were when this was written; a migration does not change with the code (tallying.py).
TRIGGERS = {
    "postgresql": [
        """
        CREATE OR REPLACE FUNCTION tally_new_letters() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO tally (round_id, edition_id, state, letters)
            SELECT round_id, edition_id, state, count(*) FROM these GROUP BY round_id, edition_id, state;
            INSERT INTO way_tally (round_id, relay, domain, state, letters)
            SELECT round_id, relay, domain, CASE WHEN state IN ('attempting', 'deferred') THEN 'queued' ELSE state END, count(*) FROM these GROUP BY 1, 2, 3, 4;
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
            INSERT INTO way_tally (round_id, relay, domain, state, letters)
            SELECT round_id, relay, domain, CASE WHEN state IN ('attempting', 'deferred') THEN 'queued' ELSE state END, sum(change) FROM (
                SELECT round_id, relay, domain, state, 1 AS change FROM these
                UNION ALL SELECT round_id, relay, domain, state, -1 FROM those
            ) AS changes GROUP BY 1, 2, 3, 4 HAVING sum(change) <> 0;
            RETURN NULL;
        END $$
        """,
    ],
    "sqlite": [
        "DROP TRIGGER tally_new_letters",
        """
        CREATE TRIGGER tally_new_letters AFTER INSERT ON letter BEGIN
            INSERT INTO tally (round_id, edition_id, state, letters)
            SELECT NEW.round_id, NEW.edition_id, NEW.state, 0
            WHERE NOT EXISTS (SELECT 1 FROM tally WHERE round_id = NEW.round_id AND edition_id = NEW.edition_id AND state = NEW.state);
            UPDATE tally SET letters = letters + 1
            WHERE round_id = NEW.round_id AND edition_id = NEW.edition_id AND state = NEW.state;
            INSERT INTO way_tally (round_id, relay, domain, state, letters)
            SELECT NEW.round_id, NEW.relay, NEW.domain, CASE WHEN NEW.state IN ('attempting', 'deferred') THEN 'queued' ELSE NEW.state END, 0
            WHERE NOT EXISTS (SELECT 1 FROM way_tally
            WHERE round_id = NEW.round_id AND relay IS NEW.relay AND domain = NEW.domain AND state = CASE WHEN NEW.state IN ('attempting', 'deferred') THEN 'queued' ELSE NEW.state END);
            UPDATE way_tally SET letters = letters + 1
            WHERE round_id = NEW.round_id AND relay IS NEW.relay AND domain = NEW.domain AND state = CASE WHEN NEW.state IN ('attempting', 'deferred') THEN 'queued' ELSE NEW.state END;
        END
        """,
        """
        CREATE TRIGGER tally_letters_ways AFTER UPDATE OF round_id, relay, domain, state ON letter
        WHEN (NEW.round_id, NEW.relay, NEW.domain, CASE WHEN NEW.state IN ('attempting', 'deferred') THEN 'queued' ELSE NEW.state END)
        IS NOT (OLD.round_id, OLD.relay, OLD.domain, CASE WHEN OLD.state IN ('attempting', 'deferred') THEN 'queued' ELSE OLD.state END) BEGIN
            INSERT INTO way_tally (round_id, relay, domain, state, letters)
            SELECT NEW.round_id, NEW.relay, NEW.domain, CASE WHEN NEW.state IN ('attempting', 'deferred') THEN 'queued' ELSE NEW.state END, 0
            WHERE NOT EXISTS (SELECT 1 FROM way_tally
            WHERE round_id = NEW.round_id AND relay IS NEW.relay AND domain = NEW.domain AND state = CASE WHEN NEW.state IN ('attempting', 'deferred') THEN 'queued' ELSE NEW.state END);
            UPDATE way_tally SET letters = letters + 1
            WHERE round_id = NEW.round_id AND relay IS NEW.relay AND domain = NEW.domain AND state = CASE WHEN NEW.state IN ('attempting', 'deferred') THEN 'queued' ELSE NEW.state END;
            INSERT INTO way_tally (round_id, relay, domain, state, letters)
            SELECT OLD.round_id, OLD.relay, OLD.domain, CASE WHEN OLD.state IN ('attempting', 'deferred') THEN 'queued' ELSE OLD.state END, 0
            WHERE NOT EXISTS (SELECT 1 FROM way_tally
            WHERE round_id = OLD.round_id AND relay IS OLD.relay AND domain = OLD.domain AND state = CASE WHEN OLD.state IN ('attempting', 'deferred') THEN 'queued' ELSE OLD.state END);
            UPDATE way_tally SET letters = letters - 1
            WHERE round_id = OLD.round_id AND relay IS OLD.relay AND domain = OLD.domain AND state = CASE WHEN OLD.state IN ('attempting', 'deferred') THEN 'queued' ELSE OLD.state END;
        END
        """,
    ],
}


def upgrade() -> None:
    op.create_table(
        "way_tally",
        sa.Column("id", big_id, nullable=False),
        sa.Column("round_id", big_id, nullable=False),
        sa.Column("relay", sa.String(length=255), nullable=True),
        sa.Column("domain", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("letters", big_id, nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_way_tally_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_way_tally")),
    )
    op.create_index("ix_way_tally_way", "way_tally", ["round_id", "relay", "domain", "state"])
    op.add_column("letter", sa.Column("domain", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("round", sa.Column("domains", sa.JSON(none_as_null=True), nullable=True))
    # Letters that are there have no domain: theirs are summed as others.
    op.execute("UPDATE round SET domains = '[]' WHERE started_at IS NOT NULL")
    op.execute(
        "INSERT INTO way_tally (round_id, relay, domain, state, letters) "
        "SELECT round_id, relay, 0, CASE WHEN state IN ('attempting', 'deferred') THEN 'queued' ELSE state END, "
        "count(*) FROM letter GROUP BY 1, 2, 3, 4"
    )
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)
