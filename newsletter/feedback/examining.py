"""What would follow from a mail, told without doing any of it. Pure.

The same files decide as in reception; what depends on the reader's history (two hard ones in a row) is not looked up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from newsletter.feedback.automatic import must_not_be_answered
from newsletter.feedback.delivery_reports import address_in
from newsletter.feedback.intents import wish_in
from newsletter.feedback.mime import Mail
from newsletter.feedback.recipients import Desk, Recipient, Recipients
from newsletter.feedback.verdicts import Kind, Verdict, judge

_FOR_WHOM = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")


@dataclass(frozen=True)
class Examined:
    verdict: Verdict
    action: str
    why: str
    return_path: Literal["valid", "forged", "none"]


def examine(mail: Mail, recipients: Recipients, codes: Sequence[str], *, to: str = "") -> Examined:
    """`to` is the envelope's recipient; without it, what the headers say. `codes` are the regions that are on."""
    addresses = [to] if to else [address for name in _FOR_WHOM for address in _addresses(mail, name)]
    verdict = judge(mail)
    addresses += verdict.return_paths
    found = [recipient for address in addresses if (recipient := recipients.find(address))]
    path = next((recipient for recipient in found if recipient.mail is not None), None)
    claimed = any(address.lower().startswith("bounce+") for address in addresses)
    state: Literal["valid", "forged", "none"] = "valid" if path else "forged" if claimed else "none"
    if verdict.kind in (Kind.BOUNCE, Kind.COMPLAINT):
        return Examined(verdict, *_of_report(verdict, state), return_path=state)
    if verdict.kind is not Kind.OTHER:
        return Examined(verdict, "none", "A machine wrote it: it is neither a bounce nor answered.", state)
    return _of_person(mail, verdict, next(iter(found), None), codes, state)


def _of_report(verdict: Verdict, state: str) -> tuple[str, str]:
    if state != "valid":
        if verdict.kind is Kind.COMPLAINT:
            return "keep", "It shows no return path that we signed: an editor sees it, and nothing else follows."
        return "none", "It did not come to a return path that we signed: anyone could have written it."
    if verdict.kind is Kind.COMPLAINT:
        return "suppress", "A complaint: this address is never mailed again."
    if verdict.is_delay:
        return "none", "The server goes on trying."
    if verdict.is_our_fault:
        return "alarm", "The reason lies with us: it costs no reader, and the editors are told once a day."
    if verdict.hard:
        return "count hard", "It will not arrive there: two such mails in a row suspend the reader."
    return "count soft", "It did not arrive this time: three of five issues over three weeks suspend the reader."


def _of_person(
    mail: Mail, verdict: Verdict, to: Recipient | None, codes: Sequence[str], state: Literal["valid", "forged", "none"]
) -> Examined:
    desk = to.desk if to else Desk.PEOPLE
    author = address_in(mail.header("From"))
    wish = wish_in(mail, codes, to.tag if to and desk is Desk.SUBSCRIBE else "")

    def told(kind: Kind, action: str, why: str) -> Examined:
        return Examined(replace(verdict, kind=kind, address=author), action, why, state)

    if desk is Desk.RETURN_PATH or must_not_be_answered(mail, author or "unknown"):
        return told(Kind.OTHER, "none", "A machine wrote it, or wrote to a machine.")
    if desk is Desk.CONFIRM:
        return told(Kind.CONFIRMATION, "confirm", "An answer to the confirmation mail, if its token is good.")
    if wish.leaves or desk is Desk.UNSUBSCRIBE:
        return told(Kind.UNSUBSCRIBE, "leave", "It asks to leave.")
    if desk is Desk.SUBSCRIBE or (wish.joins and wish.regions):
        regions = ", ".join(wish.regions) or "no region that is on"
        return told(Kind.SUBSCRIBE, "join", f"It asks for the letter and names {regions}; a mail asks to confirm.")
    return told(Kind.OTHER, "keep", "An editor reads it, and its writer is told so once a day.")


def _addresses(mail: Mail, name: str) -> list[str]:
    words = [word for value in mail.headers(name) for word in value.replace(",", " ").split()]
    return [address for word in words if (address := address_in(word))]
