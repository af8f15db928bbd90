"""The project as a stranger gets it: built from a source archive, installed away from the checkout, without network."""

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Installed:
    """The project in an environment of its own; commands run in `folder`, which holds nothing of the checkout."""

    python: Path
    folder: Path
    wheel: Path
    sdist: Path

    def environment(self, **settings: str) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        return {**inherited, "NEWSLETTER_DATA_DIR": str(self.folder / "data"), **settings}

    def run(self, *command: str, **settings: str) -> str:
        """What a program of the environment prints."""
        result = subprocess.run(
            [str(self.python.parent / command[0]), *command[1:]],
            cwd=self.folder,
            env=self.environment(**settings),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    home = tmp_path_factory.mktemp("installed")
    # The wheel is built from the source archive, so that this proves both.
    _python("-m", "build", "--no-isolation", "--outdir", str(home / "dist"), str(ROOT))
    wheel, sdist = next(home.glob("dist/*.whl")), next(home.glob("dist/*.tar.gz"))
    venv.create(home / "venv", with_pip=False)
    python = home / "venv" / "bin" / "python"
    _python("-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel))
    # A path file lends the libraries; it does not run the path files there, so the checkout itself stays away.
    libraries = next((home / "venv").glob("lib/python*/site-packages"))
    (libraries / "lent.pth").write_text(sysconfig.get_path("purelib"))
    (home / "elsewhere").mkdir()
    return Installed(python, home / "elsewhere", wheel, sdist)


def _python(*arguments: str) -> None:
    result = subprocess.run([sys.executable, *arguments], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
