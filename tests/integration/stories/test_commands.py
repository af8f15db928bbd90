import json
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from structlog.testing import capture_logs
from typer.testing import CliRunner

from newsletter.bootstrap import Service
from newsletter.cli import app, story_words
from newsletter.cli import sources as sources_commands
from newsletter.cli import stories as stories_commands
from newsletter.editors.models import LogEntry
from newsletter.errors import InvalidInputError, NewsletterError, NotAllowedError, NotFoundError
from newsletter.stories.models import Story, StoryRegion
from newsletter.stories.parsing import FeedError
from tests.conftest import KEY
from tests.support.feeds import Page, rss
from tests.support.world import make_story

_DATA = Path(__file__).parents[2] / "data" / "feeds"
STORY = ("Told in Mexico", "https://news.example/told")


@pytest.fixture
def service(settings, db, clock, redis_url) -> Service:
    with_redis = settings.model_copy(update={"redis_url": redis_url})
    return Service(settings=with_redis, clock=clock, db=db, secret_keys=[KEY])


@pytest.fixture
def run(service, monkeypatch):
    """Runs a command on the test's own service; returns what it writes to standard output."""
    for module in (sources_commands, stories_commands, story_words):
        monkeypatch.setattr(module, "service", lambda: service)

    def run(*arguments: str, given: str | None = None, code: int = 0) -> str:
        with capture_logs():  # which go to standard error where the service is started as a command
            result = CliRunner().invoke(app, arguments, input=given)
        if isinstance(result.exception, NewsletterError):
            raise result.exception
        assert result.exit_code == code, result.output
        return result.stdout

    return run


@pytest.fixture
def run_json(run):
    return lambda *arguments, **options: json.loads(run(*arguments, "--json", **options))


def test_a_source_is_added_refreshed_and_listed_with_its_health(feeds, run, run_json):
    added = run_json("sources", "add", feeds.serve("/feed", STORY), "--home", "MX", "--language", "es", "--weight", "2")
    assert (added["home"], added["language"], added["weight"], added["health"]) == ("MX", "es", 2, "not asked yet")
    (refreshed,) = run_json("sources", "refresh", "1")
    assert (refreshed["outcome"], refreshed["new"], refreshed["trouble"]) == ("read", 1, None)
    assert run_json("sources", "refresh") == [], "it is not due again yet"
    (again,) = run_json("sources", "refresh", "--all")
    assert (again["new"], again["known"]) == (0, 1)
    (listed,) = run_json("sources", "list")
    assert (listed["name"], listed["health"]) == ("Sample", "well")
    assert "Sample" in run("sources", "list")


def test_trouble_is_shown_in_words_and_by_the_exit_code(feeds, run, run_json):
    feeds.pages["/feed"] = Page(b"<html>Hello</html>")
    run("sources", "add", feeds.url("/feed"))
    run("sources", "refresh", "1", code=1)
    run("sources", "refresh", "1", code=1)
    (listed,) = run_json("sources", "list")
    assert listed["health"] == "This is a web page, not a feed. (failed 2 times in a row)"
    shown = run_json("sources", "show", "1")
    assert shown["rejections"][0]["raw"] == "<html>Hello</html>"
    assert "<html>Hello</html>" in run("sources", "show", "1")


def test_all_sources_are_refreshed_whatever_one_of_them_does(feeds, run, run_json):
    for number in range(4):
        run("sources", "add", feeds.serve(f"/{number}", (f"Story {number}", f"https://news.example/{number}")))
    feeds.pages["/2"] = Page(b"")
    results = run_json("sources", "refresh", "--all")
    assert [result["outcome"] for result in results] == ["read", "read", "failed", "read"]


