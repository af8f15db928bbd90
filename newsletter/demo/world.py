"""The sample world, read from the files beside this module: invented newsrooms and the stories that they tell."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal

EPOCH = datetime(2026, 4, 30, tzinfo=UTC)  # day 0: day 1 of the files is Friday, 1 May 2026

Form = Literal["rss092", "rss2", "rdf", "atom", "json"]


@dataclass(frozen=True)
class Newsroom:
    """An invented paper or station, and how it publishes its feed."""

    key: str  # its folder on the feed server
    name: str
    form: Form
    home: str  # a region of the catalogue
    language: str
    encoding: str = "utf-8"
    weight: float = 1.0
    trouble: Literal["html", "unsteady"] | None = None

    def answers(self, at: datetime) -> bool:
        """Whether it serves its feed at all: the unsteady one is down every other day."""
        return self.trouble != "unsteady" or at.day % 2 == 1


@dataclass(frozen=True)
class Report:
    """A story as the world tells it. Reports with the same `event` tell one thing that happened."""

    newsroom: str
    event: str
    slug: str  # its page on the feed server, unique within its newsroom
    published_at: datetime
    title: str
    text: str
    link: str | None = None  # a hostile one, instead of its page


@dataclass(frozen=True)
class World:
    newsrooms: Mapping[str, Newsroom]
    reports: tuple[Report, ...]  # oldest first

    def published(self, newsroom: str, at: datetime) -> list[Report]:
        """What `newsroom` had published by `at`, newest first."""
        told = [report for report in self.reports if report.newsroom == newsroom and report.published_at <= at]
        return told[::-1]


@cache
def sample_world() -> World:
    folder = files(__package__) / "world"
    tables = {
        entry.name: tomllib.loads(entry.read_text("utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }
    newsrooms = {key: Newsroom(key=key, **fields) for key, fields in tables.pop("sources.toml").items()}
    reports = (report for table in tables.values() for report in _reports(table["story"]))
    return World(newsrooms, tuple(sorted(reports, key=lambda report: report.published_at)))


def _reports(rows: list[dict[str, Any]]) -> Iterator[Report]:
    told: Counter[tuple[str, str]] = Counter()
    for row in rows:
        told[row["source"], row["event"]] += 1
        times = told[row["source"], row["event"]]
        yield Report(
            newsroom=row["source"],
            event=row["event"],
            slug=row["event"] if times == 1 else f"{row['event']}-{times}",
            published_at=_instant(row["at"]),
            title=row["title"],
            text=row["text"],
            link=row.get("link"),
        )


def _instant(at: str) -> datetime:
    """`"8 14:20"` is 14:20 UTC on the eighth day."""
    day, time = at.split()
    hours, minutes = time.split(":")
    return EPOCH + timedelta(days=int(day), hours=int(hours), minutes=int(minutes))
