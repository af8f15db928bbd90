"""A list of feeds into sources, each line with its result. Takes a session and never commits."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from newsletter.errors import InvalidInputError
from newsletter.stories.opml import Outline
from newsletter.stories.sources import KnownSourceError, add_source


@dataclass(frozen=True)
class Imported:
    """What became of one line of a list."""

    line: int
    result: str  # added, known, refused
    name: str
    url: str
    reason: str | None = None


def import_feeds(
    session: Session,
    outlines: Iterable[Outline],
    *,
    now: datetime,
    home: str | None = None,
    language: str | None = None,
    weight: float = 1.0,
) -> Iterator[Imported]:
    """Add the feeds one by one, as the results are taken; those that are sources already stay as they are.

    `language` counts more than what a line says. Raises NotFoundError for an unknown home, whatever the lines are.
    """
    for outline in outlines:
        name = outline.name or ""
        try:
            with session.begin_nested():
                added = add_source(
                    session,
                    outline.url,
                    name=outline.name,
                    home=home,
                    language=language or outline.language,
                    weight=weight,
                    now=now,
                )
            yield Imported(outline.line, "added", added.name, added.url or outline.url)
        except KnownSourceError as error:
            yield Imported(outline.line, "known", name, outline.url, str(error))
        except InvalidInputError as error:
            yield Imported(outline.line, "refused", name, outline.url, str(error))
