"""A picture for an item that leads: none unless an editor chooses one, and no letter needs it to be read."""

from datetime import datetime

from sqlalchemy.orm import Session

from newsletter.errors import InvalidInputError
from newsletter.issues.editing import closed, item_at, opened
from newsletter.issues.models import Issue
from newsletter.issues.wording import one_line

ALT_LENGTH = 300
_SIDE = range(1, 10_001)  # pixels


def illustrate(
    session: Session,
    issue: Issue,
    position: int,
    url: str,
    alt: str,
    width: int,
    height: int,
    *,
    by: str,
    now: datetime,
) -> Issue:
    """Show the picture at `url` where the item leads; the mail loads it from there, through no proxy of ours.

    Raises InvalidInputError for an address that is not https, for a picture without words, or for sizes that none has.
    """
    if not url.startswith("https://") or len(url) > 2000 or any(sign.isspace() for sign in url):
        raise InvalidInputError("The picture's address must begin with https:// and have no spaces.")
    if width not in _SIDE or height not in _SIDE:
        raise InvalidInputError("Give the picture's width and height in pixels, such as 1200 and 675.")
    issue = opened(session, issue)
    item = item_at(issue, position)
    image = {"url": url, "alt": one_line(alt, "The description", ALT_LENGTH), "width": width, "height": height}
    before, item.image = item.image, image
    return closed(session, issue, by, now, f"picture of item {position}", before, item.image)


def unillustrate(session: Session, issue: Issue, position: int, *, by: str, now: datetime) -> Issue:
    """Show no picture."""
    issue = opened(session, issue)
    item = item_at(issue, position)
    before, item.image = item.image, None
    return closed(session, issue, by, now, f"picture of item {position}", before, None)
