import pytest

from newsletter.bootstrap import bootstrap
from newsletter.config import load_settings
from newsletter.errors import SettingsError


def test_a_data_folder_that_cannot_be_made_is_named_with_its_setting(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"NEWSLETTER_DATA_DIR: the folder .* cannot be made: "):
        bootstrap(load_settings(data_dir=tmp_path / "file" / "data"))
