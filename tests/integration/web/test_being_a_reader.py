"""What readers do by themselves: times, another address, their data, erasing, saying why they left."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from newsletter.db import Base
from newsletter.feedback.models import FeedbackEvent, FeedbackKind, InboundMail
from newsletter.feedback.reasons import Reason
from newsletter.sending.models import Notice, NoticeKind
from newsletter.subscribers.consenting import Act, Way, keep_consent
from newsletter.subscribers.finding import by_key
from newsletter.subscribers.lists.models import ImportUpload
from newsletter.subscribers.models import AddressChange, LeavingReason, Subscriber, SubscriberState
from newsletter.subscribers.suppression import suppress, suppressed
from tests.conftest import KEY
from tests.support.world import NOW, make_region, make_subscriber

ANA, NEW = "ana@readers.example", "ana@elsewhere.example"


@pytest.fixture
def ana(db, clock):
    with db.writing() as session:
        ana = make_subscriber(session, make_region(session, "MX"), make_region(session, "ES"), address=ANA)
        keep_consent(
            session, ana, Act.CONFIRMED, Way.PAGE, clock.now() - timedelta(days=9), wording="Send me the letter."
        )
        return ana


def path(url):
    return url.removeprefix("https://news.example")


@pytest.fixture
def page(service, ana):
    return path(service.links.preferences(ana.key))


@pytest.fixture
def data_page(service, ana):
    return path(service.links.data(ana.key))


def notices(db):
    with db.reading() as session:
        return [(notice.kind, notice.address) for notice in session.scalars(select(Notice).order_by(Notice.id))]


def reader(db, key):
    with db.reading() as session:
        return by_key(session, key)


def count(db, table):
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def save(client, page, **fields):
    return client.post(page, data={"region": ["MX", "ES"], "language": "en", "time_zone": "Asia/Tokyo", **fields})


def test_the_page_saves_hour_quiet_days_and_pause_and_shows_them(client, db, ana, page):
    assert save(client, page, hour="9", quiet=["5", "6"], pause="4").status_code == 200
    saved = reader(db, ana.key)
    assert (saved.hour, saved.quiet_days, saved.paused_until is not None) == (9, "56", True)
    shown = client.get(page).text
    assert '<option value="9" selected>09:00</option>' in shown
    assert shown.count('name="quiet" value="5" checked') == 1
    assert "Until June 11, 2026" in shown


@pytest.mark.parametrize("fields", [{"hour": "99"}, {"hour": "x"}, {"quiet": ["0", "1", "2", "3"]}, {"pause": "3"}])
def test_times_that_cannot_be_are_refused_and_nothing_is_saved(client, db, ana, page, fields):
    assert save(client, page, **fields).status_code == 422
    assert reader(db, ana.key).time_zone == "America/Mexico_City"


def test_fields_that_are_not_on_the_page_do_nothing(client, db, ana, page):
    save(client, page, state="left", key="mine", address=NEW, normalised=NEW, suppressed_at="2020-01-01", id="99")
    same = reader(db, ana.key)
    assert (same.id, same.state, same.address, same.suppressed_at) == (ana.id, SubscriberState.CONFIRMED, ANA, None)


def ask_new(client, page, address=NEW):
    return client.post(f"{page}/address", data={"address": address})


def change_path(service, db):
    with db.reading() as session:
        return path(service.links.address(session.scalars(select(AddressChange)).one().key))


def test_the_address_changes_when_the_new_one_confirms_and_the_old_one_is_told(client, db, service, ana, page):
    assert ask_new(client, page).status_code == 200
    assert notices(db) == [(NoticeKind.ADDRESS_CHANGE, NEW)]
    there = change_path(service, db)
    assert NEW not in there
    for _ in range(3):  # a scanner
        assert client.get(there).status_code == 200
    assert reader(db, ana.key).address == ANA
    assert client.post(there).status_code == 200
    moved = reader(db, ana.key)
    assert (moved.address, moved.normalised, moved.state) == (NEW, NEW, SubscriberState.CONFIRMED)
    assert notices(db)[1:] == [(NoticeKind.ADDRESS_CHANGED, ANA)]
    assert client.post(there).status_code == 404  # used
    assert client.get(page).status_code == 200  # links in old letters go on working


def test_a_later_wish_takes_the_place_of_an_earlier_one(client, db, service, ana, page):
    ask_new(client, page)
    first = change_path(service, db)
    ask_new(client, page, "ana@third.example")
    assert client.post(first).status_code == 404
    assert client.post(change_path(service, db)).status_code == 200
    assert reader(db, ana.key).address == "ana@third.example"


def test_the_answer_is_the_same_for_addresses_of_others_and_nobody_is_told_apart(client, db, service, ana, clock):
    with db.writing() as session:
        make_subscriber(session, address="bo@readers.example")
        suppress(session, "never@readers.example", "asked", [KEY], clock.now())
        pages = [path(service.links.preferences(make_subscriber(session).key)) for _ in range(3)]
    tried = zip(pages, ("bo@readers.example", "never@readers.example", "new@readers.example"), strict=True)
    answers = {(a.status_code, a.text) for a in (ask_new(client, page, address) for page, address in tried)}
    assert len(answers) == 1
    assert "never@readers.example" not in [address for _, address in notices(db)]


def test_nobody_takes_another_readers_address(client, db, service, ana, page):
    with db.writing() as session:
        other = make_subscriber(session, address=NEW)
    ask_new(client, page)
    answer = client.post(change_path(service, db))
    assert answer.status_code == 409
    assert "already comes to this address" in answer.text
    assert reader(db, ana.key).address == ANA
    assert reader(db, other.key).address == NEW


def test_a_wish_to_join_from_the_new_address_makes_way(client, db, service, ana, page):
    with db.writing() as session:
        make_subscriber(session, address=NEW, state=SubscriberState.PENDING)
    ask_new(client, page)
    assert client.post(change_path(service, db)).status_code == 200
    assert reader(db, ana.key).address == NEW
    assert count(db, Subscriber) == 1


def test_a_mailbox_is_not_bombed_by_readers_who_change_to_it(client, db, service, ana):
    with db.writing() as session:
        pages = [path(service.links.preferences(make_subscriber(session).key)) for _ in range(4)]
    for page, tag in zip(pages, ("", "+a", "+b", "+c"), strict=True):
        ask_new(client, page, f"victim{tag}@elsewhere.example")
    assert len(notices(db)) == 1


def test_a_suppressed_address_is_not_moved_to_even_with_an_older_wish(client, db, service, ana, page, clock):
    ask_new(client, page)
    with db.writing() as session:
        suppress(session, NEW, "complaint", [KEY], clock.now())
    assert client.post(change_path(service, db)).status_code == 409
    assert reader(db, ana.key).address == ANA


def test_the_copy_holds_all_that_is_known_and_no_secret(client, db, service, ana, page, data_page):
    with db.writing() as session:
        session.add_all([mail_of("ANA@readers.example"), mail_of("bo@readers.example"), bounced(ana, raw=b"a link")])
    assert client.post(f"{page}/data").status_code == 200
    assert notices(db) == [(NoticeKind.EXPORT_READY, ANA)]
    assert client.get(data_page).status_code == 200
    answer = client.get(f"{data_page}/copy")
    assert answer.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    assert answer.headers["cache-control"] == "no-store"
    data = answer.json()
    assert (data["address"], [region["code"] for region in data["regions"]]) == (ANA, ["MX", "ES"])
    assert data["consents"][0]["wording"] == "Send me the letter."
    assert data["notices"][0]["kind"] == "export_ready"
    assert [mail["subject"] for mail in data["mails"]] == ["A word from ANA"]
    assert [(event["reason"], event["hard"]) for event in data["came_back"]] == [("mailbox full", False)]
    assert ana.key not in answer.text
    assert "a link" not in answer.text


def test_the_letters_own_link_neither_copies_nor_erases(client, db, service, ana, page):
    for purpose in (service.links.preferences, service.links.unsubscribe, service.links.confirm):
        token = purpose(ana.key).rpartition("/")[2]
        assert client.get(f"/data/{token}").status_code == 400
        assert client.get(f"/data/{token}/copy").status_code == 400
        assert client.post(f"/data/{token}/erase").status_code == 400
    assert reader(db, ana.key).address == ANA


def test_erasing_leaves_a_keyed_hash_alone_that_keeps_them_suppressed(client, db, service, ana, page, data_page):
    ask_new(client, page)
    client.post(f"{page}/data")
    with db.writing() as session:
        session.add_all(
            [
                mail_of("Ana@readers.example"),
                mail_of("bo@readers.example"),
                bounced(ana, raw=b"to: ana@readers.example"),
                ImportUpload(
                    file_name="list.csv", at=NOW, by="Ada", touched_at=NOW, report=b"2,left,,Ana@readers.example"
                ),
            ]
        )
    client.get(f"{data_page}/erase")  # a scanner
    assert count(db, Subscriber) == 1
    assert client.post(f"{data_page}/erase").status_code == 200
    assert rows_with(db, "ana@") == rows_with(db, "Ana@") == []
    assert rows_with(db, "bo@") == ["inbound_mail"]
    with db.reading() as session:
        assert suppressed(session, [ANA], [KEY]) == {ANA}
    assert client.post(path(service.links.unsubscribe(ana.key))).status_code == 200  # in old letters
    client.post("/subscribe", data={"address": ANA, "region": ["MX"]})
    assert rows_with(db, "ana@") == []


def test_erasing_knows_the_address_that_they_had_before_and_nobody_gets_their_number(client, db, service, ana, page):
    ask_new(client, page)
    client.post(f"{page}/data")  # a mail to the old address
    client.post(change_path(service, db))
    assert client.post(f"{path(service.links.data(ana.key))}/erase").status_code == 200
    assert rows_with(db, "@readers.example") == []
    with db.writing() as session:
        assert make_subscriber(session, address="cy@readers.example").id > ana.id


def mail_of(sender):
    return InboundMail(
        digest=sender, received_at=NOW, sender=sender, recipient="letter@news.example", kind="other", size=1, raw=b"x",
        subject=f"A word from {sender.partition('@')[0]}", text="",
    )  # fmt: skip


def bounced(ana, raw):
    return FeedbackEvent(
        provider="mail", provider_id="1", kind=FeedbackKind.BOUNCE, at=NOW, subscriber_id=ana.id,
        reason=Reason.MAILBOX_FULL, hard=False, raw=raw, raw_until=NOW,
    )  # fmt: skip


def rows_with(db, text):
    """Tables in which some column holds `text`."""
    with db.reading() as session:
        return [
            table.name
            for table in Base.metadata.sorted_tables
            if any(text in str(value) for row in session.execute(select(table)) for value in row)
        ]


def test_links_to_data_and_to_a_new_address_expire(client, db, service, ana, page, data_page, monkeypatch):
    ask_new(client, page)
    there = change_path(service, db)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 15 * 86_400)
    for method, expired in (("GET", data_page), ("POST", f"{data_page}/erase"), ("POST", there)):
        assert client.request(method, expired).status_code == 400
    assert reader(db, ana.key).address == ANA


def test_a_reader_without_a_letter_at_hand_is_mailed_the_link(client, db, ana):
    answers = {
        client.post("/preferences", data={"address": address}).text for address in (ANA, "nobody@readers.example")
    }
    assert len(answers) == 1
    assert notices(db) == [(NoticeKind.PREFERENCES, ANA)]
    client.post("/preferences", data={"address": ANA})
    assert len(notices(db)) == 1
    assert client.post("/preferences", data={"address": "x"}).status_code == 422


def test_the_reason_is_asked_for_after_leaving_and_kept_without_a_name(client, db, service, ana):
    leave = path(service.links.unsubscribe(ana.key))
    assert "/why" not in client.get(leave).text
    assert f'action="{leave}/why"' in client.post(leave, data={"leave": "all"}).text
    assert client.post(f"{leave}/why", data={"reason": "often", "words": "Too\nmany <b>\0"}).status_code == 200
    client.post(f"{leave}/why", data={"reason": "nonsense"})
    with db.reading() as session:
        [kept] = session.scalars(select(LeavingReason))
        assert (kept.reason, kept.words) == ("often", "Too many <b>")
    assert client.get(f"{leave}/why").status_code == 405


def test_a_welcome_goes_to_those_who_were_no_readers_and_once(client, db, service, ana):
    with db.writing() as session:
        bo = make_subscriber(session, address="bo@readers.example", state=SubscriberState.PENDING)
    for key in (bo.key, bo.key, ana.key):
        assert client.post(path(service.links.confirm(key))).status_code == 200
    assert notices(db) == [(NoticeKind.WELCOME, "bo@readers.example")]
