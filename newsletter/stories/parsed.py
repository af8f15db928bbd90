"""What is read from a feed, before anything is stored."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class ParsedStory:
    """One story, cleaned: one-line title, plain summary, a link that may be followed, an instant in UTC."""

    title: str
    summary: str
    url: str
    canonical_url: str
    published_at: datetime | None = None
    author: str | None = None
    image_url: str | None = None
    language: str | None = None  # primary subtag, such as "es"
    region: str | None = None  # code of the territory that a newsroom itself says the story is about


@dataclass(frozen=True)
class RejectedEntry:
    """Something that could not become a story: why, and the beginning of what was given."""

    reason: str
    raw: str


@dataclass(frozen=True)
class ParsedFeed:
    title: str
    language: str | None
    kind: str  # for people: "RSS 2.0", "Atom 1.0", "JSON Feed"
    stories: list[ParsedStory] = field(default_factory=list)
    rejected: list[RejectedEntry] = field(default_factory=list)
    problem: str | None = None  # what is wrong with a feed that could be read all the same
