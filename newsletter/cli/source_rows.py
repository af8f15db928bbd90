"""A source as commands show it."""

from typing import Any

from newsletter.stories.models import Source


def row_of(source: Source) -> dict[str, Any]:
    """All that a script may want to know of a source; never the digest of its key."""
    return {
        "id": source.id,
        "kind": source.kind,
        "name": source.name,
        "url": source.url,
        "home": source.home,
        "language": source.language,
        "weight": source.weight,
        "active": source.active,
        "added_at": source.added_at,
        "due_at": source.due_at,
        "fetched_at": source.fetched_at,
        "succeeded_at": source.succeeded_at,
        "failures": source.failures,
        "trouble": source.trouble,
        "health": health_of(source),
    }


def health_of(source: Source) -> str:
    """In words, for a table's cell."""
    if not source.active:
        return f"paused. {source.trouble}" if source.trouble else "paused"
    if source.trouble:
        times = f" (failed {source.failures} times in a row)" if source.failures > 1 else ""
        return f"{source.trouble}{times}"
    return "well" if source.succeeded_at else "not asked yet"
