"""Sign-in links and sessions."""

import threading

import pytest
from sqlalchemy import select

from newsletter.editors.models import EditorSession, Role, SignInLink
from newsletter.editors.service import add_editor, change_role, editor_by_address, remove_editor
from newsletter.editors.signing_in import (
    LINK_FOR,
    SESSION_FOR,
    BadSignInLinkError,
    make_link,
    sign_in,
    sign_out,
    signed_in,
)

ADA = "ada@newsroom.example"


@pytest.fixture
def link(db, clock):
    """The secret of a link for the publisher Ada."""
    with db.writing() as session:
        return make_link(session, add_editor(session, ADA, name="Ada", role=Role.PUBLISHER), clock.now())


@pytest.fixture
def cookie(db, clock, link):
    with db.writing() as session:
        return sign_in(session, link, clock.now())[1]


def who(db, clock, cookie):
    with db.reading() as session:
        editor = signed_in(session, cookie, clock.now())
        return editor.name if editor else None


def test_a_link_signs_in_once(db, clock, link):
    with db.writing() as session:
        editor, cookie = sign_in(session, link, clock.now())
        assert editor.name == "Ada"
    assert who(db, clock, cookie) == "Ada"
    with pytest.raises(BadSignInLinkError), db.writing() as session:
        sign_in(session, link, clock.now())


def test_of_requests_at_the_same_moment_one_gets_in(db, clock, link):
    start = threading.Barrier(4)
    outcomes = []

    def request():
        start.wait()
        try:
            with db.writing() as session:
                outcomes.append(sign_in(session, link, clock.now())[1])
        except BadSignInLinkError:
            outcomes.append(None)

    threads = [threading.Thread(target=request) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 4
    assert len([outcome for outcome in outcomes if outcome]) == 1


def test_a_link_is_good_for_ten_minutes(db, clock, link):
    clock.set(clock.now() + LINK_FOR)
    with pytest.raises(BadSignInLinkError), db.writing() as session:
        sign_in(session, link, clock.now())


def test_a_new_link_voids_the_ones_before(db, clock, link):
    with db.writing() as session:
        newer = make_link(session, editor_by_address(session, ADA), clock.now())
    with pytest.raises(BadSignInLinkError), db.writing() as session:
        sign_in(session, link, clock.now())
    with db.writing() as session:
        assert sign_in(session, newer, clock.now())


@pytest.mark.parametrize("secret", ["", "x", "' OR 1=1 --", "ü" * 2000, "\0"])
def test_a_guess_does_not_sign_in(db, clock, link, secret):
    with pytest.raises(BadSignInLinkError), db.writing() as session:
        sign_in(session, secret, clock.now())
    assert who(db, clock, secret) is None


def test_secrets_are_not_in_the_database(db, clock, link, cookie):
    with db.reading() as session:
        assert session.scalars(select(SignInLink.digest)).one() != link
        assert session.scalars(select(EditorSession.digest)).one() != cookie


def test_a_session_ends_after_a_working_day(db, clock, cookie):
    clock.set(clock.now() + SESSION_FOR)
    assert who(db, clock, cookie) is None


def test_after_signing_out_the_cookie_is_worth_nothing(db, clock, cookie):
    with db.writing() as session:
        sign_out(session, cookie, clock.now())
    assert who(db, clock, cookie) is None


def test_another_role_ends_the_session(db, clock, cookie):
    with db.writing() as session:
        change_role(session, editor_by_address(session, ADA), Role.REPORTER, clock.now())
    assert who(db, clock, cookie) is None


def test_one_who_is_removed_is_out_at_once_and_cannot_use_a_link(db, clock, cookie):
    with db.writing() as session:
        ada = editor_by_address(session, ADA)
        link = make_link(session, ada, clock.now())
        remove_editor(session, ada, clock.now())
    assert who(db, clock, cookie) is None
    with pytest.raises(BadSignInLinkError), db.writing() as session:
        sign_in(session, link, clock.now())
