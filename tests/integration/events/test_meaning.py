"""Events of two languages are one by what they mean: a real static model, real files, real rows."""

import json
import socket
import subprocess
import sys

import numpy as np
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs
from typer.testing import CliRunner

from newsletter.bootstrap import bootstrap
from newsletter.cli import app
from newsletter.cli.checking import check_up
from newsletter.config import Settings
from newsletter.db import Database
from newsletter.errors import SettingsError
from newsletter.events.counterparts import counterparts
from newsletter.events.embedder import FILES, KEY, Embedder
from newsletter.events.gathering import gather
from newsletter.events.models import Counterpart, Event, EventStory
from tests.support.static_model import SIZE, make_static_model
from tests.support.world import NOW, make_source, make_story

CUT = 1.25
# What happened, in English and Spanish: no name, no number and no country ties the two.
TOLD = [
    ("Drought empties reservoir", "La sequía vacía el embalse"),
    ("Fire in old market", "Arde el mercado: incendio nocturno"),
    ("Minister resigns", "Dimite la ministra"),
    ("Teachers on strike", "Maestros en huelga"),
    ("Long bridge opens", "Abren el puente largo"),
    ("Whales back in the sea", "Ballenas de vuelta al mar"),
]
SUMMARIES = {"en": "It was told on the radio.", "es": "Lo contó la radio."}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_static_model(tmp_path_factory.mktemp("model"))


@pytest.fixture
def meaning_db(database_url, folder):
    """A database whose sessions are handed the model, as bootstrap does it."""
    database = Database(database_url, {KEY: Embedder(folder, CUT)})
    yield database
    database.close()


def tell(session, language: str, titles) -> dict[str, int]:
    """Title to event, after gathering."""
    source = make_source(session, language=language)
    stories = {
        title: make_story(session, title, source=source, summary=SUMMARIES[language], about={}).id for title in titles
    }
    gather(session, NOW)
    events = {place.story_id: place.event_id for place in session.scalars(select(EventStory))}
    return {title: events[story_id] for title, story_id in stories.items()}


def tell_all(session) -> tuple[dict[str, int], dict[str, int]]:
    english = tell(session, "en", [one for one, _ in TOLD])
    return english, tell(session, "es", [other for _, other in TOLD])


def pairs_of(session) -> set[tuple[int, int]]:
    return {(pair.one_id, pair.other_id) for pair in session.scalars(select(Counterpart))}


def test_without_a_model_events_that_share_no_name_stay_strangers(db: Database):
    with db.writing() as session:
        tell_all(session)
        assert pairs_of(session) == set()


def test_with_a_model_each_finds_the_one_that_means_the_same(meaning_db: Database):
    with meaning_db.writing() as session:
        english, spanish = tell_all(session)
        assert pairs_of(session) == {(english[one], spanish[other]) for one, other in TOLD}
        (pair,) = counterparts(session, english[TOLD[0][0]])
        assert (pair.similarity, pair.shared, pair.cut) == (0.0, [], CUT)
        assert pair.nearness is not None
        assert pair.nearness > CUT


def test_gathering_again_finds_nothing_twice(meaning_db: Database):
    with meaning_db.writing() as session:
        tell_all(session)
        before = pairs_of(session)
        tell(session, "en", ["Volcano covers villages with ash"])
        assert pairs_of(session) == before


def test_the_model_changes_no_event_and_nothing_that_names_tie(database_url, folder):
    def gathered(database: Database) -> tuple[list, list]:
        with database.writing() as session:
            tell_all(session)
            tell(session, "en", ["Mine collapses in Sabinas, says Riquelme"])
            tell(session, "es", ["Colapsa una mina en Sabinas, dice Riquelme"])
            events = session.execute(
                select(Event.language, EventStory.event_id, EventStory.similarity, EventStory.shared_terms)
                .join(EventStory, EventStory.event_id == Event.id)
                .order_by(EventStory.event_id, EventStory.story_id)
            )
            by_names = session.execute(
                select(Counterpart.similarity, Counterpart.shared).where(Counterpart.nearness.is_(None))
            )
            found = [list(map(tuple, events)), list(map(tuple, by_names))]
            session.rollback()
        first = min(row[1] for row in found[0])
        return [(language, event - first, *rest) for language, event, *rest in found[0]], found[1]

    plain, with_model = Database(database_url), Database(database_url, {KEY: Embedder(folder, CUT)})
    try:
        assert gathered(plain) == gathered(with_model)
    finally:
        plain.close()
        with_model.close()


def test_a_pair_that_names_tie_is_not_looked_for_by_meaning(meaning_db: Database):
    with meaning_db.writing() as session:
        tell_all(session)
        one = tell(session, "en", ["Volcano near Sabinas covers villages with ash, says Riquelme"])
        other = tell(session, "es", ["El volcán de Sabinas cubre aldeas de ceniza, dice Riquelme"])
        (pair,) = counterparts(session, *one.values())
        assert {pair.one_id, pair.other_id} == {*one.values(), *other.values()}
        assert pair.nearness is None
        assert "Sabinas" in pair.shared


def test_words_of_a_report_that_name_two_countries_keep_two_events_apart(meaning_db: Database):
    with meaning_db.writing() as session:
        tell(session, "en", [one for one, _ in TOLD[1:]])
        tell(session, "es", [other for _, other in TOLD[1:]])
        for code, title, language in (("PE", TOLD[0][0], "en"), ("CL", TOLD[0][1], "es")):
            source = make_source(session, language=language)
            story = make_story(session, title, source=source, summary=SUMMARIES[language], about={code: 0.8})
            story.regions[0].spans = [{"field": "title", "start": 0, "end": 4, "text": "word"}]
        gather(session, NOW)
        assert len(pairs_of(session)) == len(TOLD) - 1


