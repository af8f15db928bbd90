from pathlib import Path

import pytest

import newsletter
from newsletter.rendering.templates import template_folder


def test_an_installed_package_brings_its_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = tmp_path / "newsletter" / "templates"
    installed.mkdir(parents=True)
    monkeypatch.setattr(newsletter, "__file__", str(tmp_path / "newsletter" / "__init__.py"))
    assert template_folder() == installed


def test_a_checkout_has_its_templates_at_the_top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newsletter, "__file__", str(tmp_path / "newsletter" / "__init__.py"))
    assert template_folder() == tmp_path / "templates"
