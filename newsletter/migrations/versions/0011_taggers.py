"""Which tagger gave a story its regions, so that stories of an older one can be tagged anew."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("story", sa.Column("tagger_version", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    op.drop_column("story", "tagger_version")
