import pytest

from newsletter.picking.pick import letter_language, pick
from tests.unit.picking.stories import SUBJECTS, candidate, candidates, letter, story


@pytest.mark.parametrize(
    ("case", "told", "wanted", "language"),
    [
        ("its own language", ["es", "en", "en"], "es", "es"),
        ("a kind of its own language", ["es-MX", "en"], "es", "es"),
        ("its own, written with a region", ["pt", "en"], "pt-BR", "pt-BR"),
        ("none in its own language: the most told", ["en", "fr", "en"], "es", "en"),
        ("equally many: always the same", ["fr", "en"], "es", "en"),
        ("nothing at all", [], "es", "es"),
    ],
)
def test_the_letter_has_one_language(case, told, wanted, language):
    events = [candidate(story(language=tag)) for tag in told]
    assert letter_language(events, wanted) == language, case


def test_what_is_told_in_other_languages_stays_out_and_is_named():
    spanish = candidate(story("Tiembla en Oaxaca", "Sin daños.", language="es-MX"))
    picked = pick([spanish, *candidates(3)], letter(language="es"))
    assert [one.lead.title for one in picked.chosen] == ["Tiembla en Oaxaca"]
    assert {one.lead.title for one in picked.other_languages} == {title for title, _ in SUBJECTS[:3]}
