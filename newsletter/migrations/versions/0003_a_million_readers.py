"""Freeze and count a million readers: passes, batches with room, the tally, rolled up rounds"""

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

big_id = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')

# As they were when this was written; a migration does not change with the code (tallying.py).
TRIGGERS = {
    'postgresql': [
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
    ],
    'sqlite': [
        """
        CREATE TRIGGER tally_new_letters AFTER INSERT ON letter BEGIN
            INSERT INTO tally (round_id, edition_id, state, letters)
            SELECT NEW.round_id, NEW.edition_id, NEW.state, 0 WHERE NOT EXISTS (SELECT 1 FROM tally
                WHERE round_id = NEW.round_id AND edition_id = NEW.edition_id AND state = NEW.state);
            UPDATE tally SET letters = letters + 1
            WHERE round_id = NEW.round_id AND edition_id = NEW.edition_id AND state = NEW.state;
        END
        """,
        """
        CREATE TRIGGER tally_changed_letters AFTER UPDATE OF round_id, edition_id, state ON letter
        WHEN (NEW.round_id, NEW.edition_id, NEW.state) IS NOT (OLD.round_id, OLD.edition_id, OLD.state) BEGIN
            INSERT INTO tally (round_id, edition_id, state, letters)
            SELECT NEW.round_id, NEW.edition_id, NEW.state, 0 WHERE NOT EXISTS (SELECT 1 FROM tally
                WHERE round_id = NEW.round_id AND edition_id = NEW.edition_id AND state = NEW.state);
            UPDATE tally SET letters = letters + 1
            WHERE round_id = NEW.round_id AND edition_id = NEW.edition_id AND state = NEW.state;
            UPDATE tally SET letters = letters - 1
            WHERE round_id = OLD.round_id AND edition_id = OLD.edition_id AND state = OLD.state;
        END
        """,
    ],
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.add_column('subscriber', sa.Column('suppressed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('round', sa.Column('next_edition_id', big_id, nullable=False, server_default='0'))
    op.add_column('round', sa.Column('rolled_up_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('wave', sa.Column('pass_issue_ids', sa.JSON(), nullable=True))
    op.add_column('wave', sa.Column('pass_after', big_id, nullable=False, server_default='0'))
    op.add_column('wave', sa.Column('looked_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('batch', sa.Column('room', sa.Integer(), nullable=True))
    if dialect != 'sqlite':  # which cuts nothing, whatever the type says
        op.alter_column('edition', 'key', type_=sa.Text(), existing_type=sa.String(length=200), existing_nullable=False)

    op.drop_index('ix_letter_subscriber_id', 'letter')
    op.drop_index('ix_letter_state_letter_due_at', 'letter')
    op.drop_index('ix_letter_round_id_letter_state', 'letter')
    op.create_index('ix_letter_round_id_letter_state_letter_ended_at', 'letter', ['round_id', 'state', 'ended_at'])
    for name, columns, condition in (
        ('ix_letter_without_batch', ['round_id', 'edition_id', 'id'], 'batch_id IS NULL AND ended_at IS NULL'),
        ('ix_letter_due_at', ['due_at'], 'due_at IS NOT NULL'),
        ('ix_letter_second_parts', ['round_id', 'subscriber_id'], 'part > 1'),
    ):
        where = sa.text(condition)
        op.create_index(name, 'letter', columns, postgresql_where=where, sqlite_where=where)

    op.create_table('tally',
    sa.Column('id', big_id, nullable=False),
    sa.Column('round_id', big_id, nullable=False),
    sa.Column('edition_id', big_id, nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('letters', big_id, nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_tally_edition_id_edition')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_tally_round_id_round')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tally'))
    )
    op.create_index('ix_tally_round_id_tally_edition_id_tally_state', 'tally', ['round_id', 'edition_id', 'state'])
    op.execute(
        'INSERT INTO tally (round_id, edition_id, state, letters) '
        'SELECT round_id, edition_id, state, count(*) FROM letter GROUP BY round_id, edition_id, state'
    )
    for statement in TRIGGERS[dialect]:
        op.execute(statement)
