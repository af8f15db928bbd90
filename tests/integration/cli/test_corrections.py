"""`newsletter issues correct --mail`, on a real database and Redis."""

import json

import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner

from newsletter.cli import issue_edits, rounds
from newsletter.errors import InvalidInputError, NewsletterError, NotAllowedError, NotFoundError
from tests.integration.sending.conftest import service, settings  # noqa: F401 - fixtures
from tests.support.rounds import MEXICO, deliver, freeze_at, mexico_with_readers


@pytest.fixture
def sent(service, monkeypatch):  # noqa: F811 - the fixture above
    """Mexico's letter has gone to three readers."""
    for module in (issue_edits, rounds):
        monkeypatch.setattr(module, "service", lambda: service)
    mexico_with_readers(service, 3)
    freeze_at(service, MEXICO)
    deliver(service)
    return service


def run(app, *arguments, answer=None):
    with capture_logs():
        result = CliRunner().invoke(app, arguments, input=answer)
    if isinstance(result.exception, NewsletterError):
        raise result.exception
    return result


def test_a_correction_is_published_then_mailed_on_a_persons_word(sent):
    asked = run(issue_edits.app, "correct", "MX", "It was 1988.", "--mail", answer="n\n")
    assert asked.exit_code == 1
    assert "Mail it to the 3 readers who got MX/2026-W20" in asked.output
    mailed = json.loads(run(issue_edits.app, "correct", "MX", "--mail", "--yes", "--json").stdout)
    assert (mailed["text"], mailed["readers"]) == ("It was 1988.", 3)
    sent.freezer.freeze_due_waves(MEXICO)
    shown = json.loads(run(rounds.app, "show", str(mailed["round"]), "--json").stdout)
    assert (shown["corrects"], shown["audience"]) == ("MX/2026-W20", 3)
    assert f"{mailed['round']} (corrects" in run(rounds.app, "list").stdout
    assert "Correction of MX/2026-W20" in run(rounds.app, "show", str(mailed["round"])).stdout


def test_what_cannot_be_mailed_says_why(sent):
    with pytest.raises(InvalidInputError, match="Write what was wrong"):
        run(issue_edits.app, "correct", "MX")
    with pytest.raises(NotFoundError, match="no correction that is not mailed"):
        run(issue_edits.app, "correct", "MX", "--mail", "--yes")
    run(issue_edits.app, "correct", "MX", "It was 1988.", "--mail", "--yes")
    with pytest.raises((NotFoundError, NotAllowedError)):
        run(issue_edits.app, "correct", "MX", "--mail", "--yes")
