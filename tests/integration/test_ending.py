"""What tests start ends with them."""

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.support.ending import is_alive
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of a killed parent")
def test_a_test_run_that_is_killed_leaves_no_process_behind(tmp_path):
    said = tmp_path / "child.log"
    code = f"""
        import os, sys, time
        from pathlib import Path
        from tests.support.workers import process
        child = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
        with process([sys.executable, "-c", child], os.environ, Path({str(said)!r})):
            time.sleep(600)
        """
    run = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT)
    eventually(lambda: said.exists() and said.read_text().endswith("\n"), seconds=20)
    child = int(said.read_text())
    assert is_alive(child)
    run.send_signal(signal.SIGKILL)
    run.wait()
    eventually(lambda: not is_alive(child))
