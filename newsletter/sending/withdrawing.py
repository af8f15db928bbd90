"""Withdrawing a story: its issues are held, and the editors of these are told."""

from datetime import datetime

from sqlalchemy.orm import Session

from newsletter.issues import withdrawing
from newsletter.issues.models import Issue
from newsletter.sending.models import NoticeKind
from newsletter.sending.notices import tell_editors
from newsletter.stories.models import Story


def withdraw(session: Session, story: Story, *, why: str, by: str, now: datetime) -> list[Issue]:
    """The issues that are held for it. Raises what issues.withdrawing.withdraw raises. Ring afterwards."""
    held = withdrawing.withdraw(session, story, why=why, by=by, now=now)
    for issue in held:
        about = f"issue {issue.id}: story {story.id}: {now.timestamp():.0f}"
        tell_editors(session, NoticeKind.HELD, issue, now, about=about)
    return held
