"""A correction is mailed by a round of its own: only rounds of a week are one to a schedule and week"""

import sqlalchemy as sa
from alembic import op


revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OF_A_WEEK = sa.text("correction_id IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("round") as table:
        table.add_column(sa.Column("correction_id", big_id, nullable=True))
        table.drop_constraint("uq_round_schedule_id_week", type_="unique")
        table.create_unique_constraint("uq_round_correction_id", ["correction_id"])
        table.create_foreign_key("fk_round_correction_id_correction", "correction", ["correction_id"], ["id"])
    op.create_index(
        "ix_round_of_week",
        "round",
        ["schedule_id", "week"],
        unique=True,
        postgresql_where=OF_A_WEEK,
        sqlite_where=OF_A_WEEK,
    )
