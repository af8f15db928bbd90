"""Feedback and inbound mail"""

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('feedback_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('provider', sa.String(length=20), nullable=False),
    sa.Column('provider_id', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('subscriber_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('address_digest', sa.String(length=64), nullable=False),
    sa.Column('letter_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('notice_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('hard', sa.Boolean(), nullable=True),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('consequence', sa.String(length=20), nullable=False),
    sa.Column('raw', sa.LargeBinary(), nullable=True),
    sa.Column('raw_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_event')),
    sa.UniqueConstraint('provider', 'provider_id', name=op.f('uq_feedback_event_provider_provider_id'))
    )
    with op.batch_alter_table('feedback_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feedback_event_letter_id'), ['letter_id'], unique=False)
        batch_op.create_index('ix_feedback_event_raw_until', ['raw_until'], unique=False, postgresql_where=sa.text('raw_until IS NOT NULL'), sqlite_where=sa.text('raw_until IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_feedback_event_subscriber_id_feedback_event_at'), ['subscriber_id', 'at'], unique=False)

    op.create_table('hook_token',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('provider', sa.String(length=20), nullable=False),
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hook_token')),
    sa.UniqueConstraint('provider', 'token', name=op.f('uq_hook_token_provider_token'))
    )
    with op.batch_alter_table('hook_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hook_token_at'), ['at'], unique=False)

    op.create_table('inbound_mail',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sender', sa.String(length=320), nullable=False),
    sa.Column('recipient', sa.String(length=320), nullable=False),
    sa.Column('subject', sa.String(length=500), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('raw', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbound_mail')),
    sa.UniqueConstraint('digest', name=op.f('uq_inbound_mail_digest'))
    )
    with op.batch_alter_table('inbound_mail', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inbound_mail_received_at'), ['received_at'], unique=False)

    with op.batch_alter_table('subscriber', schema=None) as batch_op:
        batch_op.add_column(sa.Column('suspended_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('suspended_for', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('healed_at', sa.DateTime(timezone=True), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('subscriber', schema=None) as batch_op:
        batch_op.drop_column('healed_at')
        batch_op.drop_column('suspended_for')
        batch_op.drop_column('suspended_at')

    with op.batch_alter_table('inbound_mail', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_inbound_mail_received_at'))

    op.drop_table('inbound_mail')
    with op.batch_alter_table('hook_token', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hook_token_at'))

    op.drop_table('hook_token')
    with op.batch_alter_table('feedback_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_feedback_event_subscriber_id_feedback_event_at'))
        batch_op.drop_index('ix_feedback_event_raw_until', postgresql_where=sa.text('raw_until IS NOT NULL'), sqlite_where=sa.text('raw_until IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_feedback_event_letter_id'))

    op.drop_table('feedback_event')
