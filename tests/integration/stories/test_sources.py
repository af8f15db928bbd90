from datetime import UTC, datetime

import pytest

from newsletter.errors import InvalidInputError, NotAllowedError, NotFoundError
from newsletter.stories.models import Source, SourceKind
from newsletter.stories.parsed import ParsedStory, RejectedEntry
from newsletter.stories.rejecting import keep
from newsletter.stories.sources import (
    KnownSourceError,
    add_client,
    add_source,
    all_sources,
    client_by_key,
    own_source,
    pause,
    rejections,
    remove,
    source,
)
from newsletter.stories.storing import store

NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)


def test_a_feed_is_added_once_whatever_its_address_looks_like(db):
    with db.writing() as session:
        added = add_source(session, " https://News.Example/feed#top ", home="mx", language="es-MX", now=NOW)
        assert (added.url, added.name, added.home, added.language) == (
            "https://news.example/feed",
            "news.example",
            "MX",
            "es",
        )
        assert added.due_at == NOW
        with pytest.raises(KnownSourceError, match=f"{added.id}, news.example"):
            add_source(session, "feed:https://news.example/feed", now=NOW)


@pytest.mark.parametrize(
    ("given", "error", "reason"),
    [
        ({"url": "javascript:alert(1)"}, InvalidInputError, "javascript:"),
        ({"url": "ftp://news.example/"}, InvalidInputError, "ftp:"),
        ({"url": "news"}, InvalidInputError, "no full address"),
        ({"url": "https://a:b@news.example/"}, InvalidInputError, "user name"),
        ({"home": "XX"}, NotFoundError, "There is no region"),
        ({"language": "Spanish!"}, InvalidInputError, "no language"),
        ({"weight": 0}, InvalidInputError, "weight"),
        ({"weight": 11}, InvalidInputError, "weight"),
        ({"weight": float("nan")}, InvalidInputError, "weight"),
    ],
)
def test_a_wrong_source_is_refused_in_a_sentence(db, given, error, reason):
    with db.writing() as session, pytest.raises(error, match=reason):
        add_source(session, **({"url": "https://news.example/feed", "now": NOW} | given))


def test_a_name_is_one_clean_line(db):
    with db.writing() as session:
        added = add_source(session, "https://news.example/feed", name="A\r\nBcc: x\u202e<b>", now=NOW)
        assert added.name == "A Bcc: x<b>"


def test_a_client_is_known_by_its_key_which_is_stored_nowhere(db):
    with db.writing() as session:
        client, key = add_client(session, "City desk", home="MX", now=NOW)
    with db.reading() as session:
        found = client_by_key(session, key)
        assert found is not None
        assert found.id == client.id
        stored = session.get_one(Source, client.id)
        assert all(key not in str(value) for value in vars(stored).values())
        for wrong in ("", key[:-1], key + "x", key.swapcase(), client.key_digest, "\udcff", "é"):
            assert client_by_key(session, wrong) is None
    with db.writing() as session:
        pause(session, client.id)
    with db.reading() as session:
        assert client_by_key(session, key) is None, "a paused client may send nothing"


def test_stories_by_hand_have_one_source_of_each_name(db):
    with db.writing() as session:
        first = own_source(session, "By hand", NOW)
        assert own_source(session, "By hand", NOW).id == first.id
        assert own_source(session, "Sports", NOW).id != first.id
        assert first.kind is SourceKind.API
        client, _ = add_client(session, "Sports", now=NOW)
        assert own_source(session, "Sports", NOW).id != client.id, "a client's name gives no way into its stories"


def test_a_source_without_stories_may_be_removed_and_others_only_paused(db):
    with db.writing() as session:
        empty = add_source(session, "https://a.example/", now=NOW)
        keep(session, empty.id, [RejectedEntry("It has no title.", "{}")], NOW)
        used = add_source(session, "https://b.example/", now=NOW)
        store(session, used, [ParsedStory("Told", "", "https://b.example/1", "https://b.example/1")], NOW)
        remove(session, empty.id)
        with pytest.raises(NotAllowedError, match=f"sources pause {used.id}"):
            remove(session, used.id)
    with db.reading() as session:
        assert [row.id for row in all_sources(session)] == [used.id]
        assert rejections(session, empty.id) == []
        with pytest.raises(NotFoundError):
            source(session, empty.id)
