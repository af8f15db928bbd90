"""Freezing: the readers of an opened wave become letters, a page of them at a time.

A pass may stop anywhere, run twice or beside another one: who is due a letter is read from the rows (see audience.py),
so whoever has theirs is not found again, and the key (round, subscriber, part) settles what happens at one and the
same moment. Each page is a transaction of its own, so that the first letters leave while a million readers are still
being frozen, and nobody waits long for SQLite's only writer; the wave's row says how far a pass has come, so that a
short task can begin it and others go on. That is why `Freezer` is given the database instead of a session.

Within a page the database does everything by itself, in one statement; see writing.py. The letters are in no batch yet;
see filling.py.
"""

import math
import time
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from newsletter.db import Database
from newsletter.issues.approving import is_approved
from newsletter.issues.models import Issue, IssueState
from newsletter.issues.states import move
from newsletter.sending.audience import Page, due_on_page, in_wave, last_parts, page_of, readers_by_issue
from newsletter.sending.batches import make_empty_batches
from newsletter.sending.domains import domains_of, place_of
from newsletter.sending.editions import Wanted, find_or_make_editions
from newsletter.sending.following_up import Follower
from newsletter.sending.models import Round, RoundState, Wave
from newsletter.sending.rounds import issues_of, window_of
from newsletter.sending.telling import tell_late_waves, tell_missed
from newsletter.sending.waves import Opening, is_late, late_opening, openings
from newsletter.sending.writing import prepare, write_letters
from newsletter.subscribers.models import Subscriber

PAGE = 20_000  # readers in one transaction: less than a second of it
FIRST_PAGE = 2_000  # of a pass, so that the first letters can leave at once

log = structlog.get_logger(__name__)


def hold_late_waves(session: Session, now: datetime) -> list[Wave]:
    """Hold the waves that were not frozen within their window; the editors are told if anyone was to get a letter."""
    held: list[Wave] = []
    for round in session.scalars(_sending()):
        late = [wave for wave in round.waves if is_late(wave, now, window_of(round.schedule))]
        for wave in late:
            wave.held_at = now
        readers = sum(_readers_of(session, round.id, late_opening(wave, round.waves)) for wave in late)
        if readers:
            tell_late_waves(session, round, late, readers, now)
            log.warning("waves held", round=round.id, waves=len(late), readers=readers)
        held += late
    return held


class Freezer:
    """Freezes waves. `batch_size` is how many letters a worker is to take at one time."""

    def __init__(self, db: Database, batch_size: int, *, page: int = PAGE) -> None:
        self._db = db
        self._batch_size = batch_size
        self._page = page
        self._corrections = Follower(db, batch_size, page)

    def freeze_due_waves(self, now: datetime, *, seconds: float | None = None) -> int:
        """Freeze what has come due in the rounds that are sending; the number of new letters.

        When `seconds` are over, it does no second page of a wave; `is_behind` tells whether that left anything. A wave
        that another process is at is left to it. Now and then every wave that has opened is looked through again:
        a reader who moved from a zone whose hour had not come to one whose hour had passed is in none of the waves
        that are still to come.
        """
        until = math.inf if seconds is None else time.monotonic() + seconds
        letters = sum(
            self._freeze_wave(round_id, opening, now, must_stop=lambda: time.monotonic() >= until)
            for round_id, opening in self._due(now)
        )
        return letters + self._corrections.freeze_due(now, seconds=seconds)

    def is_behind(self, now: datetime) -> bool:
        """True while there is something for `freeze_due_waves`."""
        return bool(self._due(now)) or self._corrections.is_behind(now)

    def freeze_round(
        self, round_id: int, now: datetime, *, after_page: Callable[[int], None] = lambda letters: None
    ) -> int:
        """Freeze everyone who is due a letter of this round and lacks it, however long it takes; the number of letters.

        Every wave that has opened is looked through from its first reader on. `after_page` is told how many letters
        each page has brought, which are committed then.
        """
        with self._db.reading() as session:
            round = session.get_one(Round, round_id)
            opened = _openings(session, round, now) if round.correction_id is None else []
        if round.correction_id is not None:
            return self._corrections.freeze_anew(round_id, now)
        return sum(
            self._freeze_wave(round_id, opening, now, is_anew=True, after_page=after_page)
            for opening in opened
            if opening.is_fresh or opening.due
        )

    def _due(self, now: datetime) -> list[tuple[int, Opening]]:
        with self._db.reading() as session:
            rounds = session.scalars(_sending().order_by(Round.id)).all()
            found = [(round.id, opening) for round in rounds for opening in _openings(session, round, now)]
        # Those who wait for their first letter come before those who may have moved.
        return sorted(
            ((round_id, opening) for round_id, opening in found if opening.is_fresh or opening.is_stale),
            key=lambda pair: not pair[1].is_fresh,
        )

    def _freeze_wave(
        self,
        round_id: int,
        opening: Opening,
        now: datetime,
        *,
        is_anew: bool = False,
        must_stop: Callable[[], bool] = lambda: False,
        after_page: Callable[[int], None] = lambda letters: None,
    ) -> int:
        """Page after page until the wave's end, or until `must_stop`. `is_anew`: all of it, and wait for others."""
        letters, is_through, is_first = 0, False, is_anew
        while not is_through:
            with self._db.writing() as session:
                query = select(Wave).where(Wave.id == opening.wave_id).with_for_update(skip_locked=not is_anew)
                wave = session.scalar(query)
                round = session.get_one(Round, round_id)
                if wave is None or round.state is not RoundState.SENDING:
                    break
                written, is_through = self._freeze_page(session, round, wave, opening, now, is_anew=is_first)
            is_first = False
            letters += written
            if written:
                after_page(written)
            if must_stop():
                break
        return letters

    def _freeze_page(
        self, session: Session, round: Round, wave: Wave, opening: Opening, now: datetime, *, is_anew: bool
    ) -> tuple[int, bool]:
        """Freeze the next page, or the first one of a pass anew; the number of letters, and whether it was the last."""
        ready = _ready_issues(session, opening)
        issue_ids = [issue.id for issue in ready]
        if is_anew or wave.pass_issue_ids != issue_ids:  # or one is under way that went by other issues, or none
            if not is_anew and not opening.is_stale and wave.frozen_at and set(issue_ids) <= set(wave.issue_ids):
                return 0, True
            wave.pass_issue_ids, wave.pass_after = issue_ids, 0
        limit = self._page if wave.pass_after else min(FIRST_PAGE, self._page)
        page = page_of(session, round.id, opening, wave.pass_after, limit) if ready else Page(0, None)
        written = 0
        if page.last_id is not None:
            written = self._write(session, round.id, opening, ready, (wave.pass_after, page.last_id), now)
            wave.letters += written
            wave.pass_after = page.last_id
        is_last = page.readers < limit
        if is_last:
            _finish(session, round, wave, opening, ready, now)
        return written, is_last

    def _write(
        self,
        session: Session,
        round_id: int,
        opening: Opening,
        ready: Sequence[Issue],
        between: tuple[int, int],
        now: datetime,
    ) -> int:
        """Letters for the readers with ids above the first and up to the second of `between`; how many."""
        place = place_of(session, domains_of(session, session.get_one(Round, round_id)))
        prepare(session)
        due = due_on_page(session, round_id, opening, [issue.id for issue in ready], place, *between)
        last = last_parts(round_id, *between)
        written, missing = write_letters(session, round_id, due, last)
        if missing:  # most often on the first page alone
            find_or_make_editions(session, round_id, map(Wanted.of, missing))
            carried = _carried_by(missing)
            for issue in ready:
                if issue.id in carried:
                    _let_out(issue, now)
            written += write_letters(session, round_id, due, last)[0]
        make_empty_batches(session, round_id, written, self._batch_size)
        return written


