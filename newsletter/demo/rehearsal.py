"""The rehearsal: moves the clock through two weeks, and does what the people of a newsroom do on the way.

Everything else is done by the service's own processes, which take their time from the same file. After each step of
the clock the rehearsal waits until the rows say that the work of that moment is done, as an operator would.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from newsletter.bootstrap import Service
from newsletter.clock import FileClock
from newsletter.demo.readers import insert_readers, sample_readers
from newsletter.demo.server import FEED_NAME
from newsletter.demo.world import EPOCH, World
from newsletter.editors.models import Role
from newsletter.editors.service import add_editor
from newsletter.errors import UnavailableError
from newsletter.events.models import EventStory
from newsletter.issues.approving import approve
from newsletter.issues.editing import set_intro
from newsletter.issues.finding import issue as find_issue
from newsletter.issues.finding import issues
from newsletter.issues.models import Issue, IssueState
from newsletter.regions.models import Approval
from newsletter.regions.service import schedule, switch_on
from newsletter.regions.timing import first_and_last_wave, waves
from newsletter.sending.models import Letter, Notice, NoticeState, Round, RoundState, Wave
from newsletter.sending.previewing import queue_preview
from newsletter.sending.states import OPEN
from newsletter.stories.models import Story
from newsletter.stories.refreshing import due_sources
from newsletter.stories.sources import add_source

START = EPOCH + timedelta(days=9, hours=8)  # Saturday, 9 May 2026: the last wave of the week before is over
WEEKS = ("2026-W20", "2026-W21")
PACE = timedelta(hours=12)  # how far the clock moves at a time while nothing is sent
LAST_LOOK = timedelta(minutes=10)  # before the drafts are made
REGIONS = {  # code: language of its letter, approval
    "MX": ("es", Approval.REQUIRED),
    "GB": ("en", Approval.REQUIRED),
    "EG": ("ar", Approval.REQUIRED),
    "latin-america": ("en", Approval.AUTOMATIC),
    "south-america": ("en", Approval.REQUIRED),
}
EDITOR = "Ada Quill"
EDITOR_ADDRESS = "ada@newsroom.example"
INTRO = "Buenos días. Esta semana, una ballena volvió al mar y un pueblo recuperó su puente."
_PATIENCE_SECONDS = 60  # real ones, for one step


class Watcher(Protocol):
    """Whoever is told how it goes."""

    def begin(self, title: str, steps: int) -> None:
        """A stage of so many steps begins."""

    def step(self, note: str) -> None:
        """One step of the stage is done."""


@dataclass(frozen=True)
class Rehearsal:
    service: Service
    clock: FileClock
    world: World
    feeds_url: str  # where the newsrooms are served
    watcher: Watcher
    ring: Callable[[], None]  # asks a worker to look at the clock now, instead of at beat's next tick
    check: Callable[[], None]  # raises where a process of the service has died

    def run(self) -> None:
        """Let both weeks go by. Raises NewsletterError where a step is not done in time."""
        self._settle_in()
        for week in WEEKS:
            self._let_stories_come_in(week)
            self._edit(week)
            self._send(week)

    def _settle_in(self) -> None:
        readers = sample_readers()
        self.watcher.begin("Settling in", 3)
        with self.service.db.writing() as session:
            for code, (language, approval) in REGIONS.items():
                switch_on(session, code, language=language, approval=approval)
            add_editor(session, EDITOR_ADDRESS, name=EDITOR, role=Role.PUBLISHER)
            self.watcher.step(f"{len(REGIONS)} regions, one editor")
            self._add_sources(session)
            self.watcher.step(f"{len(self.world.newsrooms)} sources")
            insert_readers(session, readers, self.service.secret_keys, self.clock.now())
        self.watcher.step(f"{len(readers):,} readers")

    def _add_sources(self, session: Session) -> None:
        for newsroom in self.world.newsrooms.values():
            add_source(
                session,
                f"{self.feeds_url}/{newsroom.key}/{FEED_NAME}",
                name=newsroom.name,
                home=newsroom.home,
                language=newsroom.language,
                weight=newsroom.weight,
                now=self.clock.now(),
            )

    def _let_stories_come_in(self, week: str) -> None:
        """Up to shortly before the drafts are made."""
        moments = _moments(self.clock.now(), self._drafted_at(week) - LAST_LOOK)
        self.watcher.begin(f"{week}: stories come in", len(moments))
        for moment in moments:
            self._turn_clock(moment)
            self._wait(_news_is_in(moment), f"the news of {moment:%d %B, %H:%M}")
            with self.service.db.reading() as session:
                stories = session.scalar(select(func.count(Story.id)))
            self.watcher.step(f"{moment:%a %d %b %H:%M}   {stories} stories")

    def _edit(self, week: str) -> None:
        """What the editor does with the drafts: reads one as a preview, writes an intro, approves."""
        self._turn_clock(self._drafted_at(week))
        self._wait(_is_drafted(week), f"the drafts of {week}")
        with self.service.db.reading() as session:
            drafts = [draft.region.code for draft in issues(session, week=week, state=IssueState.DRAFT)]
        self.watcher.begin(f"{week}: the editor looks", 1 + len(drafts))
        now = self.clock.now()
        with self.service.db.writing() as session:
            issue = find_issue(session, f"MX/{week}")
            if week == WEEKS[0]:
                set_intro(session, issue, INTRO, by=EDITOR, now=now)
            queue_preview(session, issue, address=EDITOR_ADDRESS, language=issue.language, now=now)
        self.ring()
        self._wait(_is_no_notice_queued, "the preview")
        self.watcher.step("a preview of Mexico's issue")
        for code in drafts:
            with self.service.db.writing() as session:
                approve(session, find_issue(session, f"{code}/{week}"), by=EDITOR, now=now)
            self.watcher.step(f"{code} approved")

    def _send(self, week: str) -> None:
        """From wave to wave around the world."""
        with self.service.db.reading() as session:
            rules = schedule(session)
        _, last = first_and_last_wave(week, rules.weekday, rules.hour)
        zones = {reader.time_zone for reader in sample_readers()}
        openings = sorted({*waves(week, rules.weekday, rules.hour, zones), last})
        self.watcher.begin(f"{week}: the round", len(openings))
        for opening in openings:
            self._turn_clock(opening)
            self._wait(_is_wave_over(week, opening), f"the wave of {opening:%d %B, %H:%M}")
            with self.service.db.reading() as session:
                letters = session.scalar(select(func.count(Letter.id)).join(Round).where(Round.week == week))
            self.watcher.step(f"{opening:%a %d %b %H:%M}   {letters} letters")
        self._wait(_is_done(week), f"the end of the round {week}")

    def _drafted_at(self, week: str) -> datetime:
        """A lead time before the first wave in the world."""
        with self.service.db.reading() as session:
            rules = schedule(session)
        first, _ = first_and_last_wave(week, rules.weekday, rules.hour)
        return first - timedelta(hours=rules.lead_hours)

    def _turn_clock(self, instant: datetime) -> None:
        self.clock.set(instant)
        self.ring()

    def _wait(self, is_done: Callable[[Session], bool], what: str) -> None:
        """Look at the rows until they say so. Raises UnavailableError after a minute."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            self.check()
            with self.service.db.reading() as session:
                if is_done(session):
                    return
            if time.monotonic() > deadline:
                raise UnavailableError(f"The rehearsal waited a minute for {what}; the log says why it did not come.")
            time.sleep(0.05)  # other processes write the rows, and SQLite cannot wake us


