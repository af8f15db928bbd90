"""How well stories were grouped into events. Pure.

BCubed (Bagga and Baldwin, 1998): for each story the share of its group that tells its event (precision) and the share
of its event that is in its group (recall), averaged over stories. Pairwise: of all pairs of stories that were put
together, how many belong together; and the other way round.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from typing import Any

from newsletter.evaluation.metrics import f_of, share

LARGEST = (20, 50)

Label = Hashable


def bcubed(
    expected: Sequence[Label], found: Sequence[Label], *, of: Collection[Label] | None = None
) -> dict[str, float]:
    """Story by story its event and its group, in the same order; the mean over stories of the events `of`."""
    cells, events, groups = _tables(expected, found)
    kept = {cell: n for cell, n in cells.items() if of is None or cell[0] in of}
    stories = sum(kept.values())
    precision = share(sum(n * n / groups[group] for (_, group), n in kept.items()), stories, otherwise=1.0)
    recall = share(sum(n * n / events[event] for (event, _), n in kept.items()), stories, otherwise=1.0)
    return _rounded(precision, recall)


def pairwise(expected: Sequence[Label], found: Sequence[Label]) -> dict[str, float]:
    """Where there is no pair to find or none was found, the share of it is 1."""
    cells, events, groups = _tables(expected, found)
    both = sum(map(_pairs, cells.values()))
    precision = share(both, sum(map(_pairs, groups.values())), otherwise=1.0)
    recall = share(both, sum(map(_pairs, events.values())), otherwise=1.0)
    return _rounded(precision, recall)


def among_largest(
    expected: Sequence[Label], found: Sequence[Label], most: int, *, of: Collection[Label] | None = None
) -> dict[str, int]:
    """Of the `most` largest groups with two stories or more: how many are mixed, and how many tell an event again.

    With `of`, those among them that mostly tell one of these events.

    A group is mixed if it holds stories of two events, `by_a_stray` if all but one of its stories tell one event: then
    no event is hidden in it but for that story. It is a duplicate if a larger one tells for the most part the same
    event. A story that stands alone is no group: it was joined with nothing.
    """
    cells, _, groups = _tables(expected, found)
    events_in: dict[Label, Counter[Label]] = {}
    for (event, group), count in cells.items():
        events_in.setdefault(group, Counter())[event] = count
    largest = [group for group, size in groups.most_common() if size > 1][:most]
    if of is not None:
        largest = [group for group in largest if events_in[group].most_common(1)[0][0] in of]
    told = [events_in[group].most_common(1)[0] for group in largest]
    strangers = [groups[group] - count for group, (_, count) in zip(largest, told, strict=True)]
    return {
        "groups": len(largest),
        "mixed": sum(count > 0 for count in strangers),
        "by_a_stray": sum(count == 1 and groups[group] > 2 for group, count in zip(largest, strangers, strict=True)),
        "duplicates": len(told) - len({event for event, _ in told}),
    }


def scores(expected: Sequence[Label], found: Sequence[Label]) -> dict[str, Any]:
    return {
        "stories": len(expected),
        "events": len(set(expected)),
        "groups": len(set(found)),
        "bcubed": bcubed(expected, found),
        "pairwise": pairwise(expected, found),
        "largest": {str(most): among_largest(expected, found, most) for most in LARGEST},
    }


def _tables(
    expected: Sequence[Label], found: Sequence[Label]
) -> tuple[Counter[tuple[Label, Label]], Counter[Label], Counter[Label]]:
    """How many stories each event shares with each group, and how many each of them has."""
    return Counter(zip(expected, found, strict=True)), Counter(expected), Counter(found)


def _pairs(stories: int) -> int:
    return stories * (stories - 1) // 2


def _rounded(precision: float, recall: float) -> dict[str, float]:
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f": round(f_of(precision, recall), 4)}