def _sending() -> Select[Round]:
    """The rounds of a week whose letters leave now."""
    return select(Round).where(Round.state == RoundState.SENDING, Round.correction_id.is_(None))


def _openings(session: Session, round: Round, now: datetime) -> list[Opening]:
    live = [
        issue.id
        for issue in issues_of(session, round, IssueState.APPROVED, IssueState.OUT)
        if issue.region.active and issue.approved_hash == issue.content_hash
    ]
    return openings(round.waves, live, now, window_of(round.schedule))


def _ready_issues(session: Session, opening: Opening) -> list[Issue]:
    """The issues that may go into letters in this very transaction: no one can change them until it ends."""
    query = select(Issue).where(Issue.id.in_(opening.due)).order_by(Issue.id)
    locked = query.options(selectinload(Issue.region)).with_for_update(of=Issue, key_share=True)
    issues = session.scalars(locked).all()
    approved = [issue.id for issue in issues if issue.state is IssueState.APPROVED]
    if approved:  # only what is not out yet is still to be held against its approval, item by item
        items = query.where(Issue.id.in_(approved)).options(selectinload(Issue.items), selectinload(Issue.corrections))
        session.scalars(items).all()
    return [
        issue
        for issue in issues
        if issue.state is IssueState.OUT or (issue.state is IssueState.APPROVED and is_approved(issue))
    ]


def _carried_by(keys: Sequence[str]) -> set[int]:
    return {issue_id for key in keys for issue_id in Wanted.of(key).issue_ids}


def _finish(
    session: Session, round: Round, wave: Wave, opening: Opening, ready: Sequence[Issue], now: datetime
) -> None:
    """All readers of the wave have their letters."""
    wave.pass_issue_ids, wave.pass_after, wave.looked_at = None, 0, now
    if wave.frozen_at is None:
        wave.frozen_at = now
        _tell_whom_it_missed(session, round, opening, now)
    wave.issue_ids = sorted({*wave.issue_ids, *(issue.id for issue in ready)})
    for issue in ready:
        # A region that nobody reads yet has its issues in the archive all the same, from its own morning on.
        if issue.region.time_zone in wave.time_zones:
            _let_out(issue, now)


def _let_out(issue: Issue, now: datetime) -> None:
    if issue.state is IssueState.APPROVED:
        move(issue, IssueState.OUT)
        issue.out_at = now


def _tell_whom_it_missed(session: Session, round: Round, opening: Opening, now: datetime) -> None:
    """Tell the editors of the issues that were not approved when a wave with readers of them opened."""
    drafts = {issue.id: issue for issue in issues_of(session, round, IssueState.DRAFT)}
    for issue_id, readers in readers_by_issue(session, round.id, opening, list(drafts)).items():
        tell_missed(session, drafts[issue_id], readers, now)


def _readers_of(session: Session, round_id: int, opening: Opening) -> int:
    query = select(func.count()).select_from(Subscriber).where(*in_wave(session, round_id, opening))
    return session.scalar(query) or 0
