"""Who edits, who is told, and what is kept of what they did."""

import pytest
from sqlalchemy import select

from newsletter.editors.log import COMMAND_LINE, record
from newsletter.editors.models import LogEntry, Role
from newsletter.editors.permissions import may
from newsletter.editors.service import add_editor, all_editors, editor_by_address, recipients, remove_editor
from newsletter.errors import InvalidInputError, NotFoundError

ADA = "ada@newsroom.example"


def test_those_who_may_edit_an_issue_are_told_about_it(db, clock):
    with db.writing() as session:
        for number, role in enumerate(Role):
            add_editor(session, f"e{number}@newsroom.example", name=str(role), role=role)
        gone = add_editor(session, "gone@newsroom.example", name="gone", role=Role.ADMIN)
        remove_editor(session, gone, clock.now())
    with db.reading() as session:
        assert [editor.name for editor in recipients(session)] == ["editor", "publisher", "admin"]
        assert [editor.name for editor in all_editors(session)] == [str(role) for role in Role]


def test_each_role_may_do_what_the_ones_before_it_may(db):
    with db.writing() as session:
        editor = add_editor(session, ADA, name="Ada", role=Role.PUBLISHER)
        assert [may(editor, role) for role in Role] == [True, True, True, False]
        editor.active = False
        assert not may(editor, Role.REPORTER)


def test_an_editor_is_found_in_whatever_case(db):
    with db.writing() as session:
        add_editor(session, ADA, name="Ada")
        assert editor_by_address(session, " Ada@Newsroom.example ").name == "Ada"
        with pytest.raises(NotFoundError, match="editors list"):
            editor_by_address(session, "bo@newsroom.example")


def test_one_is_added_once_and_may_come_back(db, clock):
    with db.writing() as session:
        ada = add_editor(session, ADA, name="Ada")
        with pytest.raises(InvalidInputError, match="already"):
            add_editor(session, ADA, name="Ada again")
        remove_editor(session, ada, clock.now())
        back = add_editor(session, ADA, name="Ada L.", role=Role.ADMIN)
        assert (back.id, back.name, back.role, back.active) == (ada.id, "Ada L.", Role.ADMIN, True)


@pytest.mark.parametrize("name", ["", "  ", "A" * 201, "Ada\0", "Ada\u202e"])
def test_a_name_is_visible_and_short(db, name):
    with db.writing() as session, pytest.raises(InvalidInputError, match="name"):
        add_editor(session, ADA, name=name)


def test_a_name_is_one_line(db):
    with db.writing() as session:
        assert add_editor(session, ADA, name="Ada\r\n Lovelace").name == "Ada Lovelace"


def test_what_was_done_is_kept(db, clock):
    with db.writing() as session:
        record(
            session,
            actor=COMMAND_LINE,
            action="issue approved",
            subject="issue MX 2026-W20",
            details={"before": "draft", "after": "approved"},
            now=clock.now(),
        )
    with db.reading() as session:
        entry = session.scalars(select(LogEntry)).one()
        assert (entry.at, entry.actor, entry.action) == (clock.now(), "command line", "issue approved")
        assert entry.details == {"before": "draft", "after": "approved"}
