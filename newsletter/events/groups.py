"""A group of stories on its way to an event, with all that deciding about it needs. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from newsletter.events.terms import Terms
from newsletter.events.weighing import add, product, summed


class Group:
    """Stories by their positions. It is never changed: merging makes a new one, which takes over what they knew."""

    __slots__ = ("_counts", "event", "headline", "joints", "magnitudes", "members", "square", "total")

    def __init__(
        self,
        members: list[int],
        total: dict[str, float],
        square: float,
        counts: dict[str, int] | tuple[str, ...],
        joints: frozenset[tuple[str, str]],
        magnitudes: frozenset[float],
        event: int | None,
        headline: tuple[str, ...] = (),
    ) -> None:
        self.members = members
        self.total = total  # sum of the members' vectors; of a single one that very vector
        self.square = square  # its product with itself
        self._counts = counts
        self.joints = joints
        self.magnitudes = magnitudes
        self.event = event  # that they are in already
        self.headline = headline  # the terms of a single story's title

    def __len__(self) -> int:
        return len(self.members)

    @property
    def counts(self) -> dict[str, int]:
        """Term to the number of members that have it. A week has many single stories: theirs is not kept."""
        return dict.fromkeys(self._counts, 1) if isinstance(self._counts, tuple) else self._counts

    def share(self, term: str) -> float:
        """Of the stories, those that have the term."""
        if isinstance(self._counts, tuple):
            return float(term in self._counts)
        return self._counts.get(term, 0) / len(self.members)

    @property
    def inner(self) -> float:
        """The average similarity of two of its stories; 1 for a single one."""
        size = len(self.members)
        return (self.square - size) / (size * (size - 1)) if size > 1 else 1.0


def group_of(
    members: Iterable[int], stories: Sequence[Terms], vectors: Sequence[dict[str, float]], event: int | None = None
) -> Group:
    listed = list(members)
    if len(listed) == 1:
        (one,) = listed
        story, vector = stories[one], vectors[one]
        return Group(
            listed,
            vector,
            1.0 if vector else 0.0,
            story.terms,
            story.joints,
            story.magnitudes,
            event,
            story.terms[: story.headline],
        )
    total = summed(vectors[number] for number in listed)
    return Group(
        listed,
        total,
        product(total, total),
        counted(stories[number].terms for number in listed),
        frozenset().union(*(stories[number].joints for number in listed)),
        frozenset().union(*(stories[number].magnitudes for number in listed)),
        event,
    )


def merged(one: Group, other: Group, similarity: float) -> Group:
    """`similarity` is the average over their pairs. The larger one's tables are taken over, not copied."""
    large, small = (one, other) if len(one) >= len(other) else (other, one)
    total = dict(large.total) if len(large) == 1 else large.total
    add(total, small.total)
    counts = large.counts
    for term, count in small.counts.items():
        counts[term] = counts.get(term, 0) + count
    return Group(
        [*one.members, *other.members],
        total,
        one.square + other.square + 2 * similarity * len(one) * len(other),
        counts,
        one.joints | other.joints,
        one.magnitudes | other.magnitudes,
        other.event if one.event is None else one.event,
    )


def counted(many: Iterable[Iterable[str]]) -> dict[str, int]:
    """In how many of them each term is."""
    counts: dict[str, int] = {}
    for terms in many:
        for term in terms:
            counts[term] = counts.get(term, 0) + 1
    return counts


def mean_similarity(one: Group, other: Group) -> float:
    """Over all pairs of a story of the one and a story of the other: exact, for the vectors have length 1."""
    return product(one.total, other.total) / (len(one) * len(other))


def counts_of(groups: Iterable[Group]) -> list[tuple[int, Mapping[str, int]]]:
    return [(len(group), group.counts) for group in groups]
