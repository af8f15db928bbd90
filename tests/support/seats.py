"""A seat at the desk for tests: a session of an editor with a role, and forms as its pages send them."""

from typing import Any

import httpx
from sqlalchemy import select

from newsletter.bootstrap import Service
from newsletter.editors.models import Role
from newsletter.editors.service import add_editor, find_editor, limit_to
from newsletter.editors.signing_in import make_link, sign_in
from newsletter.regions.models import Region
from newsletter.web.desk_access import csrf_token
from tests.support.browser import Browser


class Seat:
    """Signed in with a role, limited to some regions if they are given; `client` has the cookie from now on."""

    def __init__(self, service: Service, client: Browser, role: Role, *, regions: tuple[str, ...] = ()) -> None:
        self._client = client
        address, now = f"{role}@newsroom.example", service.clock.now()
        with service.db.writing() as session:
            editor = find_editor(session, address) or add_editor(session, address, name=f"A {role}", role=role)
            limit_to(session, editor, session.scalars(select(Region).where(Region.code.in_(regions))).all(), now)
            _, cookie = sign_in(session, make_link(session, editor, now), now)
        client.cookies.set("desk", cookie, path="/desk")
        self.csrf = csrf_token(cookie, service.secret_keys[0])

    def get(self, path: str) -> httpx.Response:
        return self._client.get(path)

    def post(self, path: str, **fields: Any) -> httpx.Response:
        return self._client.post(path, data={"csrf": self.csrf} | fields)
