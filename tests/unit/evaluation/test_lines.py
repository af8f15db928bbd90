"""Labelled lines that can't be used: each with its line number and what to do about it."""

import json

import pytest

from newsletter.errors import InvalidInputError
from newsletter.evaluation.lines import LONGEST_LINE, lines_of, read, refuse_twice, story

GOOD = b'{"id": "a", "language": "es-MX", "title": "Uno", "summary": "Dos", "extra": 1}\n'


def test_a_story_is_read_and_keys_that_nobody_asks_for_are_passed_over() -> None:
    (found,) = read("f", [b"\xef\xbb\xbf" + GOOD, b"\n"], story)
    assert (found.id, found.language, found.title, found.summary) == ("a", "es", "Uno", "Dos")


def test_a_number_may_be_an_id_and_what_is_missing_has_a_default() -> None:
    (found,) = read("f", [b'{"id": 7, "title": "One", "published_at": "2026-05-14T12:00:00"}'], story)
    assert (found.id, found.language, found.summary, found.source) == ("7", "en", "", "")
    assert found.published_at is not None
    assert found.published_at.isoformat() == "2026-05-14T12:00:00+00:00"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        pytest.param(b"{", "it is not JSON", id="no JSON"),
        pytest.param(b"[1]", "it must be a JSON object", id="a list"),
        pytest.param(b'{"id": "\xff"}', "it is not in UTF-8", id="not UTF-8"),
        pytest.param(b"[" * 100_000, "nested too deeply", id="a nest"),
        pytest.param(b'{"id": ' + b"9" * 5000 + b"}", "a number that is too long", id="a long number"),
        pytest.param(b'{"title": "x"}', "id must be a text or a whole number", id="no id"),
        pytest.param(b'{"id": true, "title": "x"}', "id must be a text or a whole number", id="true is no id"),
        pytest.param(b'{"id": "a"}', "title must be a text", id="no title"),
        pytest.param(b'{"id": "a", "title": ["x"]}', "title must be a text", id="a title in a list"),
        pytest.param(b'{"id": "a", "title": "x", "published_at": "May"}', "published_at must look like", id="no date"),
        pytest.param(b'{"id": "a", "title": "x", "published_at": 5}', "published_at must look like", id="a number"),
        pytest.param(
            b'{"id": "a", "title": "x", "published_at": "0001-01-01T00:00:00+14:00"}',
            "published_at must look like",
            id="before all time",
        ),
        pytest.param(b" " * 10 + b"x" * LONGEST_LINE, "longer than 1,000,000 bytes", id="a long line"),
    ],
)
def test_a_bad_line_is_named_with_its_number(line: bytes, complaint: str) -> None:
    with pytest.raises(InvalidInputError, match=r"^labels.jsonl can't be used\.\n  line 2: ") as caught:
        read("labels.jsonl", [GOOD, line], story)
    assert complaint in str(caught.value)


def test_ten_complaints_are_shown_and_no_more() -> None:
    with pytest.raises(InvalidInputError) as caught:
        read("f", [b"x"] * 50, story)
    assert str(caught.value).count("line ") == 10


def test_a_file_without_lines_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="holds no lines"):
        read("f", [b"\n"], story)


def test_an_id_that_comes_twice_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"the id 'a' twice, the second time as number 3"):
        refuse_twice(["a", "b", "a"], "f")


def test_a_lone_surrogate_is_written_as_an_escape() -> None:
    (line,) = lines_of([{"id": "\ud800é"}])
    assert json.loads(line) == {"id": "\ud800é"}
