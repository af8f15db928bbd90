"""A newsroom's first two weeks, with nothing of ours in this process: Redis, a worker, beat, SMTP, SQLite and Postgres.

The clock stands in a file, so that two weeks pass in seconds; beat ticks twice a second.
"""

import re
from email.message import EmailMessage

import pytest
import redis

from tests.e2e.installation import Installation
from tests.support.databases import create_postgres_database
from tests.support.feeds import FeedServer, Page
from tests.support.smtp import SmtpSink
from tests.support.waiting import eventually

pytestmark = pytest.mark.e2e

TUESDAY = "2026-05-12T09:00:00+00:00"
WEDNESDAY = "2026-05-13T17:30:00+00:00"  # less than a day before the first breakfast of the world
FRIDAY_IN_MADRID = "2026-05-15T05:01:00+00:00"  # 07:01 there
FRIDAY_IN_MEXICO = "2026-05-15T13:01:00+00:00"  # 07:01 there
SATURDAY = "2026-05-16T09:00:00+00:00"

MEXICO = [
    (
        "Lighthouse keeper of Puerto Alba found dead in Mexico",
        "Rosa Ibarra, 61, keeper of the lighthouse of Puerto Alba in Mexico, was found dead on the morning of May 12, "
        "the harbour office said. Her lamp had burned without a break for thirty years.",
    ),
    (
        "Mexican lighthouse keeper Rosa Ibarra found dead at Puerto Alba",
        "Rosa Ibarra, for thirty years keeper of the Puerto Alba lighthouse, was found dead on May 13, says the "
        "harbour office. Neighbours in the Mexican port lit candles.",
    ),
    (
        "Mexico opens a railway across the Sierra del Trueno",
        "The first train crossed the mountains on Monday with four hundred passengers. Mexico had planned the line for "
        "eleven years.",
    ),
    (
        "Chocolate prices fall in Mexico after a mild spring",
        "Cocoa growers in southern Mexico expect their best harvest of the decade, and markets have begun to notice.",
    ),
]
SPAIN = [
    (
        "Spain counts its storks from the air",
        "Biologists in Spain flew over nine hundred villages to count the nests on their bell towers.",
    ),
    (
        "A village in Spain buys back its only bakery",
        "The neighbours of Valdehondo in Spain put their savings together and kept the oven warm.",
    ),
]


def feed(stories: list[tuple[str, str]], site: str) -> Page:
    items = "".join(
        f"<item><title>{title}</title><link>https://{site}/{number}</link><description>{summary}</description></item>"
        for number, (title, summary) in enumerate(stories, 1)
    )
    return Page(f"<rss version='2.0'><channel><title>{site}</title>{items}</channel></rss>".encode())


