from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, insert, select, text, update

from newsletter.editors.service import add_editor
from newsletter.issues.finding import issue as find_issue
from newsletter.issues.models import Issue, IssueState, Item
from newsletter.sending.claiming import claim_batch
from newsletter.sending.controlling import pause
from newsletter.sending.freezing import Freezer, hold_late_waves
from newsletter.sending.models import Edition, Letter, Notice, NoticeKind, Wave
from newsletter.sending.rounds import find_round
from newsletter.sending.waves import LOOK_AGAIN
from newsletter.subscribers.models import Subscriber, SubscriberState, Subscription
from newsletter.subscribers.suppression import suppress
from tests.support.rounds import (
    HOUR,
    MADRID,
    MEXICO,
    MINUTE,
    TOKYO,
    approve_now,
    carried,
    freeze_at,
    letters,
    mexico_with_readers,
    the_audit,
)
from tests.support.waiting import eventually
from tests.support.world import make_issue, make_region, make_subscriber


@pytest.fixture
def two_regions(service):
    """Approved issues of Mexico and Spain; a reader in Mexico City of both, one in Madrid of Spain."""
    with service.db.writing() as session:
        mexico, spain = make_region(session, "MX"), make_region(session, "ES", time_zone="Europe/Madrid")
        make_issue(session, mexico, state=IssueState.APPROVED)
        make_issue(session, spain, state=IssueState.APPROVED)
        make_subscriber(session, mexico, spain, address="both@readers.example")
        make_subscriber(session, spain, address="spain@readers.example", time_zone="Europe/Madrid")


def test_a_wave_takes_only_readers_whose_hour_has_come(service, two_regions):
    assert freeze_at(service, MADRID - MINUTE) == 0
    assert freeze_at(service, MADRID) == 1
    assert carried(service) == {"spain@readers.example": [["ES"]]}
    assert freeze_at(service, MEXICO) == 1
    assert carried(service) == {"spain@readers.example": [["ES"]], "both@readers.example": [["MX", "ES"]]}


def test_one_letter_carries_all_regions_in_the_readers_order(service, two_regions):
    with service.db.writing() as session:
        spain, mexico = (session.scalars(select(Issue).join(Issue.region).order_by(Issue.id)).all())[::-1]
        make_subscriber(session, spain.region, mexico.region, address="other@readers.example")
    freeze_at(service, MEXICO)
    assert carried(service)["both@readers.example"] == [["MX", "ES"]]
    assert carried(service)["other@readers.example"] == [["ES", "MX"]]
    with service.db.reading() as session:
        assert len(session.scalars(select(Edition)).all()) == 3


def test_readers_are_frozen_page_after_page(service):
    mexico_with_readers(service, 25)
    freeze_at(service, MEXICO - MINUTE)
    freezer = Freezer(service.db, batch_size=4, page=10)
    assert freezer.freeze_due_waves(MEXICO) == 25
    assert len(letters(service)) == the_audit(service).audience == 25


def test_freezing_again_finds_nobody(service, two_regions):
    freeze_at(service, MEXICO)
    assert freeze_at(service, MEXICO) == 0
    assert service.freezer.freeze_round(find(service).id, MEXICO) == 0


