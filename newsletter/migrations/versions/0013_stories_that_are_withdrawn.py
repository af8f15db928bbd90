"""Stories that are withdrawn"""

import sqlalchemy as sa
from alembic import op


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('issue', sa.Column('visited_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('issue', sa.Column('told_of', sa.JSON(), server_default='[]', nullable=False))
    op.add_column('item', sa.Column('story_title', sa.String(length=500), server_default='', nullable=False))
