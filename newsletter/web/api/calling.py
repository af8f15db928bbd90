"""One request of a program: who asks, what they may see, and how what they change is committed once."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from newsletter.editors.kept_answers import begin, finish
from newsletter.editors.key_models import ApiKey
from newsletter.editors.keys import actor
from newsletter.editors.models import Role
from newsletter.editors.permissions import is_everywhere, is_theirs, may
from newsletter.errors import NotFoundError
from newsletter.regions.models import Region
from newsletter.web.api.problems import ChangedMeanwhileError, MatchNeededError
from newsletter.web.api.shapes import Absent
from newsletter.web.desk_access import ForbiddenError
from newsletter.web.parts import Parts, Web
from newsletter.web.responses import has_etag

REPEATED = "Idempotent-Replayed"  # on an answer that was given before


class OneRegionError(ForbiddenError):
    message = "This concerns all regions, and your key is for some of them."


@dataclass(frozen=True)
class Caller:
    """A program with a key that may do what it asks for."""

    web: Parts
    key: ApiKey
    match: str | None = None  # If-Match
    request: str | None = None  # Idempotency-Key
    asked: str = ""  # a digest of all that is asked for

    @property
    def by(self) -> str:
        """As the log names it."""
        return actor(self.key)

    @property
    def now(self) -> datetime:
        return self.web.service.clock.now()

    @property
    def regions(self) -> list[str]:
        """Codes of the regions that the key is limited to; empty: all."""
        return [region.code for region in self.key.regions]

    def sees(self, region: Region) -> bool:
        return is_theirs(self.key, region)

    def check_region(self, region: Region, missing: str) -> None:
        """Raises NotFoundError(`missing`): what belongs to other regions looks like what is not there."""
        if not self.sees(region):
            raise NotFoundError(missing)

    def check_etag(self, view: BaseModel, *, is_needed: bool = False) -> None:
        """Call inside of the change, with what is there now. Raises ChangedMeanwhileError, MatchNeededError.

        `is_needed` where the change would overwrite what somebody wrote (RFC 6585, section 3).
        """
        if self.match is None and is_needed:
            raise MatchNeededError
        if self.match is not None and not has_etag(self.match, etag_of(view), weakly=False):
            raise ChangedMeanwhileError

    def change(
        self,
        do: Callable[[Session], BaseModel | None],
        *,
        status: int = 200,
        then: Callable[[], object] = lambda: None,
    ) -> Response:
        """Make a change in one transaction, and answer what `do` returns; `then` follows the commit.

        The same request with the same Idempotency-Key is answered as it was the first time, and changes nothing.
        """
        with self.web.service.db.writing() as session:
            kept = begin(session, self.key, self.request, self.asked, self.now) if self.request else None
            if kept is not None and kept.status is not None:
                return Response(kept.body or None, kept.status, {**kept.headers, REPEATED: "true"})
            answer = _answer(do(session), status)
            if kept is not None:
                finish(kept, answer.status_code, dict(answer.headers.items()), bytes(answer.body).decode())
        then()
        return answer

    def show(self, request: Request, view: BaseModel) -> Response:
        """What is asked for, with its ETag; 304 where the program has it already."""
        answer = _answer(view, 200)
        if has_etag(request.headers.get("If-None-Match", ""), answer.headers["ETag"]):
            kept = {"ETag": answer.headers["ETag"], "Cache-Control": answer.headers["Cache-Control"]}
            return Response(status_code=304, headers=kept)
        return answer


class Reads:
    """A dependency: whoever may read what needs `role`. `everywhere`: a key that is not limited to regions."""

    def __init__(self, role: Role, *, everywhere: bool = False) -> None:
        self.role, self.everywhere = role, everywhere

    async def __call__(self, request: Request, web: Web) -> Caller:
        return Caller(web, self.admitted(request))

    def admitted(self, request: Request) -> ApiKey:
        """Raises ForbiddenError."""
        key: ApiKey = request.state.key
        if not may(key, self.role):
            raise ForbiddenError(f"This needs a key with the role {self.role}; yours has {key.role}.")
        if self.everywhere and not is_everywhere(key):
            raise OneRegionError
        return key


Idempotency = Annotated[
    str | Absent,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Makes it safe to send a request again: for a day the same key gets the same answer.",
    ),
]
IfMatch = Annotated[
    str | Absent,
    Header(alias="If-Match", max_length=1000, description="The ETag of what you read: 412 where it was changed since."),
]


class Changes(Reads):
    """A dependency: the same for what changes something."""

    async def __call__(self, request: Request, web: Web, idempotency_key: Idempotency = None) -> Caller:
        key = self.admitted(request)
        asked = _digest(request, await request.body()) if idempotency_key else ""
        return Caller(web, key, None, idempotency_key, asked)


class Edits(Changes):
    """A dependency: the same for changes to what somebody else may be changing too."""

    async def __call__(
        self, request: Request, web: Web, idempotency_key: Idempotency = None, if_match: IfMatch = None
    ) -> Caller:
        return replace(await super().__call__(request, web, idempotency_key), match=if_match)


ReporterReads = Annotated[Caller, Depends(Reads(Role.REPORTER))]
EditorReads = Annotated[Caller, Depends(Reads(Role.EDITOR))]
PublisherReadsAll = Annotated[Caller, Depends(Reads(Role.PUBLISHER, everywhere=True))]
AdminReadsAll = Annotated[Caller, Depends(Reads(Role.ADMIN, everywhere=True))]

ReporterChanges = Annotated[Caller, Depends(Changes(Role.REPORTER))]
ReporterEdits = Annotated[Caller, Depends(Edits(Role.REPORTER))]
EditorChanges = Annotated[Caller, Depends(Changes(Role.EDITOR))]
PublisherChanges = Annotated[Caller, Depends(Changes(Role.PUBLISHER))]
PublisherChangesAll = Annotated[Caller, Depends(Changes(Role.PUBLISHER, everywhere=True))]
EditorEdits = Annotated[Caller, Depends(Edits(Role.EDITOR))]
AdminEdits = Annotated[Caller, Depends(Edits(Role.ADMIN))]
AdminEditsAll = Annotated[Caller, Depends(Edits(Role.ADMIN, everywhere=True))]
AdminChangesAll = Annotated[Caller, Depends(Changes(Role.ADMIN, everywhere=True))]


def etag_of(view: BaseModel) -> str:
    """A strong validator (RFC 9110, section 8.8): the same for the same content alone."""
    return f'"{hashlib.sha256(view.model_dump_json().encode()).hexdigest()[:32]}"'


def _answer(view: BaseModel | None, status: int) -> Response:
    if view is None:
        return Response(status_code=204 if status == 200 else status, headers={"Cache-Control": "no-store"})
    headers = {"ETag": etag_of(view), "Cache-Control": "private, no-cache"}
    return Response(view.model_dump_json(), status, headers, media_type="application/json")


def _digest(request: Request, body: bytes) -> str:
    asked = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return hashlib.sha256(asked + body).hexdigest()
