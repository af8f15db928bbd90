"""What happens is kept for webhooks by the very transaction that makes it happen: each happening by its own way."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from newsletter.feedback.events import About, Event, take_in
from newsletter.feedback.models import FeedbackKind
from newsletter.feedback.reasons import Reason
from newsletter.feedback.transitions import Told
from newsletter.happenings.models import Webhook, WebhookCall
from newsletter.issues.approving import approve
from newsletter.issues.drafting import draft
from newsletter.issues.models import IssueState
from newsletter.sending.models import Round, RoundState
from newsletter.sending.rounds import close_round
from newsletter.subscribers.adding import add_confirmed
from newsletter.subscribers.consenting import Way
from newsletter.subscribers.leaving import leave, undo
from newsletter.webhooks.service import WANTED, add_webhook
from tests.conftest import KEY
from tests.support.world import NOW, WEEK, make_event, make_issue, make_region, make_story, make_subscriber


@pytest.fixture
def region(db):
    with db.writing() as session:
        add_webhook(session, "https://crm.example/hook", happenings=WANTED, keys=[KEY], by="Ada", now=NOW)
        return make_region(session, "MX")


def told(db):
    with db.reading() as session:
        rows = session.scalars(select(WebhookCall).order_by(WebhookCall.id)).all()
        assert "@" not in str([row.data for row in rows])
        return [(row.happening.value, row.data) for row in rows]


def test_a_reader_who_joins_leaves_and_returns(db, region):
    with db.writing() as session:
        reader = add_confirmed(session, "ana@readers.example", ["MX"], way=Way.PAGE, keys=[KEY], now=NOW)
        leave(session, reader, Way.ONE_CLICK, NOW)
        leave(session, reader, Way.ONE_CLICK, NOW)
        undo(session, reader, Way.PAGE, NOW)
        number = reader.id
    about = {"reader": number, "regions": ["MX"], "language": "en"}
    assert told(db) == [
        ("reader.subscribed", {**about, "way": "page"}),
        ("reader.left", {**about, "way": "one-click"}),
        ("reader.subscribed", {**about, "way": "page"}),
    ]


def test_a_mail_that_came_back_is_told_once_and_without_the_words_of_the_server(db, region):
    with db.writing() as session:
        reader = make_subscriber(session, region, address="ana@readers.example").id
    bounce = Event(
        provider="mail",
        provider_id="1",
        told=Told(FeedbackKind.BOUNCE, Reason.NO_SUCH_USER, hard=True),
        at=NOW,
        about=About(reader),
        said="550 <ana@readers.example>: nobody of that name",
    )
    for _ in range(2):
        with db.writing() as session:
            take_in(session, bounce, keys=[KEY], now=NOW, keep_raw=timedelta(days=1))
    [(happening, data)] = told(db)
    assert (happening, data["reader"], data["hard"]) == ("reader.bounced", reader, True)
    assert "nobody of that name" not in str(data)


def test_an_issue_that_is_drafted_and_approved(db, region):
    with db.writing() as session:
        for title in ("Quake shakes villages", "Central bank lowers its rate", "Jaguar cubs born in a reserve"):
            make_event(session, [make_story(session, title)])
        issue = draft(session, region, WEEK, NOW)
        approve(session, issue, by="Ada", now=NOW)
        approve(session, issue, by="Ada", now=NOW)
        number, content = issue.id, issue.content_hash
    about = {"issue": number, "region": "MX", "week": WEEK, "number": 1, "language": "en", "content_hash": content}
    assert told(db) == [("issue.drafted", {**about, "items": 3}), ("issue.approved", {**about, "by": "Ada"})]


def test_a_week_that_is_too_thin_is_no_draft(db, region):
    with db.writing() as session:
        assert draft(session, region, WEEK, NOW).state is IssueState.SKIPPED
    assert told(db) == []


def test_an_issue_is_sent_when_its_round_is_over(db, region):
    times = dict.fromkeys(("planned_at", "first_wave_at", "last_wave_at", "closes_at", "started_at"), NOW)
    with db.writing() as session:
        issue = make_issue(session, region, state=IssueState.OUT).id
        round = Round(schedule_id=region.schedule_id, week=WEEK, state=RoundState.SENDING, **times)
        session.add(round)
        session.flush()
        number = round.id
    for _ in range(2):
        with db.writing() as session:
            close_round(session, number, NOW + timedelta(hours=1))
    [(happening, data)] = told(db)
    assert (happening, data["issue"], data["round"]) == ("issue.sent", issue, number)


def test_what_happens_while_a_webhook_is_off_is_not_kept_for_it(db, region):
    with db.writing() as session:
        session.execute(update(Webhook).values(is_active=False))
        add_confirmed(session, "ana@readers.example", ["MX"], way=Way.PAGE, keys=[KEY], now=NOW)
    assert told(db) == []
