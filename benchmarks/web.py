"""How long pages take at a million readers and a hundred thousand stories.

    make bench-web                                # Postgres, a million readers, 100,000 stories
    make bench-web READERS=10000 STORIES=5000 DATABASE=sqlite
    make bench-web ONLY=/desk/issues              # pages whose address begins so

Twenty regions share the stories of twenty weeks; each has an issue every week, and the last one is a draft; every
reader has a letter of the round before. Pages, the desk's lists as CSV, and the lists of the API are asked. A real
server answers on this machine, one request at a time. Prints JSON: for each page the median and the slowest of RUNS
requests in milliseconds, after one that warms it up (of a file of rows until its first lines are there), and how many
kilobytes came; `over_100_ms` lists those whose
median is above what a page may take.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import uvicorn
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from benchmarks.desk_rows import make_desk_rows
from benchmarks.servers import database
from benchmarks.world import make_readers
from newsletter.bootstrap import Service, bootstrap
from newsletter.db import Database
from newsletter.editors.keys import make_key
from newsletter.editors.models import Role
from newsletter.editors.service import add_editor, find_editor
from newsletter.editors.signing_in import make_link
from newsletter.events.models import Event, EventStory
from newsletter.issues.drafting import draft
from newsletter.issues.models import Issue, IssueState
from newsletter.migrations.schema import upgrade
from newsletter.redis_server import RedisServer
from newsletter.regions.models import Region, Schedule
from newsletter.regions.timing import week_of
from newsletter.sending.models import Round
from newsletter.stories.models import Source, SourceKind, Story, StoryRegion
from newsletter.web.app import create_app
from newsletter.web.desk_access import csrf_token

CODES = (
    "MX",
    "ES",
    "AR",
    "CO",
    "CL",
    "PE",
    "US",
    "GB",
    "IE",
    "FR",
    "DE",
    "IT",
    "PT",
    "BR",
    "CA",
    "AU",
    "NZ",
    "IN",
    "ZA",
    "KE",
)
WEEKS = 20
MOST_MILLISECONDS = 100.0
ADDRESS = "reader77@readers.example"
_KEY = "bench-key-" * 4
_THINGS = (
    "council bridge school strike storm harvest election court hospital railway museum flood factory airport budget "
    "festival border mayor port union reservoir library stadium road bank tax market ferry tunnel power"
)
_DEEDS = "opens closes wins loses reports plans refuses delays approves rebuilds sells counts repairs moves"


def main() -> None:
    arguments = _arguments()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-web-")))
        url = stack.enter_context(database(arguments.database))
        redis = RedisServer(folder)
        redis.start()
        stack.callback(redis.stop)
        service = stack.enter_context(_service(url, redis.url, folder))
        began_at = time.perf_counter()
        issue_id = make_world(service, arguments.readers, arguments.stories)
        print(f"the world took {time.perf_counter() - began_at:.0f} s", file=sys.stderr)
        with _serving(service) as address:
            rows = measure(service, address, issue_id, arguments)
    slow = [page for page, row in rows.items() if row["median_ms"] > MOST_MILLISECONDS]
    print(
        json.dumps(
            {"readers": arguments.readers, "stories": arguments.stories, "pages": rows, "over_100_ms": slow}, indent=2
        )
    )


def measure(service: Service, address: str, issue_id: int, arguments: Any) -> dict[str, dict[str, float]]:
    with httpx.Client(base_url=address, follow_redirects=False, timeout=60) as client:
        form = {"csrf": _sign_in(service, client), "address": ADDRESS}
        client.headers["Authorization"] = f"Bearer {_key(service)}"
        rows = {}
        for page in pages(service, issue_id):
            if page.removeprefix("POST ").startswith(arguments.only):
                rows[page] = _timed(client, page, form, arguments.runs)
        return rows


def pages(service: Service, issue_id: int) -> list[str]:
    """Of the public, of the desk, and of the API."""
    with service.db.reading() as session:
        event_id = session.scalar(select(EventStory.event_id).order_by(EventStory.id.desc()))
        round_id = session.scalar(select(func.max(Round.id)))
        out_id = session.scalar(select(Issue.id).where(Issue.state == IssueState.OUT).order_by(Issue.week.desc()))
    desk = (
        *("", "/calendar", "/stories", "/stories?text=bridge", "/stories?region=MX", "/stories/50000", "/sources"),
        *("/sources/1", "/readers", "/log", "/regions", "/regions/MX", "/regions/MX/weights", "/relays", "/settings"),
        *("/keys", "/webhooks", "/imports", "/people", "/mail", "/leaving", "/sessions", "/box", "/events/doubts"),
        *(f"/issues/{issue_id}{part}" for part in ("", "/letter?look=phone", "/check", "/state")),
        *(f"/issues/{out_id}{part}" for part in ("/figures", "/figures.csv", "/corrections")),
        *(f"/rounds/{round_id}{part}" for part in ("", "/figures", "/figures.csv")),
        *("/stories.csv?source=1", "/sources.csv", "/log.csv?who=Nobody", "/leaving.csv", f"/events/{event_id}"),
    )
    api = (
        *("/week", "/calendar", "/regions", "/regions/MX/coming", "/regions/MX/weights", "/schedules", "/sources"),
        *("/stories", "/stories?text=bridge", "/stories?region=MX", "/events", "/events/doubts", f"/events/{event_id}"),
        *("/issues", *(f"/issues/{issue_id}{part}" for part in ("", "/candidates", "/reasons", "/reach", "/checks"))),
        *(f"/issues/{issue_id}/letter", f"/issues/{out_id}/figures", f"/rounds/{round_id}/figures", "/rounds"),
        *(f"/rounds/{round_id}{part}" for part in ("/progress", "/audit", "/unknown")),
        *("/leaving", "/imports", "/mail", "/relays", "/settings", "/webhooks", "/webhooks/calls", "/people", "/keys"),
        *("/log", "/openapi.json"),
    )
    mexico = ("", "/issues/1", "/archive", "/archive?text=bridge", "/feed.xml", "/feed.json")
    public = ("/", *(f"/regions/MX{path}" for path in mexico), "/subscribe", "/sitemap.xml")
    return [*(f"/desk{path}" for path in desk), "POST /desk/readers", *public, *(f"/api/v1{path}" for path in api)]


def _timed(client: httpx.Client, page: str, form: dict[str, str], runs: int) -> dict[str, float]:
    """Of a file of rows, which is sent as it is read: until its first lines are there."""
    method, path = page.split(" ") if " " in page else ("GET", page)
    is_file = path.partition("?")[0].endswith(".csv")
    taken, size = [], 0
    for _ in range(runs + 1):
        began_at = time.perf_counter()
        with client.stream(method, path, data=form if method == "POST" else None) as answer:
            if answer.status_code != 200:
                raise SystemExit(f"{page} answered {answer.status_code}")
            pieces = answer.iter_bytes()
            size = len(next(pieces, b"")) if is_file else sum(map(len, pieces))
            taken.append((time.perf_counter() - began_at) * 1000)
            for _rest in pieces:  # the next request begins after it
                pass
    return {
        "median_ms": round(median(taken[1:]), 1),
        "slowest_ms": round(max(taken[1:]), 1),
        "kilobytes": round(size / 1024, 1),
    }


def make_world(service: Service, readers: int, stories: int) -> int:
    """The id of Mexico's draft."""
    now = datetime.now(UTC)
    with service.db.writing() as session:
        schedule = Schedule(id=1, name="weekly")
        for number, code in enumerate(CODES, start=1):
            region = Region(id=number, code=code, schedule=schedule, language="en", time_zone="UTC", minimum_items=1)
            session.add(region)
        session.flush()
        make_readers(session, readers, regions=len(CODES), now=now)
        _make_stories(session, stories, now)
        add_editor(session, "ada@newsroom.example", name="Ada", role=Role.ADMIN)
    for weeks in range(WEEKS - 1, -1, -1):
        drafted = _draft_all(service, now - timedelta(weeks=weeks), is_out=weeks > 0)
    with service.db.writing() as session:
        make_desk_rows(session, now)
    with service.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return drafted


