import logging

import pytest
import structlog

from newsletter.logs import configure_logs, mask_addresses


@pytest.fixture
def restored_logs():
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:], root.level = before[0], before[1]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("no address here", "no address here"),
        ("to ana@sample.example now", "to <address> now"),
        ("<ana+mx@sample.example>: full", "<<address>>: full"),
        ("address='josé@ñandú.example'", "address='<address>'"),
        ("a@b.example,c@d.example", "<address>,<address>"),
    ],
)
def test_what_looks_like_an_address_is_masked(text, masked):
    assert mask_addresses(text) == masked


def test_our_own_lines_carry_no_address(restored_logs, capsys):
    configure_logs("json")
    structlog.get_logger("newsletter").info("refused", reply="550 ana@sample.example unknown", letter=7)
    line = capsys.readouterr().err
    assert '"letter": 7' in line
    assert "sample.example" not in line


def test_lines_and_tracebacks_of_libraries_carry_no_address(restored_logs, capsys):
    configure_logs("json")
    try:
        raise ValueError("bad mailbox ana@sample.example")
    except ValueError:
        logging.getLogger("some.library").exception("failed for %s", "ana@sample.example")
    line = capsys.readouterr().err
    assert "bad mailbox <address>" in line
    assert "sample.example" not in line


@pytest.mark.parametrize("library", ["alembic.runtime.plugins", "alembic.runtime.migration", "httpx"])
def test_libraries_do_not_tell_of_their_own_workings(restored_logs, capsys, library):
    configure_logs("console", "DEBUG")
    logging.getLogger(library).info("setting up")
    assert capsys.readouterr().err == ""
