"""Commands that change what an issue says, on a real database."""

import json

import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner

from newsletter.bootstrap import Service
from newsletter.cli import issue_edits
from newsletter.config import Settings
from newsletter.editors.log import COMMAND_LINE
from newsletter.editors.models import LogEntry
from newsletter.errors import NewsletterError, NotAllowedError, NotFoundError
from newsletter.issues.finding import issue
from newsletter.issues.models import IssueState
from tests.conftest import KEY
from tests.support.world import make_event, make_issue, make_region, make_story

SENTENCE = "The river rose above its banks on Sunday and carried away the footbridge of the old mill. "


@pytest.fixture
def mexico(db, clock, tmp_path, monkeypatch):
    """Mexico's approved issue; the summary of its first item has five sentences of ninety characters."""
    settings = Settings(_env_file=None, data_dir=tmp_path)
    made = Service(settings=settings, clock=clock, db=db, secret_keys=[KEY])
    monkeypatch.setattr(issue_edits, "service", lambda: made)
    with db.writing() as session:
        events = [make_event(session, [make_story(session, summary=text)]) for text in (SENTENCE * 5, "Short.")]
        make_issue(session, make_region(session), items=events, state=IssueState.APPROVED)


def run(*words):
    with capture_logs():
        result = CliRunner().invoke(issue_edits.app, words)
    if isinstance(result.exception, NewsletterError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def summary(db):
    with db.reading() as session:
        return issue(session, "MX").items[0].summary


def test_a_summary_is_cut_after_a_sentence_again_for_more_and_undo_brings_it_back(db, mexico):
    said = " ".join(run("shorten", "MX", "1").stderr.split())
    assert "MX/2026-W20 is changed" in said
    assert "The approval by Ada is void: approve it again." in said
    assert summary(db) == (SENTENCE * 3).strip()
    shorter = json.loads(run("shorten", "MX/2026-W20", "1", "--json").stdout)
    assert (shorter["state"], shorter["items"][0]["summary"]) == ("draft", (SENTENCE * 2).strip())
    with db.reading() as session:
        entry = session.query(LogEntry).order_by(LogEntry.id.desc()).first()
        assert (entry.actor, entry.subject) == (COMMAND_LINE, "issue MX/2026-W20")
    run("undo", "MX")
    run("undo", "MX")
    assert summary(db).strip() == (SENTENCE * 5).strip()


def test_what_cannot_be_shortened_says_why_and_stays(db, mexico):
    with pytest.raises(NotAllowedError, match="no sentence of it ends sooner"):
        run("shorten", "MX", "2")
    with pytest.raises(NotFoundError, match="item"):
        run("shorten", "MX", "3")
    with db.reading() as session:
        assert issue(session, "MX").state is IssueState.APPROVED
