"""How often the links of an item were opened, where clicks are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "click_count",
        sa.Column("id", _BIG_ID, nullable=False),
        sa.Column("issue_id", _BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_click_count_issue_id_issue"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_click_count")),
        sa.UniqueConstraint("issue_id", "position", name=op.f("uq_click_count_issue_id_position")),
    )


def downgrade() -> None:
    op.drop_table("click_count")
