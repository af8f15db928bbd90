"""Who gave the first word, where two are asked."""

import sqlalchemy as sa
from alembic import op


revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('issue', schema=None) as batch_op:
        batch_op.add_column(sa.Column('first_word_hash', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('first_word_by', sa.String(length=200), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('issue', schema=None) as batch_op:
        batch_op.drop_column('first_word_by')
        batch_op.drop_column('first_word_hash')