def _moments(now: datetime, until: datetime) -> Sequence[datetime]:
    """The steps of the clock from `now` to `until`, the first and the last included."""
    moments = []
    while now < until:
        moments.append(now)
        now += PACE
    return [*moments, until]


def _news_is_in(moment: datetime) -> Callable[[Session], bool]:
    """Every source that was due has been asked, and every story is in an event."""
    loose = select(exists().where(Story.id.not_in(select(EventStory.story_id))))
    return lambda session: not due_sources(session, moment) and not session.scalar(loose)


def _is_drafted(week: str) -> Callable[[Session], bool]:
    query = select(func.count(Issue.id)).where(Issue.week == week)
    return lambda session: session.scalar(query) == len(REGIONS)


def _is_no_notice_queued(session: Session) -> bool:
    waiting = Notice.state.in_((NoticeState.QUEUED, NoticeState.ATTEMPTING))
    return not session.scalar(select(exists().where(waiting)))


def _is_wave_over(week: str, opening: datetime) -> Callable[[Session], bool]:
    """The wave's readers have become letters, and none of them is open."""
    frozen = select(exists().where(Wave.round_id == Round.id, Wave.opens_at == opening, Wave.frozen_at.is_not(None)))
    letters = select(exists().where(Letter.round_id == Round.id, Letter.state.in_(OPEN)))
    of_week = Round.week == week
    return lambda session: bool(session.scalar(frozen.where(of_week))) and not session.scalar(letters.where(of_week))


def _is_done(week: str) -> Callable[[Session], bool]:
    query = select(exists().where(Round.week == week, Round.state == RoundState.DONE))
    return lambda session: bool(session.scalar(query))