def test_a_list_of_feeds_is_imported_and_every_line_accounted_for(run, run_json):
    path = str(_DATA / "list.opml")
    first = run_json("sources", "import", path, "--home", "MX")
    assert first["counts"] == {"added": 3, "refused": 1}
    assert [(feed["line"], feed["result"]) for feed in first["feeds"]] == [
        (6, "added"),
        (7, "added"),
        (9, "added"),
        (10, "refused"),
    ]
    assert "ftp:" in first["feeds"][-1]["reason"]
    assert run_json("sources", "import", path)["counts"] == {"known": 3, "refused": 1}
    names = [(row["name"], row["home"], row["language"]) for row in run_json("sources", "list")]
    assert names[:2] == [("The Harbour Post", "MX", "en"), ("Fish & Chips Weekly", "MX", None)]
    assert "3 known" not in run("sources", "list")


def test_an_import_with_a_wrong_home_adds_nothing(run, run_json):
    with pytest.raises(NotFoundError, match="There is no region"):
        run("sources", "import", str(_DATA / "list.opml"), "--home", "XX")
    assert run_json("sources", "list") == []


def test_hundreds_of_feeds_are_imported_at_once(run_json, tmp_path):
    lines = "\n".join(f'<outline text="Feed {n}" xmlUrl="https://{n}.example/feed"/>' for n in range(400))
    (tmp_path / "many.opml").write_text(f"<opml><body>\n{lines}\n</body></opml>")
    assert run_json("sources", "import", str(tmp_path / "many.opml"))["counts"] == {"added": 400}


def test_sources_are_paused_resumed_and_removed(feeds, run, run_json):
    run("sources", "add", feeds.serve("/feed", STORY))
    run("sources", "pause", "1")
    assert run_json("sources", "list")[0]["health"] == "paused"
    assert run_json("sources", "refresh", "1")[0]["outcome"] == "skipped"
    run("sources", "resume", "1")
    run("sources", "remove", "1", given="n\n", code=1)
    assert len(run_json("sources", "list")) == 1
    run("sources", "remove", "1", given="y\n")
    assert run_json("sources", "list") == []
    used = run_json("sources", "add", feeds.url("/feed"))["id"]
    run("sources", "refresh")
    with pytest.raises(NotAllowedError, match="pause"):
        run("sources", "remove", str(used), "--yes")


def test_a_clients_key_is_shown_once(run, run_json):
    key = run("sources", "add-client", "City desk").strip()
    assert key.startswith("rws_")
    assert key not in run("sources", "show", "1")
    assert key not in json.dumps(run_json("sources", "show", "1"))


def test_a_feed_file_is_read_without_storing_anything(run, run_json, tmp_path):
    feed = run_json("stories", "parse", str(_DATA / "two-wrong-entries.xml"))
    assert (feed["title"], feed["language"], feed["kind"]) == ("Mostly right", None, "RSS 2.0")
    assert [story["title"] for story in feed["stories"]] == [
        "A good story",
        "Another good one {{7*191}} {% for x in y %}",
    ]
    assert set(feed["stories"][0]) >= {
        "title",
        "summary",
        "url",
        "canonical_url",
        "published_at",
        "author",
        "image_url",
        "language",
    }
    assert [entry["reason"] for entry in feed["rejected"]][1] == "It has no title."
    assert "A good story" in run("stories", "parse", str(_DATA / "two-wrong-entries.xml"))
    assert run_json("stories", "list") == []


def test_a_feed_is_read_from_standard_input_too(run_json):
    feed = run_json("stories", "parse", "-", given=rss(STORY).decode())
    assert [story["title"] for story in feed["stories"]] == [STORY[0]]


def test_what_is_no_feed_is_said_in_a_sentence(run, tmp_path):
    with pytest.raises(FeedError, match="The answer is empty"):
        run("stories", "parse", "-", given="")
    with pytest.raises(InvalidInputError, match="cannot be read"):
        run("stories", "parse", str(tmp_path / "none.xml"))


