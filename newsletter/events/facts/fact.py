"""What a fact is. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

COUNTS = ("killed", "injured", "arrested", "missing")
ATTRIBUTES = ("date", *COUNTS, "age", "amount", "magnitude", "place")


class Value(Protocol):
    """What a fact says, comparable with what another one of its kind says."""

    def agrees(self, other: object) -> bool:
        """Whether both can be true."""


@dataclass(frozen=True, slots=True)
class Report:
    """A story, as far as facts go."""

    id: int
    title: str
    summary: str
    language: str  # its primary tag, such as "es"
    published_at: datetime | None = None
    source: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement of one story.

    `subject` says what it is a fact of: a kind of people ("women"), a person's name, what happened ("death"); None for
    all people, or where there is just one thing that it can be of. `shown` is the value as readers understand it.
    """

    attribute: str  # one of ATTRIBUTES
    subject: str | None
    value: Value
    shown: str
    hedge: str | None
    quote: str
    about: frozenset[str] = frozenset()  # words that it stands among, to tell which amounts are of one thing
    in_title: bool = False
