"""Telling the operator of refusals that are about us: once a day for each kind, for they come by the thousand."""

from datetime import datetime

from sqlalchemy.orm import Session

from newsletter.feedback.reasons import Reason
from newsletter.logs import mask_addresses
from newsletter.sending.models import NoticeKind
from newsletter.sending.notices import tell_editors

_DO = {
    Reason.BLOCKED: "Our server is on a list of barred senders: ask whoever runs the relay to have it taken off.",
    Reason.REPUTATION: "Our server or name has a poor standing there: fewer letters at a time help, and a clean list.",
    Reason.AUTHENTICATION: "Look at SPF, DKIM and DMARC of the sender's domain.",
    Reason.SPAM: "A filter takes the letter for spam.",
    Reason.VIRUS: "A filter takes something in the letter for a danger.",
    Reason.POLICY: "A rule of the servers there stands against us.",
    Reason.CONTENT: "Servers there do not take something in the letter.",
    Reason.RELAYING: "A server there does not take mail for this domain, or not from us.",
    Reason.PROTOCOL: "The relay and a server there did not understand each other.",
}


def alarm(session: Session, reason: Reason, said: str, now: datetime) -> None:
    """Queue the mail to the editors; the first of a day is the one that is sent. No reader loses anything by it."""
    year, week, _ = now.isocalendar()
    words = " ".join(mask_addresses(said).split())[:300]
    sentence = f"Mails came back with the reason “{reason}”. {_DO[reason]}"
    tell_editors(
        session,
        NoticeKind.ALARM,
        None,
        now,
        about=f"feedback {reason} {now:%Y-%m-%d}",
        week=f"{year}-W{week:02}",
        reason=f"{sentence} The server said: {words}" if words else sentence,
        path="/desk/",
    )
