"""Which relay took a letter"""

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in batch mode: no database needs to copy a table for columns that may be empty.
    op.add_column('batch', sa.Column('relay', sa.String(length=255), nullable=True))
    op.add_column('letter', sa.Column('relay', sa.String(length=255), nullable=True))
