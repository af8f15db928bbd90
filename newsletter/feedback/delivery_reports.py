"""What a delivery report says of one recipient (RFC 3464; in other scripts, RFC 6533). Pure."""

import re
from dataclasses import dataclass
from email.message import Message

from newsletter.feedback.mime import Mail, header_of

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
# In a text without spaces between words (Chinese, Japanese, Korean) an address ends where its script does.
_ADDRESS = re.compile(r"[^\s<>\"(),:;\[\]\u2e80-\uffef]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_WORST_FIRST = ("failed", "failure", "delayed")
_NO_FAILURE = ("delivered", "relayed", "expanded")


@dataclass(frozen=True)
class Report:
    address: str  # "" where it names none
    action: str  # failed, delayed; of a report of success: delivered, relayed, expanded
    status: tuple[int, int, int] | None
    diagnostic: str

    @property
    def is_failure(self) -> bool:
        return self.action not in _NO_FAILURE


def report_in(mail: Mail) -> Report | None:
    """Of several recipients the one with whom it went worst; None where the mail is no delivery report."""
    reports = [_report(group) for group in mail.statuses if _is_of_recipient(group)]
    if not reports:
        return None
    return min(reports, key=lambda report: (_rank(report.action), not report.address))


def status_in(text: str) -> tuple[int, int, int] | None:
    """The first enhanced status code (RFC 3463) in a text, before others one that says more than X.0.0."""
    found = [(int(one), int(two), int(three)) for one, two, three in _STATUS.findall(text)]
    return next((status for status in found if status[1:] != (0, 0)), next(iter(found), None))


def address_in(text: str) -> str:
    found = _ADDRESS.search(text)
    return found[0].strip("'") if found else ""


def addresses_in(text: str) -> list[str]:
    return [found.strip("'") for found in _ADDRESS.findall(text)]


def _is_of_recipient(group: Message) -> bool:
    return any(header_of(group, name) for name in ("Final-Recipient", "Original-Recipient", "Action", "Status"))


def _report(group: Message) -> Report:
    action = header_of(group, "Action").lower().split(" ")[0].split(";")[0].strip()
    status = status_in(header_of(group, "Status"))
    diagnostic = _untyped(header_of(group, "Diagnostic-Code"))
    if not action:
        action = "delayed" if status and status[0] == 4 else "delivered" if status and status[0] == 2 else "failed"
    return Report(_recipient(group), action, status, " ".join(diagnostic.split())[:4000])


def _recipient(group: Message) -> str:
    """As we wrote to it, before as a server on the way forwarded it."""
    for name in ("Original-Recipient", "X-Original-Recipient", "Final-Recipient", "X-Actual-Recipient"):
        if found := address_in(_untyped(header_of(group, name))):
            return found
    return ""


def _untyped(value: str) -> str:
    """Without the type before the semicolon: "rfc822; ann@readers.example", "smtp; 550 No such user"."""
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and re.fullmatch(r"[\w.-]{1,40}", kind.strip()) else value.strip()


def _rank(action: str) -> int:
    return _WORST_FIRST.index(action) if action in _WORST_FIRST else len(_WORST_FIRST)