def test_where_a_source_is_at_home_keeps_nothing_apart(meaning_db: Database):
    with meaning_db.writing() as session:
        tell(session, "en", [one for one, _ in TOLD[1:]])
        tell(session, "es", [other for _, other in TOLD[1:]])
        for code, title, language in (("GB", TOLD[0][0], "en"), ("MX", TOLD[0][1], "es")):
            source = make_source(session, language=language)
            make_story(session, title, source=source, summary=SUMMARIES[language], about={code: 0.5})
        gather(session, NOW)
        assert len(pairs_of(session)) == len(TOLD)


def test_vectors_have_length_one_and_stand_in_the_order_of_the_texts(folder):
    embedder = Embedder(folder, CUT)
    vectors = embedder.vectors(["drought", "Sequía", "fire", "nothing known", "drought"])
    assert vectors.shape == (5, SIZE)
    assert np.allclose(np.linalg.norm(vectors[:3], axis=1), 1)
    assert np.allclose(vectors[0], vectors[1])
    assert (vectors[0] == vectors[4]).all()
    assert not vectors[3].any()
    assert embedder.size == SIZE


def test_loading_asks_no_network(folder, monkeypatch):
    def refuse(*_arguments, **_options):
        raise AssertionError("something asked the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert Embedder(folder, CUT).size == SIZE


GOES_AWAY = """
from pathlib import Path
from newsletter.events.embedder import Embedder, EmbedderError
embedder = Embedder(Path("somebody/some-model"), 1.25)
Embedder.check = lambda self: None  # as if the folder went between the check and the reading
try:
    embedder.vectors(["drought"])
except EmbedderError as error:
    print(error)
"""


def test_where_the_folder_goes_away_the_client_of_a_hub_is_not_let_out():
    """In a process of its own, for the client reads whether it may go out when it is imported."""
    done = subprocess.run([sys.executable, "-c", GOES_AWAY], capture_output=True, text=True, timeout=60, check=True)
    assert (
        "can't be read (OfflineModeIsEnabled" in done.stdout or "can't be read (LocalEntryNotFoundError" in done.stdout
    )


WRONG = [
    ("no folder", None, "is no folder here"),
    ("the name of a model on a hub", "somebody/some-model", "names on a hub are not looked up"),
    ("an empty folder", (), "lacks config.json, tokenizer.json, model.safetensors"),
    ("a folder without the vectors", FILES[:2], "lacks model.safetensors"),
]


@pytest.mark.parametrize(("given", "sentence"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_with_the_folder_stops_the_start_with_a_sentence(given, sentence, tmp_path):
    folder = tmp_path / "model" if given is None else given
    if isinstance(given, tuple):
        folder = tmp_path / "model"
        folder.mkdir()
        for name in given:
            (folder / name).write_text("{}")
    settings = Settings(embeddings_model=folder, data_dir=tmp_path / "data")
    with pytest.raises(SettingsError, match="NEWSLETTER_EMBEDDINGS_MODEL") as caught:
        bootstrap(settings)
    assert sentence in str(caught.value)


def test_a_missing_extra_stops_the_start_with_what_to_run(folder, monkeypatch):
    monkeypatch.setattr("newsletter.events.embedder.find_spec", lambda _name: None)
    with pytest.raises(SettingsError, match="make embeddings"):
        Embedder(folder, CUT).check()


def test_a_broken_model_costs_the_pairs_and_nothing_else(database_url, folder, tmp_path):
    for name in FILES:
        (tmp_path / name).write_bytes((folder / name).read_bytes()[:40])
    database = Database(database_url, {KEY: Embedder(tmp_path, CUT)})
    try:
        with database.writing() as session, capture_logs() as logs:
            tell_all(session)
            assert pairs_of(session) == set()
            assert len(session.scalars(select(Event)).all()) == 2 * len(TOLD)
        assert any("can't be read" in line.get("reason", "") for line in logs)
    finally:
        database.close()


def test_the_status_says_whether_a_model_is_there_and_can_be_read(folder, tmp_path, redis_url):
    def finding(**columns):
        settings = Settings(redis_url=redis_url, data_dir=tmp_path, **columns)
        (one,) = [found for found in check_up(settings, NOW) if found.what == "embeddings"]
        return one

    assert finding().how.startswith("off")
    assert finding(embeddings_model=folder).how == f"{folder} can be read: {SIZE} numbers a headline"
    broken = tmp_path / "broken"
    broken.mkdir()
    for name in FILES:
        (broken / name).write_text("no model")
    found = finding(embeddings_model=broken)
    assert not found.is_well
    assert "can't be read" in found.how


def test_a_pair_says_how_near_it_is_and_what_it_takes(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("NEWSLETTER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("NEWSLETTER_EMBEDDINGS_MODEL", str(folder))
    service = bootstrap()
    try:
        with service.db.writing() as session:
            english, spanish = tell_all(session)
    finally:
        service.close()
    one, other = english[TOLD[0][0]], spanish[TOLD[0][1]]
    shown = CliRunner().invoke(app, ["events", "show", str(one), "--json"])
    (pair,) = json.loads(shown.stdout)["in_other_languages"]
    assert (pair["event"], pair["shared"], pair["cut"]) == (other, [], CUT)
    assert f"they are {pair['nearness']:.2f} times as near to each other" in pair["why"]
    assert "1.25 is enough" in pair["why"]
    assert TOLD[0][1] in CliRunner().invoke(app, ["events", "show", str(one)]).stdout
