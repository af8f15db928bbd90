"""Suppressed addresses."""

from sqlalchemy import select

from newsletter.subscribers.models import Suppression
from newsletter.subscribers.suppression import suppress, suppressed

OLD, NEW = "o" * 32, "n" * 32


def test_a_suppressed_address_is_found_in_whatever_case(db, clock):
    with db.writing() as session:
        assert suppress(session, "ana@readers.example", "asked", [NEW], clock.now())
    with db.reading() as session:
        asked = ["Ana@Readers.example", "ana@readers.example", "bo@readers.example"]
        assert suppressed(session, asked, [NEW]) == {"Ana@Readers.example", "ana@readers.example"}


def test_a_suppression_outlives_a_new_key(db, clock):
    with db.writing() as session:
        suppress(session, "ana@readers.example", "asked", [OLD], clock.now())
    with db.writing() as session:
        assert suppressed(session, ["ana@readers.example"], [NEW, OLD]) == {"ana@readers.example"}
        assert not suppress(session, "ana@readers.example", "again", [NEW, OLD], clock.now())


def test_only_a_digest_is_kept(db, clock):
    with db.writing() as session:
        suppress(session, "ana@readers.example", "asked", [NEW], clock.now())
    with db.reading() as session:
        row = session.scalars(select(Suppression)).one()
        assert "ana" not in row.address_digest
        assert (row.reason, row.since) == ("asked", clock.now())


def test_many_thousand_addresses_are_asked_about_at_once(db, clock):
    addresses = [f"reader{number}@readers.example" for number in range(12_000)]
    with db.writing() as session:
        suppress(session, addresses[11_999], "asked", [NEW, OLD], clock.now())
        assert suppressed(session, addresses, [NEW, OLD]) == {addresses[11_999]}
        assert suppressed(session, [], [NEW]) == set()