def test_four_freezers_at_once_make_one_letter_a_reader(service):
    mexico_with_readers(service, 60)
    freeze_at(service, MEXICO - MINUTE)
    freezers = [Freezer(service.db, batch_size=5, page=7) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        frozen = list(pool.map(lambda freezer: freezer.freeze_due_waves(MEXICO), freezers))
    assert sum(frozen) == len(letters(service)) == 60
    assert the_audit(service).is_sound


def test_a_freezer_whose_time_is_over_leaves_the_rest_to_the_next(service):
    mexico_with_readers(service, 25)
    freeze_at(service, MEXICO - MINUTE)
    first, second = (Freezer(service.db, batch_size=5, page=10) for _ in range(2))
    assert first.freeze_due_waves(MEXICO, seconds=0) == 10
    assert first.is_behind(MEXICO)
    assert second.freeze_due_waves(MEXICO) == 15
    assert not second.is_behind(MEXICO)
    assert the_audit(service).is_sound


def test_a_pass_that_was_broken_off_goes_on_after_its_last_reader(service):
    mexico_with_readers(service, 25)
    freeze_at(service, MEXICO - MINUTE)
    freezer = Freezer(service.db, batch_size=5, page=10)
    freezer.freeze_due_waves(MEXICO, seconds=0)
    with service.db.writing() as session:
        session.execute(delete(Letter))  # whoever began at the first reader would find them all again
    assert freezer.freeze_due_waves(MEXICO) == 15


def test_letters_can_leave_while_others_are_still_being_frozen(service):
    mexico_with_readers(service, 25)
    freeze_at(service, MEXICO - MINUTE)
    seen = []

    def look(_):
        seen.append(len(letters(service)))

    Freezer(service.db, batch_size=5, page=10).freeze_round(find(service).id, MEXICO, after_page=look)
    assert seen == [10, 20, 25]


def test_an_issue_that_is_approved_in_mid_pass_also_reaches_those_whom_the_pass_has_left_behind(service):
    with service.db.writing() as session:
        mexico, spain = make_region(session, "MX"), make_region(session, "ES")
        make_issue(session, mexico, state=IssueState.APPROVED)
        make_issue(session, spain, state=IssueState.APPROVED)
        for _ in range(25):
            make_subscriber(session, mexico, spain)
    unapprove(service, "ES")
    freeze_at(service, MEXICO - MINUTE)
    freezer = Freezer(service.db, batch_size=5, page=10)
    freezer.freeze_due_waves(MEXICO, seconds=0)
    approve_now(service, "ES")
    freezer.freeze_due_waves(MEXICO)
    parts = Counter(tuple(map(tuple, each)) for each in carried(service).values())
    assert parts == {(("MX",), ("ES",)): 10, (("MX", "ES"),): 15}


def test_letters_of_one_edition_share_batches(service, two_regions):
    with service.db.writing() as session:
        regions = {issue.region.code: issue.region for issue in session.scalars(select(Issue))}
        for number in range(30):
            make_subscriber(session, *([regions["MX"]] if number % 2 else [regions["ES"], regions["MX"]]))
    freeze_at(service, MEXICO - MINUTE)
    Freezer(service.db, batch_size=10, page=7).freeze_due_waves(MEXICO)  # pages do not keep editions apart
    claim_everything(service)
    editions: dict[int, set[int]] = {}
    for letter in letters(service):
        editions.setdefault(letter.edition_id, set()).add(letter.batch_id)
    sizes = Counter(letter.batch_id for letter in letters(service))
    assert max(sizes.values()) == 10
    assert sorted(len(batches) for batches in editions.values()) == [1, 1, 2, 3]


# Who is not in the audience


def test_only_confirmed_readers_of_confirmed_regions_get_a_letter(service):
    mexico_with_readers(service, 1)
    with service.db.writing() as session:
        region = session.scalars(select(Issue)).one().region
        make_subscriber(session, region, state=SubscriberState.PENDING)
        make_subscriber(session, region, state=SubscriberState.LEFT)
        unconfirmed = make_subscriber(session, region)
        unconfirmed.subscriptions[0].confirmed_at = None
        make_subscriber(session, make_region(session, "ES"))
    assert freeze_at(service, MEXICO) == 1


def test_a_suppressed_address_gets_no_letter(service):
    mexico_with_readers(service, 3)
    with service.db.writing() as session:
        address = session.scalars(select(Subscriber.address)).first()
        suppress(session, address, "complaint", service.secret_keys, service.clock.now())
    assert freeze_at(service, MEXICO) == 2


def test_whoever_joins_after_their_wave_opened_waits_for_next_week(service):
    mexico_with_readers(service, 1)
    freeze_at(service, MEXICO)
    with service.db.writing() as session:
        region = session.scalars(select(Issue)).one().region
        make_subscriber(session, region, confirmed_at=MEXICO + MINUTE)
    assert service.freezer.freeze_round(find(service).id, MEXICO + HOUR) == 0


def test_a_region_that_is_added_after_the_wave_opened_waits_for_next_week(service, two_regions):
    freeze_at(service, MEXICO)
    with service.db.writing() as session:
        reader = session.scalars(select(Subscriber).where(Subscriber.address == "spain@readers.example")).one()
        mexico = session.scalars(select(Issue).order_by(Issue.id)).first().region
        session.add(
            Subscription(subscriber_id=reader.id, region_id=mexico.id, position=2, confirmed_at=MADRID + MINUTE)
        )
    assert service.freezer.freeze_round(find(service).id, MEXICO + HOUR) == 0


# Zones


def test_a_reader_who_moves_to_a_zone_whose_hour_has_passed_is_not_lost(service, two_regions):
    freeze_at(service, MADRID)
    move_to(service, "both@readers.example", "Asia/Tokyo")  # from Mexico, whose hour has not come
    freeze_at(service, MADRID + HOUR)
    assert carried(service)["both@readers.example"] == [["MX", "ES"]]


def test_opened_waves_are_looked_through_again_only_now_and_then(service, two_regions):
    freeze_at(service, MADRID)
    move_to(service, "both@readers.example", "Asia/Tokyo")
    assert freeze_at(service, MADRID + LOOK_AGAIN - MINUTE) == 0
    assert freeze_at(service, MADRID + LOOK_AGAIN) == 1


def test_a_reader_who_moves_to_a_zone_whose_hour_is_to_come_is_not_doubled(service, two_regions):
    freeze_at(service, MADRID)
    move_to(service, "spain@readers.example", "America/Mexico_City")
    freeze_at(service, MEXICO)
    assert carried(service)["spain@readers.example"] == [["ES"]]


def test_a_zone_that_no_wave_knows_opens_with_the_last(service, two_regions):
    move_to(service, "spain@readers.example", "Mars/Olympus")
    freeze_at(service, MEXICO)
    assert "spain@readers.example" not in carried(service)
    with service.db.reading() as session:
        last = find_round(session, "last").last_wave_at
    freeze_at(service, last)
    assert carried(service)["spain@readers.example"] == [["ES"]]


# Approval


def test_an_issue_that_is_not_approved_is_left_out_and_its_editors_are_told_once(service, two_regions):
    unapprove(service, "ES")
    with service.db.writing() as session:
        add_editor(session, "ada@newsroom.example", name="Ada")
    freeze_at(service, MADRID)
    freeze_at(service, MEXICO)
    assert carried(service) == {"both@readers.example": [["MX"]]}
    with service.db.reading() as session:
        notices = session.scalars(select(Notice).where(Notice.kind == NoticeKind.MISSED)).all()
    assert [notice.arguments["readers"] for notice in notices] == [1]


def test_an_issue_approved_within_the_window_goes_to_those_who_missed_it(service, two_regions):
    unapprove(service, "ES")
    freeze_at(service, MEXICO)
    approve_now(service, "ES")
    assert freeze_at(service, MEXICO + HOUR) == 2
    assert carried(service) == {"both@readers.example": [["MX"], ["ES"]], "spain@readers.example": [["ES"]]}
    assert [letter.part for letter in letters(service)] == [1, 1, 2]
    assert the_audit(service).is_sound


def test_an_issue_approved_after_a_waves_window_goes_only_to_waves_that_still_have_theirs(service, two_regions):
    unapprove(service, "ES")
    freeze_at(service, MADRID)
    freeze_at(service, MEXICO)
    approve_now(service, "ES")
    freeze_at(service, MADRID + 13 * HOUR)  # five hours after Mexico's wave
    assert carried(service) == {"both@readers.example": [["MX"], ["ES"]]}


def test_content_that_was_changed_behind_the_approval_is_not_sent(service):
    mexico_with_readers(service, 1)
    with service.db.writing() as session:
        session.execute(update(Item).values(headline="Not what was approved"))
    assert freeze_at(service, MEXICO) == 0


def test_a_region_that_was_switched_off_is_not_sent(service, two_regions):
    with service.db.writing() as session:
        session.scalars(select(Issue).order_by(Issue.id)).first().region.active = False
    freeze_at(service, MEXICO)
    assert carried(service)["both@readers.example"] == [["ES"]]


def test_an_issue_is_out_with_its_first_letter(service, two_regions):
    freeze_at(service, TOKYO)
    assert states_of_issues(service) == {"MX": IssueState.APPROVED, "ES": IssueState.APPROVED}
    freeze_at(service, MADRID)
    assert states_of_issues(service) == {"MX": IssueState.APPROVED, "ES": IssueState.OUT}


def test_an_issue_without_readers_is_out_when_its_own_morning_comes(service):
    mexico_with_readers(service, 0)
    freeze_at(service, MEXICO - MINUTE)
    assert states_of_issues(service) == {"MX": IssueState.APPROVED}
    freeze_at(service, MEXICO)
    assert states_of_issues(service) == {"MX": IssueState.OUT}


# Late and paused


def test_a_wave_that_is_late_by_less_than_the_window_is_frozen(service):
    mexico_with_readers(service, 2)
    assert freeze_at(service, MEXICO + 12 * HOUR) == 2


def test_a_wave_that_was_missed_for_longer_is_held_and_the_editors_are_told(service):
    mexico_with_readers(service, 2)
    freeze_at(service, MEXICO - MINUTE)
    with service.db.writing() as session:
        add_editor(session, "ada@newsroom.example", name="Ada")
    late = MEXICO + 48 * HOUR
    service.clock.set(late)
    with service.db.writing() as session:
        assert any("America/Mexico_City" in wave.time_zones for wave in hold_late_waves(session, late))
    assert service.freezer.freeze_due_waves(late) == 0
    with service.db.reading() as session:
        (notice,) = session.scalars(select(Notice).where(Notice.kind == NoticeKind.HELD)).all()
    assert "2 readers" in notice.arguments["reason"]


def test_late_waves_without_readers_are_nobodys_business(service):
    mexico_with_readers(service, 0)
    freeze_at(service, MEXICO - MINUTE)
    with service.db.writing() as session:
        add_editor(session, "ada@newsroom.example", name="Ada")
        assert hold_late_waves(session, MEXICO + 48 * HOUR)
    with service.db.reading() as session:
        assert session.scalars(select(Notice).where(Notice.kind == NoticeKind.HELD)).all() == []


def test_a_paused_round_freezes_nobody(service):
    mexico_with_readers(service, 2)
    freeze_at(service, MEXICO - MINUTE)
    with service.db.writing() as session:
        pause(session, find_round(session, "last"), by="Ada", now=MEXICO)
    assert service.freezer.freeze_due_waves(MEXICO) == 0
    assert service.freezer.freeze_round(find(service).id, MEXICO) == 0
    with service.db.reading() as session:
        wave = session.scalars(select(Wave).where(Wave.opens_at == MEXICO)).one()
    assert wave.frozen_at is None


def find(service):
    with service.db.reading() as session:
        return find_round(session, "last")


def claim_everything(service):
    """Have all batches in hands, as if by so many workers."""
    claim = True
    while claim:
        with service.db.writing() as session:
            claim = claim_batch(session, MEXICO, MEXICO + HOUR, slots={"relay": 99}, keys=service.secret_keys)


def move_to(service, address, zone):
    with service.db.writing() as session:
        session.execute(update(Subscriber).where(Subscriber.address == address).values(time_zone=zone))


def unapprove(service, code):
    with service.db.writing() as session:
        issue = find_issue(session, code)
        issue.state, issue.approved_hash, issue.approved_at, issue.approved_by = IssueState.DRAFT, None, None, None


def states_of_issues(service):
    with service.db.reading() as session:
        return {issue.region.code: issue.state for issue in session.scalars(select(Issue))}


def test_the_letter_row_of_a_person_who_was_erased_stays(service):
    mexico_with_readers(service, 2)
    freeze_at(service, MEXICO)
    with service.db.writing() as session:
        session.delete(session.scalars(select(Subscriber)).first())
    with service.db.reading() as session:
        assert len(session.scalars(select(Letter)).all()) == 2


def test_a_letter_that_another_process_writes_at_the_same_moment_stays_as_it_is(service):
    mexico_with_readers(service, 3)
    freeze_at(service, MEXICO)
    with service.db.writing() as session:
        theirs = session.scalars(select(Letter).order_by(Letter.id)).first()
        columns = {name: getattr(theirs, name) for name in ("round_id", "subscriber_id", "part", "edition_id")}
        session.execute(delete(Letter))
        session.execute(update(Wave).values(frozen_at=None, looked_at=None, pass_issue_ids=None))
    with ThreadPoolExecutor(1) as pool:
        with service.db.writing() as session:
            session.execute(insert(Letter).values(**columns, attempts=0))
            frozen = pool.submit(service.freezer.freeze_due_waves, MEXICO)
            eventually(lambda: service.db.is_sqlite or _somebody_waits(service))
        assert frozen.result(30) == 2
    assert sorted(letter.subscriber_id for letter in letters(service)) == sorted({*_readers(service)})


def _somebody_waits(service):
    """For a lock of Postgres."""
    with service.db.reading() as session:
        return session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))


def _readers(service):
    with service.db.reading() as session:
        return session.scalars(select(Subscriber.id)).all()
