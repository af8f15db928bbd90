"""A word on an issue, from the link in its letter: counted, and nothing kept about who said it.

Opening the page counts nothing, since programs open every link of a mail. A script presses its button as soon as a
person is seen there; without it, the person does.
"""

from fastapi import APIRouter, Request, Response

from newsletter.issues.opinions import count_opinion, opinion_issue
from newsletter.web.languages import accepted
from newsletter.web.limiting import OPINION_BY_NETWORK
from newsletter.web.parts import Parts, Web, network_of
from newsletter.web.responses import private
from newsletter.web.scripts import scripted

router = APIRouter()


@router.get("/o/{token}")
def show_the_button(request: Request, web: Web, token: str) -> Response:
    return _page(request, web, token, said=False)


@router.post("/o/{token}")
def say(request: Request, web: Web, token: str) -> Response:
    """Who presses very often is thanked as well, and not counted."""
    issue_id, kind = web.service.opinion_links.read(token)
    if web.limiter.allows(OPINION_BY_NETWORK, "opinion", network_of(request, web)):
        with web.service.db.writing() as session:
            count_opinion(session, issue_id, kind)
    return _page(request, web, token, said=True)


def _page(request: Request, web: Parts, token: str, *, said: bool) -> Response:
    issue_id, kind = web.service.opinion_links.read(token)
    with web.service.db.reading() as session:
        issue = opinion_issue(session, issue_id)
        code = issue.region.code
    language = accepted(request.headers.get("Accept-Language", ""), issue.language)
    action = f"{web.pages.root}/o/{token}"
    page = web.pages.render(
        "opinion.html", language, kind=kind.value, code=code, number=issue.number, action=action, said=said
    )
    return scripted(private(page))
