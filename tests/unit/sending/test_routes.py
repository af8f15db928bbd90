from newsletter.sending.models import LetterState
from newsletter.sending.routes import MOST_DOMAINS, NOBODY, OTHERS, UNTRIED, Count, Way, routes

ACCEPTED, REFUSED, QUEUED = LetterState.ACCEPTED, LetterState.REFUSED, LetterState.QUEUED


def test_letters_are_summed_by_relay_and_by_domain():
    found = routes(
        [
            Count("a:25", "one.example", ACCEPTED, 5),
            Count("a:25", "two.example", REFUSED, 2),
            Count("b:25", "one.example", LetterState.DEFERRED, 1),
            Count(None, "one.example", QUEUED, 3),
            Count("a:25", None, LetterState.SKIPPED, 1),
        ]
    )
    assert found.relays == [
        Way("a:25", 8, accepted=5, refused=2, unknown=0, skipped=1, open=0),
        Way("b:25", 1, 0, 0, 0, 0, open=1),
        Way(UNTRIED, 3, 0, 0, 0, 0, open=3),
    ]
    assert [(way.name, way.letters) for way in found.domains] == [("one.example", 9), ("two.example", 2), (NOBODY, 1)]


def test_small_domains_are_summed_as_others():
    found = routes(Count("a:25", f"{n:02}.example", ACCEPTED, 100 - n) for n in range(MOST_DOMAINS + 3))
    assert [way.name for way in found.domains[:2]] == ["00.example", "01.example"]
    assert len(found.domains) == MOST_DOMAINS + 1
    assert (found.domains[-1].name, found.domains[-1].letters) == (OTHERS, 80 + 79 + 78)


def test_without_letters_there_is_no_way():
    assert routes([]).relays == routes([]).domains == []
