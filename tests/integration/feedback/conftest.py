"""A service to which mail comes, and readers with letters behind them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from newsletter.bootstrap import Service
from newsletter.db import Database
from newsletter.sending.models import Edition, Letter, LetterState, Round, RoundState
from newsletter.sending.return_paths import ReturnPaths
from newsletter.subscribers.models import Subscriber
from tests.support.clocks import StillClock
from tests.support.inbound import inbound_service
from tests.support.world import make_schedule

SentLetter = Callable[[Session, Subscriber, datetime], tuple[Letter, str]]


@pytest.fixture
def service(db: Database, clock: StillClock) -> Service:
    return inbound_service(db, clock)


@pytest.fixture
def sent_letter(service: Service) -> SentLetter:
    """A letter that the relay accepted at a time, with its return path; each in a round of its own."""
    weeks = iter(range(1, 53))

    def send(session: Session, reader: Subscriber, at: datetime) -> tuple[Letter, str]:
        round = Round(
            schedule_id=make_schedule(session).id, week=f"2026-W{next(weeks):02}", state=RoundState.DONE, planned_at=at,
            first_wave_at=at, last_wave_at=at, closes_at=at + timedelta(hours=12), ended_at=at,
        )  # fmt: skip
        session.add(round)
        session.flush()
        session.add(edition := Edition(round_id=round.id, key="en:1", language="en"))
        session.flush()
        letter = Letter(
            round_id=round.id, subscriber_id=reader.id, edition_id=edition.id, state=LetterState.ACCEPTED,
            first_attempt_at=at, ended_at=at, reply_code=250,
        )  # fmt: skip
        session.add(letter)
        session.flush()
        paths: ReturnPaths = service.return_paths
        return letter, paths.letter(round.id, reader.id, 1)

    return send