def _draft_all(service: Service, at: datetime, *, is_out: bool) -> int:
    """An issue of each region; the id of the first one."""
    with service.db.writing() as session:
        week = week_of(at.date())
        issues = [draft(session, region, week, at) for region in session.scalars(select(Region).order_by(Region.id))]
        for issue in issues:
            if is_out and issue.items:
                issue.state, issue.out_at = IssueState.OUT, at
                issue.approved_hash, issue.approved_at, issue.approved_by = issue.content_hash, at, "bench"
        return issues[0].id


def _make_stories(session: Session, count: int, now: datetime) -> None:
    """One of five is told by two sources; each is about one region."""
    sources = [Source(kind=SourceKind.API, name=f"Paper {number}", added_at=now) for number in range(50)]
    session.add_all(sources)
    session.flush()
    rng = random.Random(7)  # noqa: S311 - the same world every time, and no secret
    things, deeds = _THINGS.split(), _DEEDS.split()
    rows: list[dict[str, Any]] = []
    for number in range(1, count + 1):
        at = now - timedelta(weeks=WEEKS) * (1 - number / (count + 1))
        thing, deed, other = rng.choice(things), rng.choice(deeds), rng.choice(things)
        title = f"Town {number} {deed} its {thing} near the {other}"
        url = f"https://paper.example/{number}"
        summary = " ".join(rng.choices(things + deeds, k=45)) + "."
        rows.append({
            "id": number, "source_id": sources[number % 50].id, "canonical_url": url, "url": url, "title": title,
            "summary": summary, "language": "en", "published_at": at, "seen_at": at, "dated_at": at, "content_hash": "",
        })  # fmt: skip
    _insert(session, Story, rows)
    events = [row for row in rows if row["id"] % 6]
    dates = [
        {"id": row["id"], "language": "en", "first_at": row["dated_at"], "last_at": row["dated_at"]} for row in events
    ]
    _insert(session, Event, dates)
    told = (
        {"event_id": row["id"] if row["id"] % 6 else row["id"] - 1, "story_id": row["id"], "shared_terms": []}
        for row in rows
    )
    _insert(session, EventStory, list(told))
    tags = [
        {
            "story_id": row["id"],
            "code": CODES[(row["id"] - (not row["id"] % 6)) % len(CODES)],
            "confidence": 0.9,
            "spans": [],
        }
        for row in rows
    ]
    _insert(session, StoryRegion, tags)