@pytest.fixture
def feeds():
    server = FeedServer()
    with server.running():
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def newsroom(request, tmp_path, worker_id, redis_url, sink):
    """An installation before its first command."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'newsroom.sqlite3'}"
    else:
        url = create_postgres_database(request.getfixturevalue("postgres_server_url"), f"newsroom_{worker_id}")
    own = Installation(tmp_path, url, redis_url, sink.port)
    own.set_clock(TUESDAY)
    own.run("migrate")
    return own


def set_up(newsroom: Installation, feeds: FeedServer) -> None:
    """Two regions, a feed for each, an editor, and readers: three of Mexico, one of whom also reads Spain."""
    feeds.pages["/mexico.xml"] = feed(MEXICO, "alba.example")
    feeds.pages["/spain.xml"] = feed(SPAIN, "torre.example")
    enable, add = ("regions", "enable"), ("subscribers", "add")
    few = ("--language", "en", "--items", "3", "--minimum", "2")
    mexico = ("--region", "MX", "--confirmed", "--time-zone", "America/Mexico_City")
    newsroom.run_all(
        (*enable, "MX", *few),
        (*enable, "ES", *few, "--approval", "automatic"),
        *(
            ("sources", "add", feeds.url(page), "--home", home, "--language", "en", "--name", name)
            for page, home, name in (("/mexico.xml", "MX", "Alba Post"), ("/spain.xml", "ES", "La Torre"))
        ),
        ("editors", "add", "editor@desk.example", "--name", "Eva", "--role", "publisher"),
        (*add, "ana@readers.example", *mexico),
        (*add, "ben@readers.example", *mexico),
        (*add, "carla@readers.example", "--region", "MX", "--region", "ES", "--confirmed",
         "--time-zone", "Europe/Madrid"),
        (*add, "dora@readers.example", "--region", "MX"),  # asked, and never confirms
        (*add, "emil@readers.example", *mexico),
        ("subscribers", "leave", "emil@readers.example"),
    )  # fmt: skip


def letters(sink: SmtpSink) -> dict[str, list[EmailMessage]]:
    """The letters (neither notices nor previews) that the relay took, by recipient."""
    taken: dict[str, list[EmailMessage]] = {}
    for mail in sink.received:
        if "List-Unsubscribe-Post" in mail.message and not mail.message["Subject"].startswith("[Preview]"):
            taken.setdefault(mail.recipient, []).append(mail.message)
    return taken


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def headings(html: str) -> list[str]:
    """What stands over the regions of a letter."""
    return re.findall(r"<h2 lang.*?</h2>", html, re.DOTALL)


def test_a_week_goes_by_and_every_reader_gets_one_letter(newsroom, feeds, sink):
    set_up(newsroom, feeds)
    with newsroom.processes("worker", "beat"):
        # Stories come in by themselves, and a reader who only asked gets a mail to confirm, and no more.
        eventually(lambda: len(newsroom.ask("stories", "list")) == 6, seconds=60)
        eventually(lambda: sink.of("dora@readers.example"), seconds=30)

        # The lead time comes: drafts are there, and the editor hears of the one that waits for a person.
        newsroom.set_clock(WEDNESDAY)
        eventually(lambda: sink.of("editor@desk.example"), seconds=30)
        issue = newsroom.ask("issues", "show", "MX")
        assert issue["state"] == "draft"
        assert len(issue["items"]) == 3  # two of the four reports tell one event
        assert all(item["parts"] for item in issue["items"])

        # A preview, marked as one, from the very code that sends.
        newsroom.run("preview", "MX", "--to", "colleague@desk.example")
        (preview,) = sink.of("colleague@desk.example")
        assert preview.message["Subject"].startswith("[Preview]")
        newsroom.run("issues", "approve", "MX")

        # The first wave: breakfast in Madrid, where the reader of two regions lives.
        newsroom.set_clock(FRIDAY_IN_MADRID)
        eventually(lambda: letters(sink), seconds=30)
        assert list(letters(sink)) == ["carla@readers.example"]

        # Seven hours later it is breakfast in Mexico.
        newsroom.set_clock(FRIDAY_IN_MEXICO)
        eventually(lambda: len(letters(sink)) == 3, seconds=30)

        # The round closes, and the accounting is complete.
        newsroom.set_clock(SATURDAY)
        audit = eventually(lambda: done_audit(newsroom), seconds=30)
        assert (audit["audience"], audit["accepted"]) == (3, 3)

        # The same week once more, with the clock put back: nothing leaves.
        newsroom.set_clock(FRIDAY_IN_MEXICO)
        newsroom.run("tick")
        assert sum(map(len, letters(sink).values())) == 3

    got = letters(sink)
    assert {reader: len(mails) for reader, mails in got.items()} == {
        "ana@readers.example": 1,
        "ben@readers.example": 1,
        "carla@readers.example": 1,
    }
    both = html_of(got["carla@readers.example"][0])
    assert ["Mexico" in heading for heading in headings(both)] == [True, False]
    assert "Spain" in headings(both)[1]
    only = html_of(got["ana@readers.example"][0])
    assert len(headings(only)) == 1
    assert "storks" not in only
    shown = html_of(preview.message)
    for headline in (item["headline"] for item in issue["items"]):
        assert headline in only
        assert headline in shown
    assert "@" not in newsroom.logs().replace("celery@", "")


def done_audit(newsroom: Installation) -> dict[str, int] | None:
    audit: dict[str, int] = newsroom.ask("rounds", "audit", "2026-W20")
    return audit if audit["open"] == 0 and audit["audience"] else None
