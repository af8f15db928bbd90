"""What became of an issue, counted from real rows."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from newsletter.feedback.figures import NOT_KNOWN, figures_of, figures_with_earlier, issues_of_letters, usual
from newsletter.feedback.models import FeedbackEvent, FeedbackKind
from newsletter.feedback.reasons import Reason
from newsletter.issues.correcting import correct
from newsletter.issues.finding import issue as find_issue
from newsletter.issues.models import IssueState, OpinionKind
from newsletter.issues.opinions import count_opinion
from newsletter.sending.editions import Wanted, find_or_make_editions
from newsletter.sending.models import Letter, LetterState, Round, RoundState
from newsletter.subscribers.consenting import Way
from newsletter.subscribers.leaving import leave, leave_region, undo
from newsletter.subscribers.models import Subscriber
from tests.support.world import NOW, make_issue, make_region, make_subscriber

STATES = ("accepted",) * 6 + ("refused",) * 2 + ("unknown", "skipped")


def send(session, region, week, *, carrying=(), states=STATES, at=NOW):
    """An issue of a week that is out, and a letter to each of ten readers; the letters, and the issue."""
    issue = make_issue(session, region, week, state=IssueState.OUT)
    issue.out_at = at
    times = dict.fromkeys(("planned_at", "first_wave_at", "last_wave_at", "closes_at"), at)
    round = Round(schedule_id=region.schedule_id, week=week, state=RoundState.DONE, **times)
    session.add(round)
    session.flush()
    wanted = Wanted("en", (issue.id, *carrying))
    edition = find_or_make_editions(session, round.id, [wanted])[wanted]
    readers = session.scalars(select(Subscriber.id).order_by(Subscriber.id)).all()
    letters = [
        Letter(round_id=round.id, subscriber_id=reader, edition_id=edition, state=LetterState(state), ended_at=at)
        for reader, state in zip(readers, states, strict=True)
    ]
    session.add_all(letters)
    session.flush()
    return letters, issue


def bounce(session, letter, reason, hard, *, at=NOW, provider="mail", kind=FeedbackKind.BOUNCE):
    number = len(session.scalars(select(FeedbackEvent.id)).all())
    session.add(
        FeedbackEvent(
            provider=provider, provider_id=f"{number}", kind=kind, at=at, subscriber_id=letter.subscriber_id,
            letter_id=letter.id, reason=reason, hard=hard,
        )
    )  # fmt: skip
    session.flush()


@pytest.fixture
def world(db):
    """Mexico's issue of this week to ten readers, of whom each also reads Spain; by its parts."""
    with db.writing() as session:
        mexico, spain = make_region(session), make_region(session, "ES")
        for _ in STATES:
            make_subscriber(session, mexico, spain)
        spanish = make_issue(session, spain, state=IssueState.OUT)
        spanish.out_at = NOW
        letters, issue = send(session, mexico, "2026-W20", carrying=(spanish.id,))
        return {"letters": letters, "issue": issue.id, "spanish": spanish.id}


def figures(db, ref="MX"):
    with db.reading() as session:
        return figures_of(session, [find_issue(session, ref)])[0]


def test_letters_are_counted_as_they_ended(db, world):
    found = figures(db)
    assert [found[name] for name in ("accepted", "refused", "unknown", "skipped")] == [6, 2, 1, 1]
    assert (found.audience, found.open, found.share("refused")) == (10, 0, 0.2)


def test_refusals_and_bounces_count_by_reason_each_letter_once(db, world):
    one, two, *_ = world["letters"]
    refused = [letter for letter in world["letters"] if letter.state is LetterState.REFUSED]
    with db.writing() as session:
        bounce(session, one, Reason.MAILBOX_FULL, False)
        bounce(session, one, Reason.NO_SUCH_USER, True)  # told later, of the same letter
        bounce(session, two, Reason.SPAM, None)
        bounce(session, two, Reason.COMPLAINT, None, kind=FeedbackKind.COMPLAINT)
        bounce(session, refused[0], Reason.NO_SUCH_USER, True, provider="relay")
    found = figures(db)
    assert found.refused_for == {"no such user": 1, NOT_KNOWN: 1}
    assert found.bounced_for == {"no such user": 1, "spam": 1}
    assert (found.bounced, found.hard, found.soft, found.complaints) == (2, 1, 0, 1)
    assert found.share("bounced") == 2 / 6


