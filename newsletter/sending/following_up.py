"""Freezing a correction: those who got its issue become letters of its round, a page of them at a time.

As with the waves of a week (freezing.py) a pass may stop anywhere, run twice or beside another one: whoever has a
letter of the round gets no second one, by the key (round, subscriber, part).
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, case, cast, func, literal, select
from sqlalchemy.orm import Session, aliased

from newsletter.db import Database
from newsletter.issues.models import Correction
from newsletter.sending.batches import make_empty_batches
from newsletter.sending.correcting import GOT_IT, reached, rounds_of
from newsletter.sending.editions import Wanted, find_or_make_editions
from newsletter.sending.inserting import insert_new_from
from newsletter.sending.models import Edition, EditionIssue, Letter, LetterState, Round, RoundState, Wave
from newsletter.sending.waves import LOOK_AGAIN

_COLUMNS = ("round_id", "subscriber_id", "part", "edition_id", "state", "attempts", "domain")


@dataclass(frozen=True)
class Follower:
    """`page` is how many letters of an issue are looked at in one transaction."""

    db: Database
    batch_size: int
    page: int = 20_000

    def freeze_due(self, now: datetime, *, seconds: float | None = None) -> int:
        """Freeze what is due of corrections that are being mailed; the number of new letters.

        When `seconds` are over it does no second page of a round. A round at which another process is, is left to it.
        """
        until = math.inf if seconds is None else time.monotonic() + seconds
        return sum(self._freeze(round_id, now, lambda: time.monotonic() >= until) for round_id in self._due(now))

    def is_behind(self, now: datetime) -> bool:
        """True while there is something for `freeze_due`."""
        return bool(self._due(now))

    def freeze_anew(self, round_id: int, now: datetime) -> int:
        """Look at every letter of the issue once more, however long it takes; the number of new letters."""
        with self.db.writing() as session:
            wave = session.scalars(select(Wave).where(Wave.round_id == round_id).with_for_update()).one()
            wave.pass_after = 0
        return self._freeze(round_id, now, lambda: False)

    def _due(self, now: datetime) -> list[int]:
        with self.db.reading() as session:
            query = select(Round).where(Round.state == RoundState.SENDING, Round.correction_id.is_not(None))
            return [round.id for round in session.scalars(query.order_by(Round.id)) if _is_due(session, round, now)]

    def _freeze(self, round_id: int, now: datetime, must_stop: Callable[[], bool]) -> int:
        letters, is_through = 0, False
        while not is_through:
            with self.db.writing() as session:
                query = select(Wave).where(Wave.round_id == round_id).with_for_update(skip_locked=True)
                wave, round = session.scalar(query), session.get_one(Round, round_id)
                if wave is None or round.state is not RoundState.SENDING or round.correction is None:
                    break
                written, is_through = self._freeze_page(session, round, round.correction, wave, now)
            letters += written
            if must_stop():
                break
        return letters

    def _freeze_page(
        self, session: Session, round: Round, correction: Correction, wave: Wave, now: datetime
    ) -> tuple[int, bool]:
        """How many letters the next page brings, and whether it was the last."""
        sources = rounds_of(session, correction.issue)
        page = _page(correction, sources, wave.pass_after, self.page)
        of_page = page.subquery()
        seen, last_id = session.execute(select(func.count(), func.max(of_page.c.subscriber_id))).one()
        languages = session.scalars(select(of_page.c.language).distinct()).all()
        wanted = [Wanted(language, (correction.issue_id,)) for language in languages]
        find_or_make_editions(session, round.id, wanted)
        written = insert_new_from(session, Letter, _COLUMNS, _rows(round, correction, page)) if seen else 0
        make_empty_batches(session, round.id, written, self.batch_size)
        wave.letters += written
        wave.pass_after = last_id or 0
        is_last = bool(seen < self.page)
        if is_last:
            wave.pass_after, wave.looked_at, wave.frozen_at = 0, now, wave.frozen_at or now
        return written, is_last


def _is_due(session: Session, round: Round, now: datetime) -> bool:
    """Never looked through, or not for a while although more readers may have got the issue."""
    wave = round.waves[0]
    if wave.frozen_at is None or wave.pass_after:
        return True
    is_stale = wave.looked_at is None or now - wave.looked_at >= LOOK_AGAIN
    return is_stale and round.correction is not None and not reached(session, round.correction.issue).is_over


def _page(correction: Correction, sources: Sequence[Round], after: int, limit: int) -> Select[int, str, int]:
    """`subscriber_id`, `language` and `domain` of the next readers who got the issue, in the order of their ids."""
    domain = case((Letter.round_id == sources[0].id, Letter.domain), else_=0)  # whose list of domains is that of ours
    return (
        select(Letter.subscriber_id, Edition.language, domain.label("domain"))
        .join(Edition, Edition.id == Letter.edition_id)
        .join(EditionIssue, EditionIssue.edition_id == Edition.id)
        .where(
            Letter.round_id.in_([source.id for source in sources]),
            EditionIssue.issue_id == correction.issue_id,
            Letter.state.in_(GOT_IT),
            Letter.subscriber_id > after,
        )
        .order_by(Letter.subscriber_id)
        .limit(limit)
    )


def _rows(round: Round, correction: Correction, page: Select[int, str, int]) -> Select[Any]:
    """Letters of the correction's round, in the language in which each reader got the issue."""
    due, own = page.subquery(), aliased(Edition)
    key = due.c.language + ":" + cast(literal(correction.issue_id), String)
    return (
        select(
            literal(round.id),
            due.c.subscriber_id,
            literal(1),
            own.id,
            literal(LetterState.QUEUED, Letter.state.type),
            literal(0),
            due.c.domain,
        )
        .join_from(due, own, own.key == key)
        .where(own.round_id == round.id)
        .order_by(due.c.subscriber_id)
    )
