"""What a browser does on the page "One moment, please"."""

import re
from itertools import count

import httpx

from newsletter.web.steps import is_worked_out


def ticket_in(page: httpx.Response) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', page.text)
    assert found, "the page asks for no further step"
    return found[1]


def worked_out(page: httpx.Response) -> dict[str, str]:
    """The fields that step.js fills in."""
    ticket = ticket_in(page)
    return {"ticket": ticket, "answer": next(str(n) for n in count() if is_worked_out(ticket, str(n)))}
