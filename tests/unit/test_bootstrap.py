import pytest

from newsletter.bootstrap import bootstrap
from newsletter.config import load_settings
from newsletter.errors import SettingsError


def test_a_data_folder_that_cannot_be_made_is_named_with_its_setting(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"NEWSLETTER_DATA_DIR: the folder .* cannot be made: "):
        bootstrap(load_settings(data_dir=tmp_path / "file" / "data"))


def test_a_variable_that_is_no_setting_is_told_at_the_start_without_its_value(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NEWSLETTER_RELAYURL", "smtps://someone:hunter2@smtp.example")
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError):
        bootstrap(load_settings(data_dir=tmp_path / "file" / "data"))
    told = capsys.readouterr().err
    assert "NEWSLETTER_RELAYURL" in told
    assert "NEWSLETTER_RELAY_URL" in told
    assert "hunter2" not in told
