"""What webhooks are told of an issue."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from newsletter.happenings.keeping import happened
from newsletter.happenings.models import Happening
from newsletter.issues.models import Issue


def announce(session: Session, happening: Happening, issue: Issue, now: datetime, **more: Any) -> None:
    """Call in the transaction that makes it happen, after a flush."""
    code = issue.region.code
    data = {
        "issue": issue.id,
        "region": code,
        "week": issue.week,
        "number": issue.number,
        "language": issue.language,
        "content_hash": issue.content_hash,
        **more,
    }
    happened(session, happening, data, regions=[code], now=now)
