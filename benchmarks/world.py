"""A world for benchmarks: readers in plenty, of one region or of many in pairs, and a letter of 30 KB."""

from datetime import UTC, datetime, timedelta

import pycountry
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from newsletter.bootstrap import Service
from newsletter.db import Database
from newsletter.events.models import Event, EventStory
from newsletter.issues.content import content_hash
from newsletter.issues.models import Issue, IssueState, Item
from newsletter.regions.models import Region, Schedule
from newsletter.regions.timing import week_of
from newsletter.sending.headers import Sender
from newsletter.sending.mastheads import letter_pattern
from newsletter.sending.message import Personal
from newsletter.sending.models import Round, RoundState, Wave
from newsletter.stories.models import Source, SourceKind, Story

ZONE = "UTC"
WARM_ZONE = "Etc/GMT"  # of the readers whose letters only warm the workers up
WARM_READERS = 400
ITEMS = 60  # which make 30 KB
SUMMARY = "The council met for three hours and voted on the bridge, the school and the lamps. " * 11

_READERS = """
    WITH RECURSIVE number(n) AS (SELECT CAST(:first AS BIGINT) UNION ALL SELECT n + 1 FROM number WHERE n < :last)
    INSERT INTO subscriber (id, key, address, normalised, language, time_zone, state, asked_at, confirmed_at)
    SELECT n, 'k' || n, 'reader' || n || '@readers.example', 'reader' || n || '@readers.example', 'en',
        :zone, 'confirmed', :joined_at, :joined_at FROM number
"""
_SUBSCRIPTIONS = """
    INSERT INTO subscription (subscriber_id, region_id, position, confirmed_at)
    SELECT id, 1, 1, confirmed_at FROM subscriber
"""
_OF_MANY = """
    INSERT INTO subscription (subscriber_id, region_id, position, confirmed_at)
    SELECT id, id % :regions + 1, 1, confirmed_at FROM subscriber
"""
_PAIRS = """
    INSERT INTO subscription (subscriber_id, region_id, position, confirmed_at)
    SELECT id, CASE half.position WHEN 1 THEN id % :editions / :regions + 1
        ELSE :regions + id % :editions % :regions + 1 END, half.position, confirmed_at
    FROM subscriber CROSS JOIN (SELECT 1 AS position UNION ALL SELECT 2) AS half
"""
_REGIONS = 100  # in each of two halves: a reader has one of each, which gives up to 10,000 editions


def make_world(db: Database, readers: int, editions: int = 1) -> None:
    """Readers in one time zone, and events to fill issues with: of one region, or of one of so many pairs."""
    now = datetime.now(UTC)
    codes = ["MX"] if editions == 1 else [country.alpha_2 for country in pycountry.countries][: 2 * _REGIONS]
    with db.writing() as session:
        schedule = Schedule(id=1, name="weekly")
        for number, code in enumerate(codes, start=1):
            session.add(Region(id=number, code=code, schedule=schedule, language="en", time_zone=ZONE, minimum_items=1))
        _make_events(session, now)
        session.flush()
        joined_at = now - timedelta(days=400)
        session.execute(text(_READERS), {"first": 1, "last": readers, "zone": ZONE, "joined_at": joined_at})
        warm = {"first": readers + 1, "last": readers + WARM_READERS, "zone": WARM_ZONE}
        session.execute(text(_READERS), warm | {"joined_at": joined_at})
        if editions == 1:
            session.execute(text(_SUBSCRIPTIONS))
        else:
            session.execute(text(_PAIRS), {"editions": editions, "regions": _REGIONS})
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Not the others: a table that was analysed while it was empty is taken for empty later on.
        for table in ("subscriber", "subscription"):
            connection.execute(text(f"ANALYZE {table}"))


def make_readers(session: Session, readers: int, *, regions: int, now: datetime) -> None:
    """So many readers in one time zone, each of one of the regions 1 to `regions`."""
    joined_at = now - timedelta(days=400)
    session.execute(text(_READERS), {"first": 1, "last": readers, "zone": ZONE, "joined_at": joined_at})
    session.execute(text(_OF_MANY), {"regions": regions})


def make_round(service: Service, zone: str = ZONE) -> int:
    """The id of one more round, whose only wave, of all readers of a zone, has just opened.

    Its issues are approved by somebody who has looked at them: they are rendered.
    """
    now = datetime.now(UTC)
    with service.db.writing() as session:
        number = (session.scalar(select(func.count()).select_from(Round)) or 0) + 1
        week = week_of((now - timedelta(weeks=number)).date())  # unlike the week that a tick would plan
        for region in session.scalars(select(Region)).all():
            session.add(issue := _issue(region, week, number, now))
            session.flush()
            service.rendering.pieces(session, issue, "en", now)
        waves = [Wave(opens_at=now, time_zones=[zone])]
        if zone != ZONE:  # or the wave would be the last one, which is everybody's whose zone has none
            waves.append(Wave(opens_at=now + timedelta(hours=1), time_zones=[ZONE]))
        round = Round(
            schedule_id=1, week=week, state=RoundState.SENDING, planned_at=now, started_at=now,
            first_wave_at=now, last_wave_at=now, closes_at=now + timedelta(hours=12), waves=waves,
        )  # fmt: skip
        session.add(round)
        session.flush()
        return round.id


def one_letter(service: Service) -> bytes:
    """A letter as a reader gets it."""
    now = datetime.now(UTC)
    sender = Sender.of(service.settings)
    with service.db.writing() as session:
        issue = _issue(session.get_one(Region, 1), "2000-W01", 0, now)
        session.add(issue)
        session.flush()
        composed = service.rendering.letter(session, [issue], "en", now)
        session.delete(issue)
    links = service.links
    personal = Personal(
        "reader@readers.example", "<1@news.example>", now, links.unsubscribe("k"), links.preferences("k")
    )
    return letter_pattern(composed, sender, issue.week).fill(personal)


def _issue(region: Region, week: str, number: int, now: datetime) -> Issue:
    issue = Issue(
        region=region, week=week, number=number, state=IssueState.APPROVED, language="en", since=now, until=now,
        drafted_at=now, approved_at=now, approved_by="bench",
        items=[_item(position) for position in range(1, ITEMS + 1)],
    )  # fmt: skip
    issue.content_hash = issue.approved_hash = content_hash(issue)
    return issue


def _item(position: int) -> Item:
    return Item(
        event_id=position, story_id=position, position=position, headline=f"The {position}. thing that happened",
        summary=SUMMARY, url=f"https://news.example/{position}", source="Bench", also=[], score=1.0, parts=[],
    )  # fmt: skip


def _make_events(session: Session, now: datetime) -> None:
    at = now - timedelta(days=500)
    source = Source(kind=SourceKind.API, name="Bench", added_at=at)
    session.add(source)
    for number in range(1, ITEMS + 1):
        url = f"https://news.example/{number}"
        story = Story(
            source=source,
            canonical_url=url,
            url=url,
            title="A thing",
            language="en",
            seen_at=at,
            dated_at=at,
            content_hash="",
        )
        session.add(Event(language="en", first_at=at, last_at=at, stories=[EventStory(story=story)]))
        session.flush()  # in this order, for the items name events and stories by their numbers
