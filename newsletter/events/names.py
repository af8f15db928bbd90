"""Which terms are names: written with a capital where a sentence would not give it one. Pure."""

from collections import Counter
from collections.abc import Iterable

from newsletter.events.terms import Terms, is_number, is_sign_of_a_name

_MOSTLY = 0.8  # of the stories that write a name inside of a sentence


class Names:
    """Learned from all stories that are joined: one headline in capitals tells nothing, a week of sentences does."""

    def __init__(self, stories: Iterable[Terms]) -> None:
        large: Counter[str] = Counter()
        small: Counter[str] = Counter()
        for story in stories:
            for term, capital in zip(story.terms, story.capitals, strict=True):
                if capital == 1:
                    large[term] += 1
                elif capital == 2:
                    small[term] += 1
        self._names = {term for term, count in large.items() if count >= _MOSTLY * (count + small[term])}

    def __contains__(self, term: str) -> bool:
        return is_sign_of_a_name(term) or term in self._names

    def tells_apart(self, term: str) -> bool:
        """Names and numbers are what two events of one kind differ in."""
        return is_number(term) or term in self
