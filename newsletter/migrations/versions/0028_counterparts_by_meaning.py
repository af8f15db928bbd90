"""How near in meaning two events of two languages are, where a model tied them."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("counterpart", sa.Column("nearness", sa.Double(), nullable=True))
    op.add_column("counterpart", sa.Column("cut", sa.Double(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("counterpart") as batch_op:
        batch_op.drop_column("cut")
        batch_op.drop_column("nearness")
