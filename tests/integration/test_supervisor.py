import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from newsletter.errors import UnavailableError
from newsletter.supervisor import Child, Supervisor
from tests.support.ending import is_alive
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[2]


def python(code: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(code)]


SLEEPER = python(
    """
    import signal, sys, time
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print("ready", flush=True)
    time.sleep(600)
    """
)
STUBBORN = python(
    """
    import signal, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("ready", flush=True)
    time.sleep(600)
    """
)


class House:
    """A supervisor with what its children said."""

    def __init__(self, *children: Child) -> None:
        self.said: list[tuple[str, str]] = []
        self.supervisor = Supervisor(children, lambda name, line: self.said.append((name, line)))

    def has_said(self, name: str, words: str, times: int = 1) -> bool:
        self.supervisor.tend()
        return sum(speaker == name and words in line for speaker, line in self.said) >= times


def test_children_run_and_their_lines_bear_their_names():
    house = House(Child("one", SLEEPER), Child("two", SLEEPER))
    house.supervisor.start()
    try:
        eventually(lambda: house.has_said("one", "ready") and house.has_said("two", "ready"))
    finally:
        house.supervisor.stop()


def test_a_child_gets_its_own_variables():
    house = House(Child("one", python("import os; print(os.environ['COLOUR'])"), {"COLOUR": "blue"}))
    house.supervisor.start()
    try:
        eventually(lambda: ("one", "blue") in house.said)
    finally:
        house.supervisor.stop()


def test_a_child_that_dies_is_started_again(tmp_path):
    once = python(
        f"""
        import pathlib, sys, time
        mark = pathlib.Path({str(tmp_path / "mark")!r})
        if not mark.exists():
            mark.touch()
            sys.exit(3)
        print("second life", flush=True)
        time.sleep(600)
        """
    )
    house = House(Child("one", once))
    house.supervisor.start()
    try:
        eventually(lambda: house.has_said("one", "second life"), seconds=20)
        assert ("one", "ended with code 3; it is started again in 2 s") in house.said
    finally:
        house.supervisor.stop()


def test_a_child_that_cannot_run_ends_it_all_with_its_last_words():
    house = House(Child("web", python("print('the port is taken'); raise SystemExit(1)")))
    house.supervisor.start()
    try:
        with pytest.raises(UnavailableError, match=r"web ended with code 1 3 times in a row(.|\n)*the port is taken"):
            eventually(lambda: house.has_said("web", "never"), seconds=30)
    finally:
        house.supervisor.stop()


def test_a_child_that_does_not_want_to_end_is_killed_in_time():
    house = House(Child("one", STUBBORN), Child("two", SLEEPER))
    house.supervisor.start()
    eventually(lambda: house.has_said("one", "ready"))
    began = time.monotonic()
    house.supervisor.stop(within_seconds=2)
    assert time.monotonic() - began < 4
    assert ("one", "did not end in time and is killed") in house.said


def test_what_others_need_ends_last():
    last_words = python(
        """
        import signal, sys, time
        def end(*_):
            print("bye", flush=True)
            sys.exit(0)
        signal.signal(signal.SIGTERM, end)
        print("ready", flush=True)
        time.sleep(600)
        """
    )
    house = House(Child("outbox", last_words, ends_last=True), Child("worker", last_words))
    house.supervisor.start()
    eventually(lambda: house.has_said("outbox", "ready") and house.has_said("worker", "ready"))
    house.supervisor.stop()
    assert [name for name, line in house.said if line == "bye"] == ["worker", "outbox"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of a killed parent")
def test_a_supervisor_that_is_killed_leaves_no_orphans(tmp_path):
    pids = tmp_path / "pids"
    code = f"""
        import sys, time
        from newsletter.supervisor import Child, Supervisor
        child = [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(600)"]
        supervisor = Supervisor([Child("one", child)], lambda name, line: open({str(pids)!r}, "a").write(line + "\\n"))
        supervisor.start()
        time.sleep(600)
        """
    parent = subprocess.Popen(python(code), cwd=ROOT)
    eventually(lambda: pids.exists() and pids.read_text().endswith("\n"), seconds=20)
    child = int(pids.read_text())
    assert is_alive(child)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    eventually(lambda: not is_alive(child))