def test_who_leaves_within_a_week_of_the_letter_left_by_it(db, world):
    readers = [letter.subscriber_id for letter in world["letters"]]
    with db.writing() as session:
        all_, mexico, spain, back, late, refused = (
            session.get_one(Subscriber, readers[place]) for place in (0, 1, 2, 3, 4, 6)
        )
        leave(session, all_, Way.ONE_CLICK, NOW + timedelta(hours=1))
        leave_region(session, mexico, "MX", Way.PREFERENCES, NOW + timedelta(days=6))
        leave_region(session, spain, "ES", Way.PREFERENCES, NOW + timedelta(days=6))
        leave(session, back, Way.ONE_CLICK, NOW + timedelta(hours=1))
        undo(session, back, Way.PAGE, NOW + timedelta(hours=2))
        leave(session, late, Way.MAIL, NOW + timedelta(days=8))
        leave(session, refused, Way.MAIL, NOW + timedelta(days=1))
    assert figures(db).left == 2
    assert figures(db, str(world["spanish"])).left == 2  # all_ and spain


def test_opinions_are_numbers_of_the_issue(db, world):
    with db.writing() as session:
        for kind in (OpinionKind.TOO_MUCH, OpinionKind.TOO_MUCH, OpinionKind.NOT_MY_REGION):
            count_opinion(session, world["issue"], kind)
    assert (figures(db).too_much, figures(db).not_my_region) == (2, 1)


def test_letters_of_a_correction_are_no_letters_of_the_issue(db, world):
    with db.writing() as session:
        correction = correct(session, find_issue(session, "MX"), "It was 1988.", by="Ada", now=NOW)
        times = dict.fromkeys(("planned_at", "first_wave_at", "last_wave_at", "closes_at"), NOW)
        schedule = find_issue(session, "MX").region.schedule_id
        round = Round(schedule_id=schedule, week="2026-W20", correction_id=correction.id, **times)
        session.add(round)
        session.flush()
        wanted = Wanted("en", (world["issue"],))
        edition = find_or_make_editions(session, round.id, [wanted])[wanted]
        letter = Letter(round_id=round.id, subscriber_id=world["letters"][0].subscriber_id, edition_id=edition)
        letter.state, letter.ended_at = LetterState.ACCEPTED, NOW
        session.add(letter)
        session.flush()
        bounce(session, letter, Reason.NO_SUCH_USER, True)
    assert figures(db)["accepted"] == 6
    assert figures(db).bounced == 0


def test_an_issue_stands_beside_those_before_it_and_their_median(db, world):
    with db.writing() as session:
        region = find_issue(session, "MX").region
        for week, refused in (("2026-W19", 1), ("2026-W18", 3), ("2026-W17", 5), ("2026-W21", 9)):
            states = ("refused",) * refused + ("accepted",) * (10 - refused)
            send(session, region, week, states=states, at=NOW - timedelta(days=7))
    with db.reading() as session:
        this, earlier = figures_with_earlier(session, find_issue(session, "MX/2026-W20"))
    assert this.week == "2026-W20"
    assert [one.week for one in earlier] == ["2026-W19", "2026-W18", "2026-W17"]
    assert usual(earlier, "refused") == 0.3
    assert usual([], "refused") is None


def test_a_rounds_issues_are_those_that_its_letters_carry(db, world):
    with db.reading() as session:
        round = session.scalars(select(Round)).one()
        assert [issue.region.code for issue in issues_of_letters(session, round)] == ["ES", "MX"]
        mexico, spain = reversed(figures_of(session, issues_of_letters(session, round)))
    assert mexico["accepted"] == spain["accepted"] == 6


def test_an_issue_that_nobody_got_has_no_figures_and_no_shares(db):
    with db.writing() as session:
        make_issue(session, make_region(session))
    found = figures(db)
    assert (found.audience, found["accepted"], found.share("refused"), found.share("left")) == (0, 0, None, None)
