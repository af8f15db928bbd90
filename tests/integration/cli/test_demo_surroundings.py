import os
import socket
from pathlib import Path

import pytest

from newsletter.cli.demo_screen import program
from newsletter.cli.demo_surroundings import LogFile, demo_folder, demo_settings
from newsletter.errors import InvalidInputError


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InvalidInputError, match="holds something else"), demo_folder(tmp_path, is_temporary=False):
        pass
    assert (tmp_path / "thesis.txt").exists()


def test_the_folder_of_an_earlier_demonstration_is_emptied(tmp_path):
    with demo_folder(tmp_path / "demo", is_temporary=False) as folder:
        (folder / "outbox.sqlite3").touch()
    with demo_folder(tmp_path / "demo", is_temporary=False) as folder:
        assert not (folder / "outbox.sqlite3").exists()


def test_a_temporary_folder_goes_at_the_end():
    with demo_folder(None, is_temporary=True) as folder:
        (folder / "clock").touch()
    assert not folder.exists()


def test_no_setting_of_the_surroundings_reaches_the_demonstration(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("NEWSLETTER_RELAY_URL=smtp://relay.example:25\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/news")
    monkeypatch.setenv("NEWSLETTER_SITE_NAME", "Mine")
    folder = tmp_path / "demo"
    folder.mkdir()
    with demo_settings(folder, free_ports=True) as settings:
        assert settings.relay_url is None
        assert settings.database_url == ""
        assert settings.site_name == "The Sample World Weekly"
    assert os.environ["NEWSLETTER_SITE_NAME"] == "Mine"
    assert Path.cwd() == tmp_path


def test_commands_that_run_in_the_folder_find_the_settings_there(tmp_path):
    with demo_settings(tmp_path, free_ports=True) as settings:
        assert f'NEWSLETTER_WEB_PORT="{settings.web_port}"' in (tmp_path / ".env").read_text()


def test_a_port_that_is_taken_is_not_chosen(tmp_path):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8000))
            taken.listen()
        except OSError:
            pass  # another program has it, which is as good
        with demo_settings(tmp_path, free_ports=False) as settings:
            assert settings.web_port != 8000


def test_the_log_keeps_its_last_lines_at_hand(tmp_path):
    log = LogFile(tmp_path / "demo.log")
    for number in range(50):
        log.write("worker", f"line {number}")
    log.close()
    assert log.last_lines().splitlines()[-1] == "worker: line 49"
    assert len(log.last_lines().splitlines()) == 20
    assert (tmp_path / "demo.log").read_text().count("\n") == 50


def test_the_commands_to_try_next_name_the_program_that_make_called_from_the_project_folder(tmp_path, monkeypatch):
    called = tmp_path / ".venv" / "bin" / "newsletter"
    called.parent.mkdir(parents=True)
    called.touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [".venv/bin/newsletter", "demo"])
    assert program() == str(called)
