"""An index for the story that changed last: every gathering asks for it."""

from alembic import op


revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f('ix_story_changed_at'), 'story', ['changed_at'])


def downgrade() -> None:
    op.drop_index(op.f('ix_story_changed_at'), table_name='story')
