"""The tick: look at the clock and the rows, and put right whatever is due.

Each step may run twice, late, or in two processes at once. A step that fails costs only itself: the others run all the
same, and what it left undone is due again at the next tick. What takes longer is not done here; `Tick` says which
doorbells are to be rung for it, after everything here has been committed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select

from newsletter.clock import Clock, SystemClock
from newsletter.db import Database
from newsletter.issues.approving import approve_automatically
from newsletter.issues.drafting import draft_due, regions_to_draft
from newsletter.issues.models import IssueState
from newsletter.sending.batches import requeue_deferred
from newsletter.sending.brakes import Limits
from newsletter.sending.claiming import free_batches, free_connections
from newsletter.sending.controlling import skip_cancelled
from newsletter.sending.flying import CanaryRule, advance, begin
from newsletter.sending.forgetting import forget_unconfirmed
from newsletter.sending.freezing import Freezer, hold_late_waves
from newsletter.sending.marks import Marks
from newsletter.sending.models import NoticeKind, Round, RoundState
from newsletter.sending.notices import tell_editors
from newsletter.sending.proving import audits_due, keep_audit
from newsletter.sending.recovering import recover
from newsletter.sending.reminding import remind_unconfirmed
from newsletter.sending.rolling_up import roll_up
from newsletter.sending.rounds import add_own_waves, closable_rounds, close_round, issues_of, plan_rounds, start_rounds
from newsletter.sending.tallying import fold
from newsletter.sending.telling import hold_undecided
from newsletter.stories.refreshing import due_sources
from newsletter.subscribers.changing_address import drop_old_wishes
from newsletter.subscribers.lists.staging import drop_old_runs
from newsletter.subscribers.lists.uploads import drop_old_uploads

KEEP_FOLDING = timedelta(days=1)  # after a round's end, for letters that were sent again

log = structlog.get_logger(__name__)


@dataclass
class Tick:
    """What a tick found to do for others, and which of its steps failed."""

    sources: Sequence[int] = ()  # that are to be asked for news
    deliveries: int = 0  # tasks that would each find a batch
    is_freezing: bool = False  # readers of opened waves still wait for their letters
    errors: list[Exception] = field(default_factory=list)

    def raise_errors(self) -> None:
        if self.errors:
            raise ExceptionGroup("Steps of the tick failed; the log says which.", self.errors)


@dataclass(frozen=True)
class Ticker:
    db: Database
    clock: Clock
    freezer: Freezer
    marks: Marks
    batch_size: int
    most_connections: int
    wall: Clock = field(default_factory=SystemClock)  # what leases go by
    canary: CanaryRule = field(default_factory=CanaryRule)
    limits: Limits = field(default_factory=Limits)
    keep_letters: timedelta = timedelta(days=400)  # after the end of their round
    remind_after: timedelta | None = timedelta(days=3)  # those who asked and did not confirm; None: never
    forget_after: timedelta = timedelta(days=30)  # ... and erase them

    def tick(self) -> Tick:
        """Do every step once; errors are logged and kept, not raised."""
        now = self.clock.now()
        tick = Tick()
        steps: tuple[Callable[[datetime], None], ...] = (
            self._plan,
            self._draft,
            self._approve,
            self._recover,
            self._freeze,
            self._requeue,
            self._advance,
            self._close,
            self._prove,
            self._tidy,
            self._remind,
            self._forget,
        )
        for step in steps:
            self._try(tick, step, now)
        self._try(tick, self._find_sources, tick, now)
        self._try(tick, self._find_batches, tick, now)
        return tick

    def _try(self, tick: Tick, step: Callable[..., None], *arguments: Any) -> None:
        try:
            step(*arguments)
        except Exception as error:  # a tick without one of its steps is better than none; see the module
            log.exception("step failed", step=step.__name__.strip("_"))
            tick.errors.append(error)

    def _plan(self, now: datetime) -> None:
        with self.db.writing() as session:
            plan_rounds(session, now)
        with self.db.writing() as session:
            add_own_waves(session, now)
            for round in start_rounds(session, now):
                begin(session, round, self.canary)

    def _draft(self, now: datetime) -> None:
        """Each region in a transaction of its own: what is wrong with one keeps no other from its draft."""
        with self.db.writing() as session:
            due = regions_to_draft(session, now)
        errors = []
        for region_id in due:
            try:
                self._draft_region(region_id, now)
            except Exception as error:  # raised below, with those of other regions
                errors.append(error)
        if errors:
            raise ExceptionGroup("Regions whose draft failed", errors)

    def _draft_region(self, region_id: int, now: datetime) -> None:
        with self.db.writing() as session:
            if (issue := draft_due(session, region_id, now)) is not None:
                kind = NoticeKind.THIN if issue.state is IssueState.SKIPPED else NoticeKind.DRAFTED
                tell_editors(session, kind, issue, now)

    def _approve(self, now: datetime) -> None:
        """A region may have been put on automatic approval after its draft was made."""
        with self.db.writing() as session:
            rounds = session.scalars(select(Round).where(Round.state.in_((RoundState.PLANNED, RoundState.SENDING))))
            for round in rounds.all():
                for issue in issues_of(session, round, IssueState.DRAFT):
                    approve_automatically(session, issue, now)

    def _recover(self, now: datetime) -> None:
        with self.db.writing() as session:
            leases = recover(session, self.marks, now, self.wall.now())
        for lease in leases:
            self.marks.forget(lease)

    def _freeze(self, now: datetime) -> None:
        with self.db.writing() as session:
            hold_late_waves(session, now)
        # The first page of each wave, so that workers are called for its letters at once; a task of its own goes on.
        self.freezer.freeze_due_waves(now, seconds=0)

    def _requeue(self, now: datetime) -> None:
        with self.db.writing() as session:
            requeue_deferred(session, now, self.batch_size)
            skip_cancelled(session, now)

    def _advance(self, now: datetime) -> None:
        """Canaries whose time has come."""
        with self.db.reading() as session:
            flying = select(Round.id).where(Round.state == RoundState.SENDING, Round.canary_left.is_not(None))
            round_ids = session.scalars(flying).all()
        for round_id in round_ids:
            with self.db.writing() as session:
                advance(session, round_id, self.limits, now)

    def _close(self, now: datetime) -> None:
        with self.db.reading() as session:
            closable = [round.id for round in closable_rounds(session, now)]
        for round_id in closable:
            if self.freezer.freeze_round(round_id, now):  # a last look for readers who moved during the last freeze
                continue
            with self.db.writing() as session:
                round = close_round(session, round_id, now)
                if round is not None:
                    for issue in issues_of(session, round, IssueState.DRAFT, IssueState.APPROVED):
                        hold_undecided(session, issue, now)

    def _prove(self, now: datetime) -> None:
        """Every send is audited when it has ended."""
        with self.db.reading() as session:  # apart, because it takes a while
            audits = audits_due(session)
        for round_id, found in audits.items():
            with self.db.writing() as session:
                keep_audit(session, round_id, found, now)

    def _tidy(self, now: datetime) -> None:
        with self.db.reading() as session:
            live = Round.state.in_((RoundState.SENDING, RoundState.PAUSED))
            round_ids = session.scalars(select(Round.id).where(live | (Round.ended_at > now - KEEP_FOLDING))).all()
        for round_id in round_ids:
            with self.db.writing() as session:
                fold(session, round_id)
        with self.db.writing() as session:
            roll_up(session, now, self.keep_letters)

    def _remind(self, now: datetime) -> None:
        if self.remind_after is not None:
            with self.db.writing() as session:
                remind_unconfirmed(session, now, self.remind_after, self.forget_after)

    def _forget(self, now: datetime) -> None:
        with self.db.writing() as session:
            forget_unconfirmed(session, now - self.forget_after)
            drop_old_wishes(session, now - self.forget_after)
            drop_old_runs(session, now - self.forget_after)
            drop_old_uploads(session, now - self.forget_after)

    def _find_sources(self, tick: Tick, now: datetime) -> None:
        with self.db.reading() as session:
            tick.sources = due_sources(session, now)

    def _find_batches(self, tick: Tick, now: datetime) -> None:
        tick.is_freezing = self.freezer.is_behind(now)
        with self.db.reading() as session:
            tick.deliveries = min(free_batches(session), free_connections(session, self.most_connections))
