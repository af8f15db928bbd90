"""What spam filters say of a message, offline: SpamAssassin's rules, and an rspamd of our own on the loopback."""

import json
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

SPAMASSASSIN_AT_MOST = -1.0
RSPAMD_AT_MOST = -0.15
# As a relay of ours hands a letter on: filters expect to see by which way it came.
_RECEIVED = (
    b"Return-Path: <letters@weekly.example>\r\n"
    b"Received: from localhost (localhost [127.0.0.1])\r\n"
    b"\tby relay.weekly.example (Postfix) with ESMTPS id 4aBcD12345z\r\n"
    b"\tfor <reader@example.com>; %s\r\n"
)
_POINTS = re.compile(r"^X-Spam-Status: .*?score=(-?[0-9.]+)", re.MULTILINE)
_RULES = re.compile(r"^ *(-?[0-9.]+) ([A-Z0-9_]+) ", re.MULTILINE)

_RSPAMD = """
.include "$CONFDIR/common.conf"
options {{
    .include "$CONFDIR/options.inc"
    filters = "chartable,dkim,regexp";
    .include(priority=10) "{folder}/override.inc"
    local_addrs = "127.0.0.0/8";
    control_socket = "{folder}/control.sock mode=0600";
    pidfile = "{folder}/rspamd.pid";
    dns {{ nameserver = ["127.0.0.1:9"]; timeout = 50ms; retransmits = 1; }}
}}
logging {{ type = "file"; filename = "{folder}/log"; level = "error"; }}
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 1; }}
rbl {{ enabled = false; }}
asn {{ enabled = false; }}
mx_check {{ enabled = false; }}
fuzzy_check {{ enabled = false; }}
"""


def as_received(message: bytes) -> bytes:
    date = re.search(rb"^Date: (.*)\r$", message, re.MULTILINE)
    assert date is not None
    return _RECEIVED % date[1] + message


def spamassassin(messages: Sequence[bytes]) -> list[tuple[float, dict[str, float]]]:
    """Of each the score, and the rules that made it (`spamassassin -t -L --mbox`: local rules, no network).

    One process for all: starting Perl and reading the rules costs five times what a message does. It answers in an
    order of its own, so they are told apart by their Message-ID.
    """
    with tempfile.NamedTemporaryFile(suffix=".mbox") as mbox:
        mbox.writelines(_in_mbox(as_received(message)) for message in messages)
        mbox.flush()
        done = subprocess.run(["spamassassin", "-t", "-L", "--mbox", mbox.name], capture_output=True, check=True)
    told = re.split(r"(?m)^From \S+ .*\n", done.stdout.decode("utf-8", "replace"))[1:]
    verdicts = {_message_id(one): _verdict(one) for one in told}
    return [verdicts[_message_id(message.decode("utf-8", "replace"))] for message in messages]


def _message_id(message: str) -> str:
    found = re.search(r"^Message-ID:\s*(<[^>]+>)", message, re.MULTILINE | re.IGNORECASE)
    assert found is not None, message[:2000]
    return found[1]


def _in_mbox(message: bytes) -> bytes:
    lines = re.sub(rb"(?m)^(>*From )", rb">\1", message.replace(b"\r\n", b"\n"))
    return b"From letters@weekly.example Thu Jan  1 00:00:00 2026\n" + lines + b"\n"


def _verdict(told: str) -> tuple[float, dict[str, float]]:
    report = told.rpartition("Content analysis details:")[2]
    points = _POINTS.search(re.sub(r"\n[\t ]+", " ", told))
    assert points is not None, told[:2000]
    return float(points[1]), {name: float(weight) for weight, name in _RULES.findall(report)}


@contextmanager
def rspamd(folder: Path) -> Iterator[int]:
    """The port of an rspamd that asks nobody, with its files in `folder`."""
    port = _free_port()
    # Reserved names end in .example, which is none of the public suffixes by which it finds addresses in text.
    (folder / "suffixes").write_text("com\norg\nexample\n")
    (folder / "override.inc").write_text(f'url_tld = "{folder}/suffixes";\n')
    config = folder / "rspamd.conf"
    config.write_text(_RSPAMD.format(folder=folder, port=port))
    variables = [part for name in ("DBDIR", "RUNDIR", "LOGDIR") for part in ("--var", f"{name}={folder}")]
    process = subprocess.Popen(
        ["rspamd", "-f", "-i", "-c", str(config), *variables], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def rspamd_score(port: int, message: bytes) -> tuple[float, dict[str, float]]:
    """The score, and the symbols that made it."""
    command = [
        "rspamc", "--json", "-h", f"127.0.0.1:{port}", "-i", "127.0.0.1", "--from", "letters@weekly.example",
        "--rcpt", "reader@example.com",
    ]  # fmt: skip
    done = subprocess.run(command, input=as_received(message), capture_output=True, check=True)
    answer = json.loads(done.stdout[done.stdout.index(b"{") :])
    symbols = {name: symbol["score"] for name, symbol in answer["symbols"].items() if symbol["score"]}
    return round(answer["score"], 3), symbols


def has(program: str) -> bool:
    return shutil.which(program) is not None


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("rspamd does not start here.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
