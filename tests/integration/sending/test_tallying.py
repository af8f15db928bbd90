from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select, text, update

from newsletter.regions.models import Region
from newsletter.sending.auditing import audit, miscounted
from newsletter.sending.domains import LEAST_READERS, MOST_DOMAINS
from newsletter.sending.models import Letter, LetterState, Round, Tally, WayTally
from newsletter.sending.rounds import find_round
from newsletter.sending.routes import OTHERS, UNTRIED, routes_of
from newsletter.sending.tallying import counts_of, fold
from tests.support.rounds import MEXICO, deliver, freeze_at, letters, mexico_with_readers, the_round
from tests.support.world import make_subscriber

QUEUED, ACCEPTED, UNKNOWN = LetterState.QUEUED, LetterState.ACCEPTED, LetterState.UNKNOWN


def test_the_tally_follows_the_letters_from_freezing_to_the_relay(service, sink):
    mexico_with_readers(service, 25)
    freeze_at(service, MEXICO)
    assert counts(service) == {QUEUED: 25}
    deliver(service)
    assert counts(service) == {ACCEPTED: 25}
    assert differences(service) == 0


def test_a_statement_that_knows_nothing_of_the_tally_cannot_get_past_it(service):
    mexico_with_readers(service, 5)
    freeze_at(service, MEXICO)
    first = letters(service)[0].id
    with service.db.writing() as session:
        session.execute(text("UPDATE letter SET state = 'unknown' WHERE id = :id"), {"id": first})
    assert counts(service) == {QUEUED: 4, UNKNOWN: 1}


def test_a_transaction_that_is_taken_back_leaves_no_trace(service):
    mexico_with_readers(service, 5)
    freeze_at(service, MEXICO)
    with service.db.reading() as session:
        session.execute(update(Letter).values(state=ACCEPTED))
        assert counts_of(session, [1]) == {1: {ACCEPTED: 5}}
    assert counts(service) == {QUEUED: 5}


def test_workers_that_write_side_by_side_lose_no_count(service):
    mexico_with_readers(service, 40)
    freeze_at(service, MEXICO)
    ids = [letter.id for letter in letters(service)]

    def accept(letter_id):
        with service.db.writing() as session:
            session.execute(update(Letter).where(Letter.id == letter_id).values(state=ACCEPTED))

    def fold_again(_):
        with service.db.writing() as session:
            fold(session, the_round(service).id)

    with ThreadPoolExecutor(6) as pool:
        folding = pool.map(fold_again, range(20))
        list(pool.map(accept, ids))
        list(folding)
    assert counts(service) == {ACCEPTED: 40}
    assert differences(service) == 0


def test_folding_leaves_one_row_for_each_edition_and_state_and_changes_no_sum(service):
    mexico_with_readers(service, 10)
    freeze_at(service, MEXICO)
    for letter in letters(service)[:6]:
        with service.db.writing() as session:
            session.execute(update(Letter).where(Letter.id == letter.id).values(state=ACCEPTED))
    with service.db.writing() as session:
        fold(session, the_round(service).id)
        fold(session, the_round(service).id)
    with service.db.reading() as session:
        assert session.scalar(select(func.count(Tally.id))) == 2
        assert session.scalar(select(func.count(WayTally.id))) == 2
    assert counts(service) == {QUEUED: 4, ACCEPTED: 6}


def test_an_audit_that_counts_again_finds_a_tally_that_is_wrong(service):
    mexico_with_readers(service, 5)
    freeze_at(service, MEXICO)
    with service.db.writing() as session:
        session.execute(update(Tally).values(state=ACCEPTED))
    with service.db.reading() as session:
        round = find_round(session, "last")
        assert audit(session, round).is_sound
        found = audit(session, round, recount=True)
    assert (found.miscounted, found.is_sound) == (10, False)  # five too few queued, five too many accepted


def test_the_audit_counts_readers_by_issue(service, sink):
    mexico_with_readers(service, 3)
    freeze_at(service, MEXICO)
    deliver(service)
    with service.db.reading() as session:
        (issue,) = audit(session, find_round(session, "last")).issues
    assert (issue.region, issue.letters, issue.readers) == ("MX", 3, 3)


def test_the_ways_of_letters_follow_them_from_freezing_to_the_relay(service, sink):
    mexico_with_readers(service, 25)
    freeze_at(service, MEXICO)
    relay = f"127.0.0.1:{sink.port}"
    assert ways(service) == {"relays": [(UNTRIED, 25, 0)], "domains": [("readers.example", 25, 0)]}
    sink.rule("RCPT", "451 4.7.1 Later", times=4)
    deliver(service)
    assert ways(service) == {"relays": [(relay, 25, 21)], "domains": [("readers.example", 25, 21)]}
    with service.db.writing() as session:
        fold(session, the_round(service).id)
    assert ways(service) == {"relays": [(relay, 25, 21)], "domains": [("readers.example", 25, 21)]}
    assert differences(service) == 0


def test_a_list_of_many_domains_counts_few_of_them_by_name(service):
    mexico_with_readers(service, 0)
    with service.db.writing() as session:
        region = session.scalars(select(Region)).one()
        for number in range(MOST_DOMAINS + 4):
            for name in range(LEAST_READERS + (number == 7)):
                make_subscriber(session, region, address=f"reader{name}@domain{number:02}.example")
        for number in range(30):  # each at a domain of their own, as people have
            make_subscriber(session, region, address=f"me@family{number}.example")
    freeze_at(service, MEXICO)
    named = [f"domain{number:02}.example" for number in range(MOST_DOMAINS)]
    expected = [(name, LEAST_READERS, 0) for name in named if name != "domain07.example"]
    found = ways(service)["domains"]
    assert found == [("domain07.example", LEAST_READERS + 1, 0), *expected, (OTHERS, 30 + 4 * LEAST_READERS, 0)]


def test_an_audit_that_counts_again_finds_ways_that_are_wrong(service):
    mexico_with_readers(service, 5)
    freeze_at(service, MEXICO)
    with service.db.writing() as session:
        session.execute(update(WayTally).values(relay="nobody.example:25"))
    assert differences(service) == 10


def ways(service):
    """Name, letters and accepted ones of each."""
    with service.db.reading() as session:
        found = routes_of(session, the_round(service), MEXICO)
    return {
        "relays": [(way.name, way.letters, way.accepted) for way in found.relays],
        "domains": [(way.name, way.letters, way.accepted) for way in found.domains],
    }


def counts(service):
    with service.db.reading() as session:
        return counts_of(session, [the_round(service).id]).get(the_round(service).id, {})


def differences(service):
    with service.db.reading() as session:
        return miscounted(session, session.scalars(select(Round)).one())
