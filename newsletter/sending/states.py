"""What may become of a round and of a letter: two tables, and the two ways of asking them.

Rounds change one at a time, through `move`; letters change by the thousand, in statements whose condition is
`may_become`, so that no statement can take a letter where its table does not lead.
"""

from newsletter.errors import NotAllowedError
from newsletter.sending.models import LetterState, Round, RoundState

ROUND_TRANSITIONS: dict[RoundState, frozenset[RoundState]] = {
    RoundState.PLANNED: frozenset({RoundState.SENDING, RoundState.PAUSED, RoundState.CANCELLED}),
    RoundState.SENDING: frozenset({RoundState.PAUSED, RoundState.DONE, RoundState.CANCELLED}),
    RoundState.PAUSED: frozenset({RoundState.PLANNED, RoundState.SENDING, RoundState.CANCELLED}),
    # A person may release waves that were held, or have unknown letters sent again.
    RoundState.DONE: frozenset({RoundState.SENDING}),
    RoundState.CANCELLED: frozenset(),
}

LETTER_TRANSITIONS: dict[LetterState, frozenset[LetterState]] = {
    LetterState.QUEUED: frozenset({LetterState.ATTEMPTING, LetterState.SKIPPED}),
    LetterState.ATTEMPTING: frozenset(
        {
            LetterState.ACCEPTED,
            LetterState.REFUSED,
            LetterState.DEFERRED,
            LetterState.UNKNOWN,
            LetterState.SKIPPED,
            LetterState.QUEUED,  # handed back, not a byte of it offered
        }
    ),
    LetterState.DEFERRED: frozenset({LetterState.QUEUED, LetterState.REFUSED, LetterState.SKIPPED}),
    LetterState.UNKNOWN: frozenset({LetterState.QUEUED}),  # on a person's word alone
    LetterState.ACCEPTED: frozenset(),
    LetterState.REFUSED: frozenset(),
    LetterState.SKIPPED: frozenset(),
}

OPEN = frozenset({LetterState.QUEUED, LetterState.ATTEMPTING, LetterState.DEFERRED})
ENDED = frozenset(LetterState) - OPEN


def move(round: Round, to: RoundState) -> None:
    """Put `round` into another state. Raises NotAllowedError with a sentence."""
    if to not in ROUND_TRANSITIONS[round.state]:
        raise NotAllowedError(f"The round of {round.week} is {round.state}; it cannot become {to}.")
    if round.rolled_up_at is not None:  # nobody knows any more who has had which issue
        raise NotAllowedError(f"The letters of {round.week} have been rolled up; nothing of it can be sent any more.")
    round.state = to


def may_become(to: LetterState) -> frozenset[LetterState]:
    """The states out of which a letter may go to `to`."""
    return frozenset(state for state, following in LETTER_TRANSITIONS.items() if to in following)
