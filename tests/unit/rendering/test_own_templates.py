"""A newsroom's folder of templates: single ones take the place of ours, and wrong ones are named at the start."""

from pathlib import Path

import pytest

from newsletter.errors import SettingsError
from newsletter.rendering.faults import TemplateFaultError
from newsletter.rendering.own_templates import check_own_templates
from newsletter.rendering.service import Rendering
from newsletter.rendering.templates import template_folder
from tests.unit.rendering.samples import CONTEXTS, OPINIONS, SETTINGS

LETTER = (template_folder() / "email" / "letter" / "body.html").read_text("utf-8")

SOURCE = next(number for number, line in enumerate(LETTER.splitlines(), start=1) if "{{ view.source }}" in line)

WRONG = {
    "a name of nobody": (
        "email/letter/bdy.html",
        "x",
        "no template of ours has this name; did you mean email/letter",
    ),
    "outside the kinds": ("letter/body.html", LETTER, "no template of ours has this name"),
    "syntax": ("email/confirm/subject.txt", "one\n{% if %}", "subject.txt, line 2: "),
    "a name that is not given": ("email/confirm/subject.txt", "{{ site_nam }}", "'site_nam'; did you mean 'site_name'"),
    "on a page": ("web/gone.html", "{{ site_nam }}", "'site_nam'; did you mean 'site_name'"),
    "an attribute that is not there": (
        "email/letter/body.html",
        LETTER.replace("{{ view.source }}", "{{ view.sauce }}", 1),
        f"body.html, line {SOURCE}: .*no attribute 'sauce'",
    ),
    "a piece that is gone": ("email/letter/body.html", LETTER.replace('{{ piece("more") }}', ""), "its piece.'more'"),
    "no UTF-8": ("email/confirm/subject.txt", b"caf\xe9", "this is not UTF-8"),
}


def settings_with(folder: Path, name: str, content: str | bytes):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return SETTINGS.model_copy(update={"templates_dir": folder})


def test_a_template_of_ones_own_takes_the_place_of_ours_and_of_no_other(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, "email/confirm/subject.txt", "One click, please: {{ site_name }}")
    check_own_templates(settings)
    rendering = Rendering(settings, OPINIONS)
    assert rendering.mail("confirm", "en", **CONTEXTS["confirm"]).subject == "One click, please: Regional Weekly"
    assert rendering.mail("thin", "en", **CONTEXTS["thin"]).subject.startswith("No letter this week")


def test_the_frame_of_all_mails_can_be_replaced(tmp_path: Path) -> None:
    frame = (template_folder() / "email" / "base" / "mail.html").read_text("utf-8")
    settings = settings_with(tmp_path, "email/base/mail.html", frame.replace("<h1>", '<h1 id="ours">'))
    check_own_templates(settings)
    assert 'id="ours"' in Rendering(settings, OPINIONS).mail("confirm", "en", **CONTEXTS["confirm"]).html
    assert Rendering(settings, OPINIONS).look != Rendering(SETTINGS, OPINIONS).look


def test_hidden_files_are_let_alone(tmp_path: Path) -> None:
    check_own_templates(settings_with(tmp_path, ".git/config", "{% nothing"))


@pytest.mark.parametrize(("name", "content", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_template_is_named_at_the_start(tmp_path: Path, name: str, content: str | bytes, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        check_own_templates(settings_with(tmp_path, name, content))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no folder"):
        check_own_templates(SETTINGS.model_copy(update={"templates_dir": tmp_path / "none"}))


def test_a_template_that_fails_later_is_named_with_its_line(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, "email/confirm/subject.txt", "one\n{{ regions.first.code }}")
    with pytest.raises(TemplateFaultError, match=r"email/confirm/subject.txt, line 2: .*no attribute 'first'"):
        Rendering(settings, OPINIONS).mail("confirm", "en", **CONTEXTS["confirm"])