def _insert(session: Session, table: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), 5000):
        session.execute(insert(table), rows[start : start + 5000])


@contextmanager
def _service(url: str, redis_url: str, folder: Path) -> Iterator[Service]:
    os.environ.update({
        "DATABASE_URL": url, "REDIS_URL": redis_url, "NEWSLETTER_DATA_DIR": str(folder),
        "NEWSLETTER_SECRET_KEYS": _KEY, "NEWSLETTER_LOG_LEVEL": "WARNING", "NEWSLETTER_API_PER_MINUTE": "100000",
    })  # fmt: skip
    db = Database(url)
    upgrade(db)
    db.close()
    service = bootstrap()
    try:
        yield service
    finally:
        service.redis.close()
        service.db.close()


@contextmanager
def _serving(service: Service) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(create_app(service), port=0, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)  # another thread opens the port; there is nothing to be woken by
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


def _sign_in(service: Service, client: httpx.Client) -> str:
    """The mark of our own forms."""
    with service.db.writing() as session:
        editor = find_editor(session, "ada@newsroom.example")
        assert editor is not None
        link = make_link(session, editor, service.clock.now())
    client.post(f"/desk/sign-in/{link}")
    return csrf_token(client.cookies["desk"], _KEY)


def _key(service: Service) -> str:
    """Of an admin, for the API."""
    with service.db.writing() as session:
        name = f"bench {service.clock.now().isoformat()}"
        return make_key(session, name, role=Role.ADMIN, regions=[], by="bench", now=service.clock.now())[1]


def _arguments() -> Any:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=int(os.environ.get("READERS") or 1_000_000))
    parser.add_argument("--stories", type=int, default=int(os.environ.get("STORIES") or 100_000))
    parser.add_argument("--runs", type=int, default=int(os.environ.get("RUNS") or 15))
    parser.add_argument("--only", default=os.environ.get("ONLY") or "/")
    parser.add_argument("--database", default=os.environ.get("DATABASE") or "postgres")
    return parser.parse_args()


if __name__ == "__main__":
    main()
