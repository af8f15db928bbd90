"""Freezing: the readers of an opened wave become letters, a page of them at a time.

A pass may stop anywhere, run twice or beside another one: who is due a letter is read from the rows (see audience.py),
so whoever has theirs is not found again, and the key (round, subscriber, part) settles what happens at one and the
same moment. Each page is a transaction of its own, so that the first letters leave while a million readers are still
being frozen, and nobody waits long for SQLite's only writer. That is why `Freezer` is given the database instead of a
session.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from newsletter.db import Database
from newsletter.issues.approving import is_approved
from newsletter.issues.models import Issue, IssueState
from newsletter.issues.states import move
from newsletter.sending.audience import Due, Reader, in_wave, letters_due, readers_by_issue, readers_due
from newsletter.sending.batches import make_batches
from newsletter.sending.editions import find_or_make_editions
from newsletter.sending.inserting import insert_new
from newsletter.sending.models import Letter, LetterState, Round, RoundState, Wave
from newsletter.sending.rounds import issues_of, window_of
from newsletter.sending.telling import tell_late_waves, tell_missed
from newsletter.sending.waves import Opening, is_late, late_opening, openings
from newsletter.subscribers.models import Subscriber
from newsletter.subscribers.suppression import suppressed

PAGE = 2000  # readers in one transaction

log = structlog.get_logger(__name__)


def hold_late_waves(session: Session, now: datetime) -> list[Wave]:
    """Hold the waves that were not frozen within their window; the editors are told if anyone was to get a letter."""
    held: list[Wave] = []
    for round in session.scalars(select(Round).where(Round.state == RoundState.SENDING)):
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
    """Freezes waves. `keys` are the service's secret keys, by which suppressed addresses are known."""

    def __init__(self, db: Database, keys: Sequence[str], batch_size: int, *, page: int = PAGE) -> None:
        self._db = db
        self._keys = keys
        self._batch_size = batch_size
        self._page = page

    def freeze_due_waves(self, now: datetime) -> int:
        """Freeze what has come due in the rounds that are sending; the number of new letters."""
        with self._db.reading() as session:
            rounds = session.scalars(select(Round).where(Round.state == RoundState.SENDING)).all()
            due = [round.id for round in rounds if any(opening.is_fresh for opening in _openings(session, round, now))]
        return sum(self.freeze_round(round_id, now) for round_id in due)

    def freeze_round(self, round_id: int, now: datetime) -> int:
        """Freeze everyone who is due a letter of this round and lacks it; the number of new letters.

        Every wave that has opened is looked through again: a reader who moved from a zone whose hour had not come to
        one whose hour had passed is in none of the waves that are still to come.
        """
        with self._db.reading() as session:
            opened = _openings(session, session.get_one(Round, round_id), now)
            to_freeze = [
                opening for opening in opened if opening.is_fresh or _lacks_letters(session, round_id, opening)
            ]
        return sum(self._freeze_wave(round_id, opening, now) for opening in to_freeze)

    def _freeze_wave(self, round_id: int, opening: Opening, now: datetime) -> int:
        letters, after = 0, 0
        while True:
            with self._db.writing() as session:
                # One freezer at a time is at a wave; another one waits for a page, then finds whoever is left.
                wave = session.scalars(select(Wave).where(Wave.id == opening.wave_id).with_for_update()).one()
                round = session.get_one(Round, round_id)
                if round.state is not RoundState.SENDING:
                    return letters
                ready = _ready_issues(session, opening)
                readers = readers_due(session, round_id, opening, [issue.id for issue in ready], after, self._page)
                written = self._write(session, round_id, opening, readers, ready, now)
                wave.letters += written
                letters += written
                if len(readers) < self._page:
                    _finish(session, round, wave, opening, ready, now)
                    return letters
            after = readers[-1].subscriber_id

    def _write(
        self,
        session: Session,
        round_id: int,
        opening: Opening,
        readers: Sequence[Reader],
        ready: Sequence[Issue],
        now: datetime,
    ) -> int:
        if not readers:
            return 0
        barred = suppressed(session, (reader.address for reader in readers), self._keys)
        welcome = [reader for reader in readers if reader.address not in barred]
        due = letters_due(session, round_id, opening, welcome, [issue.id for issue in ready])
        carried = {issue_id for letter in due for issue_id in letter.edition.issue_ids}
        for issue in ready:
            if issue.id in carried:
                _let_out(issue, now)
        return _insert_letters(session, round_id, due, self._batch_size)


def _openings(session: Session, round: Round, now: datetime) -> list[Opening]:
    live = [
        issue.id
        for issue in issues_of(session, round, IssueState.APPROVED, IssueState.OUT)
        if issue.region.active and issue.approved_hash == issue.content_hash
    ]
    return openings(round.waves, live, now, window_of(round.schedule))


def _lacks_letters(session: Session, round_id: int, opening: Opening) -> bool:
    """Whether a wave that was frozen has come by a reader since; suppressed ones count here, and only here."""
    return bool(opening.due) and bool(readers_due(session, round_id, opening, list(opening.due), after=0, limit=1))


def _ready_issues(session: Session, opening: Opening) -> list[Issue]:
    """The issues that may go into letters in this very transaction: no one can change them until it ends."""
    query = select(Issue).where(Issue.id.in_(opening.due)).options(selectinload(Issue.region)).order_by(Issue.id)
    issues = session.scalars(query.with_for_update(of=Issue, key_share=True)).all()
    return [
        issue
        for issue in issues
        if issue.state is IssueState.OUT or (issue.state is IssueState.APPROVED and is_approved(issue))
    ]


def _insert_letters(session: Session, round_id: int, due: Sequence[Due], batch_size: int) -> int:
    """Queue these letters, those of an edition side by side; the number of those that were not there yet."""
    editions = find_or_make_editions(session, round_id, {letter.edition for letter in due})
    ordered = sorted(due, key=lambda letter: (editions[letter.edition], letter.subscriber_id))
    batch_ids = make_batches(session, round_id, len(ordered), batch_size)
    insert_new(
        session,
        Letter,
        [
            {
                "round_id": round_id,
                "subscriber_id": letter.subscriber_id,
                "part": letter.part,
                "edition_id": editions[letter.edition],
                "batch_id": batch_ids[place // batch_size],
                "state": LetterState.QUEUED,
                "attempts": 0,
            }
            for place, letter in enumerate(ordered)
        ],
    )
    return session.scalar(select(func.count()).where(Letter.batch_id.in_(batch_ids))) or 0


def _finish(
    session: Session, round: Round, wave: Wave, opening: Opening, ready: Sequence[Issue], now: datetime
) -> None:
    """All readers of the wave have their letters."""
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
