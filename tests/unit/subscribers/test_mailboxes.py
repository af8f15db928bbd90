"""Addresses that lead to one mailbox are counted together; others are not."""

import pytest

from newsletter.subscribers.mailboxes import mailbox_mark, mailbox_of


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("ana@readers.example", "ana@readers.example"),
        ("ana+news@readers.example", "ana@readers.example"),
        ("a.n.a@readers.example", "ana@readers.example"),
        ("a.n.a+x+y@readers.example", "ana@readers.example"),
        ("ana@googlemail.com", "ana@gmail.com"),
        ("+only@readers.example", "+only@readers.example"),
        ("b-a@readers.example", "b-a@readers.example"),
    ],
)
def test_variants_are_one_mailbox(address, mailbox):
    assert mailbox_of(address) == mailbox


def test_different_people_are_different_mailboxes():
    people = ["ana@readers.example", "ana@other.example", "anna@readers.example", "ana-x@readers.example"]
    assert len({mailbox_mark(person) for person in people}) == len(people)


def test_a_mark_fits_its_column_whatever_the_address():
    assert len(mailbox_mark("a" * 64 + "@" + "b" * 180 + ".example")) == 64
