"""Every mail as it looked when somebody last agreed: a change of template shows in review.

`REWRITE_GOLDEN=1 pytest tests/unit/rendering/test_golden.py` agrees to how they look now.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.rendering.composing import compose
from newsletter.rendering.pieces import Composed
from newsletter.rendering.service import Rendering
from newsletter.rendering.translations import languages
from tests.unit.rendering.samples import CONTEXTS, OPINIONS, SETTINGS, egypt, mexico, pieces_of, spain

GOLDEN = Path(__file__).parents[2] / "golden" / "email"
OFFERED = ("BR", "ES", "EG", "FR", "IN", "JP", "KE", "MX", "middle-east", "nordic-countries", "TR")
RENDERING = Rendering(SETTINGS, OPINIONS)


def letter(language: str, *issues: Callable[[], object]) -> Callable[[], Composed]:
    return lambda: compose([pieces_of(issue(), language, OFFERED) for issue in issues], language)


def notice(kind: str, language: str) -> Callable[[], Composed]:
    return lambda: RENDERING.mail(kind, language, **CONTEXTS[kind])


MAILS = {
    "en/letter-one-region": letter("en", mexico),
    "en/letter-three-regions": letter("en", mexico, spain, egypt),
    "es/letter": letter("es", spain, mexico),
    "pt/letter": letter("pt", spain),
    "fr/letter": letter("fr", mexico),
    "ar/letter": letter("ar", egypt, mexico),
    "he/letter": letter("he", egypt, mexico),
    **{f"{language}/{kind}": notice(kind, language) for language in languages() for kind in CONTEXTS},
}


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_looks_as_it_did(name: str) -> None:
    mail = MAILS[name]()
    for form, now in (("html", mail.html), ("txt", f"Subject: {mail.subject}\n\n{mail.text}")):
        path = GOLDEN / f"{name}.{form}"
        if os.environ.get("REWRITE_GOLDEN"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(now, encoding="utf-8", newline="\n")
        assert path.read_text(encoding="utf-8") == now


def test_no_golden_mail_is_left_over() -> None:
    there = {path.relative_to(GOLDEN).with_suffix("").as_posix() for path in GOLDEN.rglob("*.*")}
    assert there == set(MAILS)
