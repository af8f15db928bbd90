import pytest

from workers.app import application, broker_url
from workers.schedule import lifetime


@pytest.fixture
def app(monkeypatch):
    monkeypatch.setenv("REDIS_URL", "redis://redis.example:6379/2")
    monkeypatch.setenv("NEWSLETTER_RELAY_CONNECTIONS", "6")
    monkeypatch.setenv("NEWSLETTER_WORKER_THREADS", "3")
    application.cache_clear()
    yield application()
    application.cache_clear()


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("unix:///srv/data/redis.sock", "redis+socket:///srv/data/redis.sock"),
        ("redis://host:6379/1", "redis://host:6379/1"),
        ("rediss://host:6379", "rediss://host:6379"),
    ],
)
def test_celery_gets_the_address_in_its_own_scheme(url, broker):
    assert broker_url(url) == broker


def test_letters_feeds_tick_freezing_and_gathering_together_cannot_take_all_threads(app):
    assert app.conf.worker_concurrency > 6 + 3 + 1 + 1 + 1


def test_nothing_but_json_is_read_and_no_result_is_kept(app):
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_ignore_result


def test_letters_and_notices_have_queues_of_their_own(app):
    queues = {name.rpartition(".")[2]: route for name, route in app.conf.task_routes.items()}
    assert queues == {"send_letters": "letters", "send_notices": "notices"}


def test_beat_rings_for_nothing_but_the_tick(app):
    (entry,) = app.conf.beat_schedule.values()
    assert entry["task"] == "workers.tasks.tick"
    assert entry["options"]["expires"] >= entry["schedule"]


def test_a_ring_lives_until_the_next_tick_has_rung():
    assert lifetime(60) == 60
    assert lifetime(0.2) == 10
