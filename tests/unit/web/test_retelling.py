"""Sentences of the stages, told in the language of the editor who reads them."""

import ast
import re
from functools import cache

import pytest
from babel.messages.pofile import read_po

from newsletter.rendering.translations import desk_languages, locale_folder
from newsletter.web.retelling import PART, Shape, told

FOREIGN = [language for language in desk_languages() if language != "en"]
PACKAGE = locale_folder().parent
HOLE = re.compile(r"\{(\d)(?::[a-z]+)?\}")
# Whose sentences the desk shows, all of them but for what is said to programs and in logs.
SHOWN = [
    "issues/acknowledging.py",
    "issues/choosing.py",
    "issues/holding.py",
    "issues/thin_weeks.py",
    "issues/withdrawing.py",
    "picking/choice.py",
    "picking/score.py",
    "sending/preflight.py",
    "sending/spam_score.py",
    "stories/correcting.py",
    "stories/fetching.py",
    "stories/parsing.py",
    "subscribers/lists/uploads.py",
    "web/desk_access.py",
    "web/desk_event_show.py",
    "web/desk_import.py",
    "web/desk_keys.py",
    "web/desk_region_change.py",
    "web/desk_relay_show.py",
    "web/desk_round_control.py",
    "web/desk_source_show.py",
    "web/desk_story_change.py",
    "web/desk_week.py",
    "webhooks/posting.py",
]

# Put together from pieces of the code, which no single text of it shows.
COMPOSED = {
    "A publisher is to approve it. Its first waves have opened without it.",
    "{0} has approved it; a second word is asked. Its first waves have opened without it.",
    "{0} sources report it, but some print the same text, so they count as one: {1}.",
    "{0} sources report it, but some print the same text, so they count as {1}: {2}.",
    "{0} counts as much as most sources do.",
    "{0} counts more than other sources here.",
    "{0} counts less than other sources here.",
    "http{0}: {1}",
    "This is a web page, not a feed.",
    "This is a web page, not a feed; the page names a feed at {0}.",
}

TOLD = {
    "Only El Sol reports it.": "Solo la cuenta El Sol.",
    "Both tell of “Sabinas” and “10”: their likeness is 0.41, well above the 0.30 that it takes.": (
        "Las dos hablan de “Sabinas” y “10”: se parecen en 0.41, bastante más que el 0.30 que hace falta."
    ),
    "No name or number ties them. In meaning they are 1.42 times as near to each other as to the reports next to them, "
    "and 1.25 is enough: read both.": (
        "Ningún nombre ni número las une. Por su sentido están 1.42 veces más cerca una de otra que de las siguientes, "
        "y basta con 1.25: lee las dos."
    ),
    "Only El Sol reports it, in two stories.": "Solo la cuenta El Sol, en dos noticias.",
    "Three sources report it independently: El Sol, La Voz and The Post.": (
        "La cuentan tres fuentes por separado: El Sol, La Voz y The Post."
    ),
    "It is clearly about Germany (93% sure).": "Trata claramente de Alemania (93% de certeza).",
    "The latest report is five hours old.": "La versión más reciente es de hace cinco horas.",
    "Reports give 7 dead, 1 missing and a magnitude of 6.1.": (
        "Las versiones hablan de 7 muertos, 1 desaparecido y una magnitud de 6.1."
    ),
    "Two items are about Germany already.": "Ya hay dos notas sobre Alemania.",
    "El Sol's report tells of the same names (“Oaxaca”, “Puebla”) and word (“quake”): its likeness to the other "
    "reports is 0.55, just above the 0.50 that joining takes.": (
        "La versión de El Sol comparte los nombres (“Oaxaca”, “Puebla”) y una palabra (“quake”): su parecido con las "
        "otras es de 0.55, apenas por encima del 0.50 que hace falta para unirlas."
    ),
    "It is one of the letter's 10 items with 6.30 points: Only El Sol reports it (+0.00). "
    "The latest report is two hours old (+0.90).": (
        "Es una de las 10 notas del boletín, con 6.30 puntos: Solo la cuenta El Sol (+0.00). "
        "La versión más reciente es de hace dos horas (+0.90)."
    ),
    "Too few stories: two events about Mexico since the last issue, and a letter needs at least five. One more is told "
    "in languages other than Spanish.": (
        "Muy pocas noticias: dos sucesos sobre México desde el último número, y un boletín necesita al menos cinco. "
        "Hay una más contada en idiomas distintos de español."
    ),
    "https://a.example/x: The server answers with 404.": "https://a.example/x: El servidor responde con 404.",
    "17 of the last 200 letters (8%) were refused or are unknown, more than 5%.": (
        "17 de los últimos 200 boletines (8%) fueron rechazados o son inciertos, más de 5%."
    ),
    "The round of 2026-W20 is planned, not paused.": "El envío de 2026-W20 está planeado, no en pausa.",
}


