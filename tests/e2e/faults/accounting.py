"""After every fault: nobody lost, nobody twice, and the audit says so."""

from collections import Counter
from collections.abc import Collection, Mapping

from newsletter.sending.models import LetterState
from newsletter.sending.states import OPEN
from tests.e2e.faults.house import House
from tests.e2e.faults.relay import Kept

ACCEPTED, UNKNOWN = LetterState.ACCEPTED, LetterState.UNKNOWN
_OF_AUDIT = ("accepted", "refused", "unknown", "skipped")


def assert_all_accounted_for(
    house: House, name: str, readers: Mapping[str, int], *, sent_again: Collection[Kept] = ()
) -> None:
    """Compares three accounts of the round of a schedule: the audience, what the relay has, and the audit.

    `readers` says which addresses are to have how many letters. `sent_again` are those that a
    person had sent again because they were unknown: they alone may have come twice.
    """
    assert house.relay.troubles == []
    state_of = {kept: letter.state for kept, letter in house.ledger(name).items()}
    # Nobody is lost: each reader has a row, and each row an end.
    assert Counter(kept.recipient for kept in state_of) == Counter(readers)
    assert not OPEN & set(state_of.values())
    # The relay has what is accepted, once; of unknown ones perhaps; and nothing else.
    copies = Counter(kept for kept in house.relay.kept if kept in state_of)
    assert {kept for kept in house.relay.kept if kept.recipient in readers} == set(copies)
    for kept, state in state_of.items():
        least, most = {ACCEPTED: (1, 1), UNKNOWN: (0, 1)}.get(state, (0, 0))
        assert least <= copies[kept] <= most + (kept in sent_again), (kept, state, copies[kept])
    # The audit finds the same, by the sums and by counting again.
    audit = house.ask("audit", house.ref(name), "--recount")
    states = Counter(state.value for state in state_of.values())
    assert {of: audit[of] for of in _OF_AUDIT} == {of: states[of] for of in _OF_AUDIT}
    assert (audit["audience"], audit["open"], audit["doubled"], audit["miscounted"]) == (len(state_of), 0, 0, 0)
    assert audit["is_sound"]


def readers_of(name: str, count: int, *, letters: int = 1) -> dict[str, int]:
    """The first so many readers of a schedule's region, with a letter each."""
    return {f"{name}{number}@readers.example": letters for number in range(count)}
