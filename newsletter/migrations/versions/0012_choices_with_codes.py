"""Choices with their codes"""

import sqlalchemy as sa
from alembic import op


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('import_choice', schema=None) as batch_op:
        batch_op.add_column(sa.Column('codes', sa.JSON(), server_default='[]', nullable=False))
