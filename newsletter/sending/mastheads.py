"""Which header lines a letter and a notice carry. Pure."""

from newsletter.rendering.pieces import Composed
from newsletter.sending.dkim import Signer
from newsletter.sending.headers import Sender, address_line, token, unstructured
from newsletter.sending.message import Hole, Pattern

Lines = list[bytes | Hole]


def letter_pattern(composed: Composed, sender: Sender, week: str, signer: Signer | None = None) -> Pattern:
    """The message of an edition of `week`, for every reader of it and for its previews."""
    headers = letter_headers(sender, composed.subject, language=composed.language, campaign=week)
    return Pattern.of(composed, headers, signer)


def notice_pattern(composed: Composed, sender: Sender, signer: Signer | None = None) -> Pattern:
    return Pattern.of(composed, notice_headers(sender, composed.subject), signer)


def letter_headers(sender: Sender, subject: str, *, language: str, campaign: str) -> Lines:
    """A letter's: `campaign` tells mail providers' statistics apart ("2026-W20"), in a Feedback-ID without persons."""
    feedback_id = ":".join(map(token, (campaign, language, "letter", sender.list_id)))
    return [
        *_common(sender, subject),
        f"List-Id: <{sender.list_id}>\r\n".encode(),
        b"List-Unsubscribe: <", Hole.UNSUBSCRIBE, b">\r\n",
        b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",  # RFC 8058
        f"Feedback-ID: {feedback_id}\r\n".encode(),
        b"Precedence: bulk\r\n",  # holiday responders hold their peace, and filters know a list by it
    ]  # fmt: skip


def notice_headers(sender: Sender, subject: str) -> Lines:
    """A notice's: it says that no person wrote it (RFC 3834), so that no machine answers it."""
    return [*_common(sender, subject), b"Auto-Submitted: auto-generated\r\n", b"X-Auto-Response-Suppress: All\r\n"]


def _common(sender: Sender, subject: str) -> Lines:
    lines: Lines = [address_line("From", sender.name, sender.address), b"To: ", Hole.RECIPIENT, b"\r\n"]
    if sender.reply_to:
        lines.append(address_line("Reply-To", "", sender.reply_to))
    return [
        *lines,
        unstructured("Subject", subject),
        b"Date: ", Hole.DATE, b"\r\n",
        b"Message-ID: ", Hole.MESSAGE_ID, b"\r\n",
    ]  # fmt: skip
