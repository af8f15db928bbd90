"""A story, opened from a letter where clicks are counted: on to where it is told, with one more in a number.

Where it leads is what our rows say of a place in an issue. Nothing of the request is in it, so that no link leads
elsewhere; nothing is set in the browser, and the page that is opened is not told where its reader came from.
"""

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from newsletter.errors import NotFoundError
from newsletter.feedback.clicks import ItemKey
from newsletter.issues.click_links import StoryPlace
from newsletter.issues.models import Issue, IssueState, Item
from newsletter.rendering.views import story_address
from newsletter.web.limiting import CLICK_BY_NETWORK
from newsletter.web.parts import Parts, Web, network_of
from newsletter.web.security import IS_HEAD

router = APIRouter()

_AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")  # how programs say that they fetch before anybody asks
_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


@router.get("/s/{token}")
def open_story(request: Request, web: Web, token: str) -> Response:
    """The link works as long as the issue is there, also where clicks are not counted any more."""
    place = web.service.click_links.read(token)
    with web.service.db.reading() as session:
        issue, address = _target(session, place, web.service.settings.base_url)
    if issue.state is IssueState.OUT and web.service.settings.count_clicks and _is_a_click(request):
        _count(request, web, place)
    return Response(status_code=302, headers=_HEADERS | {"Location": address})


def _target(session: Session, place: StoryPlace, base_url: str) -> tuple[Issue, str]:
    """An issue, and where a report of it is. Raises NotFoundError for what a draft does not have any more."""
    issue = session.get(Issue, place.issue_id)
    query = select(Item).where(Item.issue_id == place.issue_id, Item.position == place.position)
    item = session.scalars(query).first()
    if issue is None or item is None or place.report > len(item.also):
        raise NotFoundError("There is no such page.")
    own_page = f"{base_url}/regions/{issue.region.code}/issues/{issue.number}"
    return issue, story_address(item, place.report, own_page)


def _is_a_click(request: Request) -> bool:
    """False for what programs ask before, or instead of, a person."""
    if IS_HEAD in request.scope:
        return False
    return not any("pre" in request.headers.get(name, "").lower() for name in _AHEAD)


def _count(request: Request, web: Parts, place: StoryPlace) -> None:
    network = network_of(request, web)
    if web.limiter.allows(CLICK_BY_NETWORK, "click", network):
        web.service.click_counter.count(ItemKey(place.issue_id, place.position), network)
