"""Brakes and canaries"""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in batch mode: no database needs to copy a table for columns that may be empty.
    op.add_column('round', sa.Column('resumed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('round', sa.Column('audited_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('round', sa.Column('canary', sa.String(length=12), nullable=True))
    op.add_column('round', sa.Column('canary_minutes', sa.Double(), nullable=True))
    op.add_column('round', sa.Column('canary_then', sa.String(length=8), nullable=True))
    op.add_column('round', sa.Column('canary_left', sa.Integer(), nullable=True))
    op.add_column('round', sa.Column('canary_ended_at', sa.DateTime(timezone=True), nullable=True))
