"""Facts on which reports differ, at events and frozen at items; what missed an issue, and items that are updates."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "difference",
        sa.Column("id", BIG, nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("attribute", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(200), nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_difference_event_id_event", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_difference"),
    )
    op.create_index("ix_difference_event_id", "difference", ["event_id"])
    op.add_column("event", sa.Column("compared", sa.String(64), nullable=True))
    op.add_column("issue", sa.Column("near_misses", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("item", sa.Column("differences", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("item", sa.Column("is_update", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("item", "is_update")
    op.drop_column("item", "differences")
    op.drop_column("issue", "near_misses")
    op.drop_column("event", "compared")
    op.drop_index("ix_difference_event_id", "difference")
    op.drop_table("difference")