def test_stories_are_added_from_a_file_and_listed_with_their_words(run, run_json, tmp_path):
    path = tmp_path / "stories.json"
    path.write_text(
        json.dumps(
            [
                {"title": "Storm closes the port of Veracruz", "summary": "Mexico waits.", "region": "MX"},
                {"title": "Told in Spain", "url": "https://news.example/spain", "published_at": "2026-05-10T10:00:00Z"},
            ]
        )
    )
    added = run_json("stories", "add", str(path))
    assert added["counts"] == {"new": 2}
    assert run_json("stories", "add", str(path))["counts"] == {"known": 2}
    (mexican,) = run_json("stories", "list", "--region", "MX")
    assert mexican["url"].startswith("http://127.0.0.1:8000/regions/MX#story-")
    assert mexican["source"] == "By hand"
    assert mexican["regions"][0]["code"] == "MX"
    assert "Mexico" in {span["text"] for span in mexican["regions"][0]["spans"]}
    (recent,) = run_json("stories", "list", "--since", "2026-05-12")
    assert recent["id"] == mexican["id"]
    assert "Mexico" in run("stories", "list")


def test_a_bad_story_of_a_file_costs_only_itself_and_is_told(run_json, run, tmp_path):
    path = tmp_path / "stories.json"
    path.write_text('[{"title": "Good", "region": "MX"}, {"title": ""}, {"title": "x", "url": "data:x"}]')
    added = run_json("stories", "add", str(path), code=1)
    assert added["counts"] == {"new": 1, "refused": 2}
    assert "data:" in added["results"][2]["reason"]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("{", "not valid JSON"),
        ('["a\n"]', "Invalid control character, in line 1."),
        ("[" * 99_999, "nested too deeply"),
        ('"x"', "one story as a JSON object"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_in_a_sentence(run, given, reason):
    with pytest.raises(InvalidInputError, match=reason):
        run("stories", "add", "-", given=given)


@pytest.mark.parametrize("command", ["sources", "stories"])
def test_every_command_has_an_example(run, command):
    group = {"sources": sources_commands, "stories": stories_commands}[command].app
    for registered in group.registered_commands:
        name = registered.name or registered.callback.__name__
        assert f"newsletter {command} {name}" in run(command, name, "--help")


def test_retag_says_how_many_stories_got_other_regions(run, db, tmp_path):
    file = tmp_path / "stories.json"
    file.write_text(json.dumps([{"title": "Jalisco opens a bridge", "url": "https://news.example/1"}]))
    run("stories", "add", str(file))
    assert json.loads(run("stories", "retag", "--json")) == {"stories": 0, "changed": 0}
    with db.writing() as session:
        session.execute(update(Story).values(tagger_version=1))
        session.execute(delete(StoryRegion))
    assert json.loads(run("stories", "retag", "--json")) == {"stories": 1, "changed": 1}
    assert json.loads(run("stories", "retag", "--all", "--json")) == {"stories": 1, "changed": 0}


def test_a_story_is_corrected_taken_back_withdrawn_and_restored(db, run, run_json):
    with db.writing() as session:
        story = str(make_story(session, "Quake in Puebla", summary="It was felt far away.", language="en").id)
    corrected = run_json(
        "stories", "correct", story, "--title", "Quake in Lima", "--region", "pe", "--published-at", ""
    )
    assert (corrected["title"], corrected["regions"], corrected["published_at"]) == ("Quake in Lima", ["PE"], None)
    assert corrected["source_says"].keys() == {"title", "regions", "published_at"}
    assert "Quake in Puebla" in run("stories", "show", story)
    taken = run_json("stories", "take-back", story, "title", "regions", "published_at")
    assert (taken["title"], taken["source_says"]) == ("Quake in Puebla", {})
    assert run_json("stories", "withdraw", story, "--why", "A hoax.")["withdrawn_by"] == "command line"
    assert run_json("stories", "restore", story)["withdrawn_at"] is None
    with db.reading() as session:
        assert session.scalars(select(LogEntry.action).order_by(LogEntry.id)).all() == [
            "story corrected",
            "correction taken back",
            "story withdrawn",
            "story restored",
        ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "words", [("correct", "1"), ("correct", "1", "--published-at", "today"), ("take-back", "1", "id"), ("show", "1")]
)
def test_what_cannot_be_corrected_is_refused(db, run, words):
    with pytest.raises((InvalidInputError, NotFoundError)):
        run("stories", *words)
