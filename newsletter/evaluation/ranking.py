"""How near an order comes to an editor's. Pure.

nDCG (Järvelin and Kekäläinen, 2002): what stands at the editor's first place is worth most, and what a ranking puts
further down is discounted by the logarithm of its place; 1 is the editor's own order.
"""

import math
from collections.abc import Mapping, Sequence

AT = 10


def gains(wanted: Sequence[str]) -> dict[str, float]:
    """What each id is worth: the first of n is worth n, the last one 1."""
    return {one: float(len(wanted) - place) for place, one in reversed(list(enumerate(wanted)))}


def ndcg(ranked: Sequence[Sequence[str]], wanted: Sequence[str], at: int = AT) -> float:
    """Of a ranking of events, each given by the ids of its stories; an event is worth its best story, once.

    1 where nothing is wanted.
    """
    worth = gains(wanted[:at])
    left = dict(worth)
    found = []
    for event in ranked[:at]:
        best = max((one for one in event if one in left), key=left.__getitem__, default=None)
        found.append(left[best] if best is not None else 0.0)
        for one in event:
            left.pop(one, None)
    ideal = _dcg(_ideal(worth, ranked))
    return _dcg(found) / ideal if ideal else 1.0


def recall(ranked: Sequence[Sequence[str]], wanted: Sequence[str], at: int = AT) -> float:
    """The share of the wanted ids that stand among the first events; 1 where nothing is wanted."""
    first = {one for event in ranked[:at] for one in event}
    return sum(one in first for one in wanted) / len(wanted) if wanted else 1.0


def _ideal(worth: Mapping[str, float], ranked: Sequence[Sequence[str]]) -> list[float]:
    """The gains of the editor's order, where two wanted stories of one event take one place."""
    event_of = {one: number for number, event in enumerate(ranked) for one in event}
    best: dict[object, float] = {}
    for one, value in worth.items():
        key = event_of.get(one, one)
        best[key] = max(best.get(key, 0.0), value)
    return sorted(best.values(), reverse=True)


def _dcg(values: Sequence[float]) -> float:
    return sum(value / math.log2(place + 1) for place, value in enumerate(values, start=1))
