"""Addresses that say for whom they are: good for their purpose, their reader and their days alone."""

from datetime import date, timedelta

import pytest

from newsletter.subscribers.links import BadLinkError, ExpiredLinkError
from newsletter.subscribers.mail_addresses import MailAddresses

ADDRESSES = MailAddresses(["new-key", "old-key"], "in.news.example")
KEY, TODAY = "aB3_-5678901234z", date(2026, 5, 14)


def token_of(address: str) -> str:
    return address.partition("+")[2].partition("@")[0]


LEAVE, CONFIRM = token_of(ADDRESSES.unsubscribe(KEY)), token_of(ADDRESSES.confirm(KEY, TODAY))


def test_a_token_names_its_reader_in_whatever_case_a_server_writes_it() -> None:
    assert ADDRESSES.read_unsubscribe(LEAVE.upper()) == KEY
    assert ADDRESSES.read_confirm(CONFIRM.upper(), TODAY, good_for_days=14) == KEY


def test_a_token_of_one_purpose_serves_no_other() -> None:
    with pytest.raises(BadLinkError):
        ADDRESSES.read_unsubscribe(CONFIRM)
    with pytest.raises(BadLinkError) as caught:
        ADDRESSES.read_confirm(LEAVE, TODAY, good_for_days=36_500)
    assert not isinstance(caught.value, ExpiredLinkError)  # it is not even looked at for its day


@pytest.mark.parametrize("place", range(len(LEAVE)))
def test_no_letter_of_a_token_can_be_another(place: int) -> None:
    other = "b" if LEAVE[place] == "a" else "a"
    with pytest.raises(BadLinkError):
        ADDRESSES.read_unsubscribe(LEAVE[:place] + other + LEAVE[place + 1 :])


@pytest.mark.parametrize("length", range(len(LEAVE)))
def test_no_part_of_a_token_will_do(length: int) -> None:
    with pytest.raises(BadLinkError):
        ADDRESSES.read_unsubscribe(LEAVE[:length])


def test_an_answer_is_good_for_some_days_and_not_before_it_was_asked_for() -> None:
    for day, is_good in ((-1, False), (0, True), (14, True), (15, False)):
        when = TODAY + timedelta(days=day)
        if is_good:
            assert ADDRESSES.read_confirm(CONFIRM, when, good_for_days=14) == KEY
        else:
            with pytest.raises(ExpiredLinkError):
                ADDRESSES.read_confirm(CONFIRM, when, good_for_days=14)


def test_keys_rotate_and_what_another_service_signed_is_refused() -> None:
    before = MailAddresses(["old-key"], "in.news.example")
    assert ADDRESSES.read_unsubscribe(token_of(before.unsubscribe(KEY))) == KEY
    with pytest.raises(BadLinkError):
        before.read_unsubscribe(LEAVE)


def test_the_local_part_is_no_longer_than_may_be() -> None:
    assert len(ADDRESSES.confirm(KEY, TODAY).partition("@")[0]) <= 64
