from datetime import timedelta

import pytest
import redis
from sqlalchemy import select

from newsletter.bootstrap import Service
from newsletter.redis_server import RedisServer
from newsletter.sending.claiming import Claim, claim_batch, renew
from newsletter.sending.marks import Lease, Marker, Marks, MarksUnavailableError
from newsletter.sending.models import Batch, LetterState
from newsletter.sending.recovering import recover
from tests.support.rounds import HOUR, MEXICO, deliver, freeze_at, letters, mexico_with_readers, states, the_audit
from tests.support.waiting import eventually

ACCEPTED, ATTEMPTING, QUEUED, REFUSED, UNKNOWN = (
    LetterState.ACCEPTED,
    LetterState.ATTEMPTING,
    LetterState.QUEUED,
    LetterState.REFUSED,
    LetterState.UNKNOWN,
)


@pytest.fixture
def frozen(service: Service) -> Service:
    """A round of ten letters in one batch."""
    mexico_with_readers(service, 10)
    freeze_at(service, MEXICO)
    return service


def claim(service: Service, marks: Marks | None = None) -> tuple[Claim, Marker]:
    """What a worker does before it sends; its lease is good for a minute of the system's time."""
    until = service.deliverer.desk.wall.now() + timedelta(minutes=1)
    with service.db.writing() as session:
        claimed = claim_batch(session, MEXICO, until, slots={"relay": 4}, keys=service.secret_keys)
        assert claimed is not None
        return claimed, (marks or service.marks).begin(claimed.lease)


def recover_after(service: Service, marks: Marks | None = None, **later: float) -> int:
    """Recover as of so much later; how many batches."""
    system_now = service.deliverer.desk.wall.now() + timedelta(**later)
    with service.db.writing() as session:
        return len(recover(session, marks or service.marks, MEXICO, system_now))


def test_a_batch_is_left_alone_while_its_lease_lasts(frozen):
    claim(frozen)
    assert recover_after(frozen, seconds=50) == 0
    assert states(frozen) == {ATTEMPTING: 10}


def test_marks_say_what_became_of_each_letter_of_a_dead_worker(frozen, sink):
    claimed, marker = claim(frozen)
    one, two, three, four, *_ = (letter.id for letter in claimed.letters)
    for letter_id, code in ((one, 250), (two, 550), (three, 451)):
        marker.offering(letter_id)
        marker.answered(letter_id, code)
    marker.offering(four)
    frozen.marks.flush()
    eventually(lambda: len(frozen.marks.read(claimed.lease)) == 4)
    assert recover_after(frozen, seconds=70) == 1
    assert states(frozen) == {ACCEPTED: 1, REFUSED: 1, UNKNOWN: 1, QUEUED: 7}
    assert deliver(frozen) == 7
    assert the_audit(frozen).is_sound


def test_a_letter_that_was_withdrawn_is_sent_again(frozen):
    claimed, marker = claim(frozen)
    marker.offering(claimed.letters[0].id)
    marker.withdrawn(claimed.letters[0].id)
    marker.offering(claimed.letters[1].id)
    frozen.marks.flush()
    eventually(lambda: set(frozen.marks.read(claimed.lease)) == {claimed.letters[1].id})
    recover_after(frozen, seconds=70)
    assert states(frozen) == {UNKNOWN: 1, QUEUED: 9}


def test_when_the_marks_are_lost_as_well_open_letters_are_unknown(frozen, redis_client):
    claim(frozen)
    redis_client.flushall()
    recover_after(frozen, seconds=70)
    assert states(frozen) == {UNKNOWN: 10}
    assert deliver(frozen) == 0


def test_marks_of_a_redis_that_was_restarted_are_not_believed(frozen, tmp_path):
    """It may have lost the last second: what it still has would call offered letters untouched."""
    server = RedisServer(tmp_path)
    server.start()
    client = redis.Redis.from_url(server.url)
    try:
        marks = Marks(client)
        claimed, _ = claim(frozen, marks)
        assert marks.read(claimed.lease) == {}
        client.save()  # as a Redis of one's own may do at any time; ours writes no file
        server.stop()
        server.start()
        assert client.exists(claimed.lease.key)  # it came back with its data
        assert marks.read(claimed.lease) is None
        recover_after(frozen, marks, seconds=70)
    finally:
        client.close()
        server.stop()
    assert states(frozen) == {UNKNOWN: 10}


def test_without_redis_recovery_waits(frozen, no_redis):
    claim(frozen)
    with pytest.raises(MarksUnavailableError):
        recover_after(frozen, Marks(no_redis), seconds=70)
    assert states(frozen) == {ATTEMPTING: 10}


def test_without_redis_nothing_is_claimed_or_sent(frozen, sink, no_redis):
    object.__setattr__(frozen.deliverer, "marks", Marks(no_redis))
    with pytest.raises(MarksUnavailableError):
        deliver(frozen)
    assert states(frozen) == {QUEUED: 10}
    assert sink.received == []


def test_a_renewed_lease_lasts_longer_and_a_lost_one_cannot_be_renewed(frozen):
    claimed, _ = claim(frozen)
    with frozen.db.writing() as session:
        assert renew(session, claimed.lease, frozen.deliverer.desk.wall.now() + HOUR)
    assert recover_after(frozen, minutes=30) == 0
    assert recover_after(frozen, minutes=61) == 1
    with frozen.db.writing() as session:
        assert not renew(session, claimed.lease, frozen.deliverer.desk.wall.now() + HOUR)


def test_a_rehearsals_clock_that_jumps_makes_no_living_worker_look_dead(frozen):
    claim(frozen)
    frozen.clock.advance(hours=12)
    frozen.ticker.tick()
    assert states(frozen) == {ATTEMPTING: 10}


def test_the_marks_of_a_batch_that_was_sent_are_forgotten(frozen, redis_client):
    deliver(frozen)
    assert redis_client.keys("marks:*") == []


def test_marks_expire(frozen, redis_client):
    claimed, _ = claim(frozen)
    assert 0 < redis_client.ttl(claimed.lease.key) <= 7 * 86_400


def test_recovering_twice_changes_nothing(frozen):
    claim(frozen)
    assert recover_after(frozen, seconds=70) == 1
    assert recover_after(frozen, seconds=70) == 0
    assert {letter.attempts for letter in letters(frozen)} == {0}
    with frozen.db.reading() as session:
        (batch,) = session.scalars(select(Batch)).all()
    assert (batch.lease, batch.leased_until, batch.ended_at) == (None, None, None)


def test_a_lease_has_marks_of_its_own():
    assert Lease(1, "a").key != Lease(1, "b").key
