"""Small real servers of mailboxes, POP3 and IMAP, on loopback: as much of both as a client needs that empties one.

with Pop3([b"From: ..."]) as mailbox:
    ...  # connect to 127.0.0.1:mailbox.port
    assert mailbox.mails == []
"""

import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

TLS = Path(__file__).parents[1] / "data" / "tls"
USER, PASSWORD = "weekly", "secret @ word"


class _Mailbox(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, mails: Sequence[bytes], *, tls: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), self.handler)
        self.mails = list(mails)
        self.commands: list[str] = []
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if tls else None
        if self.tls:
            self.tls.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")

    handler: type[socketserver.StreamRequestHandler]

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def get_request(self) -> tuple[socket.socket, Any]:
        request, address = super().get_request()
        if self.tls:
            request = self.tls.wrap_socket(request, server_side=True, do_handshake_on_connect=False)
        return request, address

    def handle_error(self, *_: object) -> None:
        """A client that does not trust us hangs up."""

    def __enter__(self) -> "_Mailbox":
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Session(socketserver.StreamRequestHandler):
    server: _Mailbox

    def setup(self) -> None:
        if isinstance(self.request, ssl.SSLSocket):
            self.request.do_handshake()
        super().setup()

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class _Pop3Session(_Session):
    def handle(self) -> None:
        self.say("+OK ready")
        deleted: set[int] = set()
        user = ""
        while line := self.rfile.readline().decode().strip():
            self.server.commands.append(line.split(" ")[0].upper())
            command, _, argument = line.partition(" ")
            numbers = [int(word) for word in argument.split() if word.isdigit()]
            match command.upper():
                case "USER":
                    user = argument
                    self.say("+OK")
                case "PASS":
                    self.say("+OK" if (user, argument) == (USER, PASSWORD) else "-ERR no")
                case "LIST":
                    self.say("+OK")
                    for number, mail in enumerate(self.server.mails, start=1):
                        self.say(f"{number} {len(mail)}")
                    self.say(".")
                case "RETR" | "TOP":
                    mail = self.server.mails[numbers[0] - 1]
                    self.say("+OK")
                    shown = mail.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if command.upper() == "TOP" else mail
                    self.wfile.write(re.sub(rb"(?m)^\.", b"..", shown))
                    self.say(".")
                case "DELE":
                    deleted.add(numbers[0] - 1)
                    self.say("+OK")
                case "QUIT":
                    self.server.mails = [mail for n, mail in enumerate(self.server.mails) if n not in deleted]
                    self.say("+OK")
                    return
                case _:
                    self.say("-ERR unknown")


class _ImapSession(_Session):
    def handle(self) -> None:
        self.say("* OK [CAPABILITY IMAP4rev1] ready")
        deleted: set[int] = set()
        while line := self.rfile.readline().decode().strip():
            tag, _, rest = line.partition(" ")
            command, _, argument = rest.partition(" ")
            if command.upper() == "UID":
                command, _, argument = argument.partition(" ")
            self.server.commands.append(command.upper())
            ok = "OK"
            match command.upper():
                case "CAPABILITY":
                    self.say("* CAPABILITY IMAP4rev1")
                case "LOGIN":
                    ok = "OK" if argument == f'{USER} "{PASSWORD}"' else "NO"
                case "SELECT":
                    ok = "OK" if argument == '"INBOX"' else "NO"
                    self.say(f"* {len(self.server.mails)} EXISTS")
                case "SEARCH":
                    self.say("* SEARCH " + " ".join(str(n + 1) for n in range(len(self.server.mails))))
                case "FETCH":
                    self._fetch(argument)
                case "STORE":
                    deleted.add(int(argument.split()[0]) - 1)
                case "EXPUNGE":
                    self.server.mails = [mail for n, mail in enumerate(self.server.mails) if n not in deleted]
                case "LOGOUT":
                    self.say("* BYE")
            self.say(f"{tag} {ok} done")
            if command.upper() == "LOGOUT":
                return

    def _fetch(self, argument: str) -> None:
        number, _, what = argument.partition(" ")
        mail = self.server.mails[int(number) - 1]
        if "SIZE" in what:
            self.say(f"* {number} FETCH (UID {number} RFC822.SIZE {len(mail)})")
            return
        shown = mail.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in what else mail
        self.say(f"* {number} FETCH (UID {number} BODY[] {{{len(shown)}}}")
        self.wfile.write(shown + b")\r\n")


class Pop3(_Mailbox):
    handler = _Pop3Session


class Imap(_Mailbox):
    handler = _ImapSession
