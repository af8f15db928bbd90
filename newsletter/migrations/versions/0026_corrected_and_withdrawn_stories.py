"""What sources say where an editor's word about a story stands instead, and stories that a person took out."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("story") as batch_op:
        batch_op.add_column(sa.Column("overruled", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_by", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_why", sa.String(length=300), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("story") as batch_op:
        for name in ("withdrawn_why", "withdrawn_by", "withdrawn_at", "overruled"):
            batch_op.drop_column(name)
