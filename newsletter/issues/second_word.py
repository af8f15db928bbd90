"""The rule that asks for two: an issue that tells of what asks for care is approved by two people, not one.

Which kinds ask for it is a setting; `bootstrap` hands it to every session of the service as `session.info[KEY]`.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from newsletter.editors.log import record
from newsletter.errors import NotAllowedError
from newsletter.issues.models import Issue
from newsletter.issues.sensitivity import Sensitive, sensitive
from newsletter.issues.states import log_subject, name_of

KEY = "second_editor"  # of session.info: a collection of Care


def asks_for_two(session: Session, issue: Issue) -> list[Sensitive]:
    """The items for which two are asked; empty: one word is enough."""
    return sensitive(issue, session.info.get(KEY, ()))


def first_word(issue: Issue) -> str | None:
    """Who has approved the content as it stands, where another is still asked."""
    return issue.first_word_by if issue.first_word_hash == issue.content_hash else None


def take_first_word(session: Session, issue: Issue, asking: Iterable[Sensitive], *, by: str, now: datetime) -> bool:
    """Keep the first word; True where this is the second. Raises NotAllowedError for one person's two words."""
    first = first_word(issue)
    if first == by:
        raise NotAllowedError(f"{by} has approved {name_of(issue)} already, and {why(asking)}: another is asked now.")
    if first is not None:
        return True
    issue.first_word_hash, issue.first_word_by = issue.content_hash, by
    details = {"content": issue.content_hash, "why": why(asking)}
    record(
        session,
        actor=by,
        action="issue approved by the first of two",
        subject=log_subject(issue),
        details=details,
        now=now,
    )
    return False


def why(asking: Iterable[Sensitive]) -> str:
    """Such as "item 2 tells of suicide"."""
    return ", ".join(f"item {one.position} tells of {' and '.join(care.words for care in one.words)}" for one in asking)