@pytest.mark.parametrize("sentence", TOLD, ids=lambda sentence: sentence[:40])
def test_a_sentence_is_told_with_its_values(sentence):
    assert told(sentence, "es") == TOLD[sentence]
    assert told(sentence, "en") == sentence


@pytest.mark.parametrize(
    "note",
    ["The mayor was found dead", "One", "editor", "We wait for two reports and three events", "{0} {1:said}", "", " "],
)
def test_what_a_person_wrote_stays_as_they_wrote_it(note):
    assert told(note, "es") == note


@pytest.mark.parametrize("name", ["{0}", "{0.__class__}", "%(x)s", "<b>", "Only A reports it."])
def test_a_hostile_value_stays_a_value(name):
    assert told(f"Only {name} reports it.", "es") == f"Solo la cuenta {name}."


def test_a_long_hostile_sentence_comes_to_its_end():
    """A regular expression with as many holes would try for hours."""
    hostile = "'s report counts as about " * 20_000 + " for " * 20_000 + ": " * 20_000
    assert told(hostile, "es") == hostile


@cache
def in_code() -> frozenset[str]:
    """Of all but the command line and what is made for tests and demonstrations."""
    elsewhere = {"cli", "migrations", "evaluation", "demo", "outbox", "inbound"}
    paths = (path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] not in elsewhere)
    return frozenset(sentence for path in paths for sentence in sentences(path.read_text()))


def sentences(source: str) -> set[str]:
    """Texts of the code, with {} for each value."""
    found, todo = set(), [ast.parse(source)]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.JoinedStr):
            found.add("".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        else:
            todo.extend(ast.iter_child_nodes(node))
    return found


def fits(shape: str, text: str) -> bool:
    """Whether the code's shape can make the text; a hole of it may be left empty."""
    pieces = [re.escape(piece) for piece in shape.split("{}")]
    return bool(re.fullmatch(".*".join(pieces), text, re.DOTALL))


def known(language: str) -> list[tuple[str | None, str, str]]:
    with (locale_folder() / language / "said.po").open("rb") as file:
        return [(one.context, str(one.id), str(one.string)) for one in read_po(file) if one.id]


@pytest.mark.parametrize("language", FOREIGN)
def test_each_sentence_that_is_translated_is_said_in_the_code(language):
    """A sentence that is written anew in the code must be written anew in the catalogue."""
    exact, shaped = in_code(), [shape for shape in in_code() if "{}" in shape and len(shape.replace("{}", "")) > 8]
    lost = [
        said
        for context, said, _ in known(language)
        if context is None and said not in COMPOSED
        if HOLE.sub("{}", said) not in exact and not any(fits(shape, HOLE.sub("…", said)) for shape in shaped)
    ]
    assert lost == []


@pytest.mark.parametrize("language", FOREIGN)
def test_each_translation_tells_all_that_its_sentence_does(language):
    """But for a hint at its end: English suggestions, and commands that nobody at the desk can type."""
    for context, said, translation in known(language):
        asked, given = set(HOLE.findall(said)), set(HOLE.findall(translation))
        assert given <= asked, said
        assert asked == given or asked - given == {max(asked)}, said
        as_said = HOLE.sub("one", said)
        assert context == PART or "{" not in told(as_said, language), said  # each way to tell a value is known


@pytest.mark.parametrize("file", SHOWN)
@pytest.mark.parametrize("language", FOREIGN)
def test_each_sentence_that_the_desk_shows_is_translated(language, file):
    translated = [HOLE.sub("…", said) for _, said, _ in known(language)]
    said = {text for text in sentences((PACKAGE / file).read_text()) if re.fullmatch(r"[A-Z{][^\n]* [^\n]*\.", text)}
    docs = {ast.get_docstring(node) for node in ast.walk(ast.parse((PACKAGE / file).read_text())) if _has_doc(node)}
    untold = [text for text in said - docs if not any(fits(text, known) for known in translated)]
    assert untold == []


def _has_doc(node: ast.AST) -> bool:
    return isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)


def test_a_shape_leaves_no_hole_empty():
    shape = Shape(("", " of ", "."), "")
    assert shape.values("two of ten.") == ["two", "ten"]
    assert [shape.values(text) for text in (" of ten.", "two of .", "two of ten", "two ten.", ".", "")] == [None] * 6
    assert Shape(("", " and ", ""), "").values("a and b and c") == ["a", "b and c"]
    assert PART == "part"
