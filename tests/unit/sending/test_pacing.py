from newsletter.sending.checking import FitLetter
from newsletter.sending.pacing import Queue


def letter(number: int, domain: str) -> FitLetter:
    return FitLetter(number, number, 1, 1, None, 0, f"reader{number}@{domain}", f"key{number}")


class World:
    """A time that only the test moves, and buckets that are filled by it."""

    def __init__(self, *letters: FitLetter, per_second: dict[str, float]) -> None:
        self.now = 0.0
        self.asked = 0
        self._intervals = {domain: 1 / rate for domain, rate in per_second.items()}
        self._next_at = dict.fromkeys(per_second, 0.0)
        self.queue = Queue(letters, self._wait, lambda: self.now)

    def _wait(self, domain: str) -> float:
        self.asked += 1
        if (interval := self._intervals.get(domain)) is None:
            return 0.0
        if (wait := self._next_at[domain] - self.now) > 0:
            return wait
        self._next_at[domain] = self.now + interval
        return 0.0

    def run(self) -> list[tuple[float, int]]:
        """When which letter left."""
        left = []
        while (turn := self.queue.next()) is not None:
            if isinstance(turn, float):
                assert turn > 0
                self.now += turn
            else:
                left.append((round(self.now, 2), turn.id))
        return left


def test_without_limits_letters_leave_in_their_order() -> None:
    world = World(*(letter(number, "a.example") for number in range(5)), per_second={})
    assert world.run() == [(0, 0), (0, 1), (0, 2), (0, 3), (0, 4)]


def test_letters_of_a_domain_at_its_limit_let_the_others_pass() -> None:
    letters = [letter(number, "slow.example" if number < 3 else "fast.example") for number in range(6)]
    world = World(*letters, per_second={"slow.example": 2})
    assert world.run() == [(0, 0), (0, 3), (0, 4), (0, 5), (0.5, 1), (1.0, 2)]


def test_domains_have_their_limits_each_for_itself_and_in_any_case_of_letters() -> None:
    letters = [letter(number, ("One.example", "two.example")[number % 2]) for number in range(6)]
    world = World(*letters, per_second={"one.example": 1, "two.example": 2})
    assert world.run() == [(0, 0), (0, 1), (0.5, 3), (1.0, 2), (1.0, 5), (2.0, 4)]


def test_a_domain_that_is_known_to_be_at_its_limit_is_not_asked_about_again() -> None:
    world = World(*(letter(number, "slow.example") for number in range(100)), per_second={"slow.example": 1})
    assert world.queue.next().id == 0
    assert isinstance(world.queue.next(), float)
    assert world.asked == 2
