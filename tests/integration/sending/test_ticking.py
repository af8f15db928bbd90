import pytest
from sqlalchemy import select, update

from newsletter.editors.service import add_editor
from newsletter.issues.drafting import draft_due
from newsletter.issues.models import Issue, IssueState
from newsletter.regions.models import Approval, Region
from newsletter.sending.models import Letter, LetterState, Notice, NoticeKind, Round, RoundState
from tests.support.rounds import HOUR, MEXICO, MINUTE, deliver, freeze_at, mexico_with_readers, states, the_round
from tests.support.world import NOW, make_event, make_issue, make_region, make_source, make_story, make_subscriber

TITLES = (
    "Senate votes on the water law of Mexico",
    "Quake shakes villages in Oaxaca",
    "Old cinema reopens in Puebla after ten years",
    "Teachers end their strike",
)


def test_a_whole_week_by_ticks_alone(service, sink):
    with service.db.writing() as session:
        region = make_region(session, approval=Approval.AUTOMATIC)
        for title in TITLES:
            make_event(session, [make_story(session, title)])
        make_subscriber(session, region)
        add_editor(session, "ada@newsroom.example", name="Ada")
    for hours in range(40):
        service.clock.set(NOW + hours * HOUR)
        tick = service.ticker.tick()
        tick.raise_errors()
        if tick.deliveries:
            deliver(service)
    assert len(sink.received) == 1
    assert the_round(service).state is RoundState.DONE
    with service.db.reading() as session:
        assert session.scalars(select(Issue)).one().state is IssueState.OUT
        assert session.scalars(select(Notice.kind)).all() == [NoticeKind.DRAFTED]


def test_a_week_with_too_few_events_is_skipped_and_the_editors_are_told(service):
    with service.db.writing() as session:
        make_region(session)
        add_editor(session, "ada@newsroom.example", name="Ada")
    service.ticker.tick().raise_errors()
    service.ticker.tick().raise_errors()
    with service.db.reading() as session:
        assert session.scalars(select(Issue)).one().state is IssueState.SKIPPED
        assert session.scalars(select(Notice.kind)).all() == [NoticeKind.THIN]


def test_a_draft_of_a_region_that_went_automatic_is_approved(service):
    with service.db.writing() as session:
        make_issue(session, make_region(session))
    service.ticker.tick().raise_errors()
    with service.db.writing() as session:
        session.execute(update(Region).values(approval=Approval.AUTOMATIC))
    service.ticker.tick().raise_errors()
    with service.db.reading() as session:
        issue = session.scalars(select(Issue)).one()
    assert (issue.state, issue.approved_by) == (IssueState.APPROVED, "automatic")


def test_a_step_that_fails_costs_only_itself(service, monkeypatch):
    mexico_with_readers(service, 2)

    def fail(*_):
        raise RuntimeError("a bug")

    monkeypatch.setattr("newsletter.sending.ticking.regions_to_draft", fail)
    service.clock.set(MEXICO)
    tick = service.ticker.tick()
    assert states(service) == {LetterState.QUEUED: 2}
    assert tick.deliveries == 1
    with pytest.raises(ExceptionGroup, match="Steps of the tick failed") as caught:
        tick.raise_errors()
    assert [str(error) for error in caught.value.exceptions] == ["a bug"]


def test_a_region_whose_draft_fails_costs_no_other_its_own(service, monkeypatch):
    with service.db.writing() as session:
        wrong, right = (make_region(session, code, minimum_items=1).id for code in ("ES", "MX"))
        make_story(session, "Rain floods the old centre of Veracruz", about={"MX": 0.9})

    def fail_for_one(session, region_id, now):
        if region_id == wrong:
            raise RuntimeError("a bug")
        return draft_due(session, region_id, now)

    monkeypatch.setattr("newsletter.sending.ticking.draft_due", fail_for_one)
    service.clock.set(NOW)
    tick = service.ticker.tick()
    with service.db.reading() as session:
        assert [issue.region_id for issue in session.scalars(select(Issue))] == [right]
    with pytest.raises(ExceptionGroup):
        tick.raise_errors()


def test_no_more_deliveries_are_asked_for_than_there_are_batches_and_connections(service):
    mexico_with_readers(service, 25)  # three batches
    freeze_at(service, MEXICO)
    assert service.ticker.tick().deliveries == 3
    mexico = service.settings.relay_connections
    with service.db.writing() as session:
        region = session.scalars(select(Region)).one()
        for _ in range(40):
            make_subscriber(session, region)
    service.freezer.freeze_round(the_round(service).id, MEXICO)
    assert service.ticker.tick().deliveries == mexico == 4


def test_letters_that_were_put_off_come_back_with_the_tick_after_their_wait(service, sink):
    mexico_with_readers(service, 3)
    freeze_at(service, MEXICO)
    sink.rule("RCPT", "451 4.7.1 Greylisted", times=3)
    deliver(service)
    assert service.ticker.tick().deliveries == 0
    service.clock.set(MEXICO + 6 * MINUTE)
    assert service.ticker.tick().deliveries == 1
    deliver(service)
    assert states(service) == {LetterState.ACCEPTED: 3}


def test_sources_that_are_due_are_named(service):
    with service.db.writing() as session:
        due = make_source(session, due_at=NOW)
        make_source(session, due_at=NOW + HOUR)
    assert list(service.ticker.tick().sources) == [due.id]


def test_the_clock_put_back_two_hours_and_forward_again_doubles_nothing(service, sink):
    mexico_with_readers(service, 5)
    for instant in (MEXICO, MEXICO - 2 * HOUR, MEXICO, MEXICO + 2 * HOUR):
        service.clock.set(instant)
        service.ticker.tick().raise_errors()
        deliver(service)
    assert len(sink.received) == 5
    with service.db.reading() as session:
        assert len(session.scalars(select(Round)).all()) == 1
        assert len(session.scalars(select(Letter)).all()) == 5
