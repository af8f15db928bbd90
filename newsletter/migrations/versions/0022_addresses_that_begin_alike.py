"""An index for addresses that begin alike."""

from alembic import op


revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        'ix_story_canonical_url_prefix',
        'story',
        ['canonical_url'],
        postgresql_ops={'canonical_url': 'varchar_pattern_ops'},
    )


def downgrade() -> None:
    op.drop_index('ix_story_canonical_url_prefix', table_name='story')
