"""The number of somebody who was erased, or of a mail that is gone, is given to nobody else: SQLite would."""

import sqlalchemy as sa
from alembic import op


revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

_NUMBERED = ('subscriber', 'notice')
# Letters and what came back keep the number of a reader who is gone.
_HIGHEST = """
    UPDATE sqlite_sequence SET seq = max(
        seq, (SELECT coalesce(max(subscriber_id), 0) FROM letter),
        (SELECT coalesce(max(subscriber_id), 0) FROM feedback_event)
    ) WHERE name = 'subscriber'
"""


def upgrade() -> None:
    if op.get_bind().dialect.name != 'sqlite':  # Postgres counts on
        return
    for table in _NUMBERED:
        _copy(table, {'sqlite_autoincrement': True})
    op.execute(sa.text(_HIGHEST))


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        for table in _NUMBERED:
            _copy(table, {})


def _copy(table: str, kwargs: dict[str, bool]) -> None:
    with op.batch_alter_table(table, recreate='always', table_kwargs=kwargs):
        pass
