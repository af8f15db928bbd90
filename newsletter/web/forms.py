"""What a form sent. A page reads the fields that it knows by name; whatever else was sent is never looked at."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData


class Form:
    def __init__(self, data: FormData) -> None:
        self._data = data

    def one(self, name: str) -> str:
        """The first value of a field; empty where it was not sent."""
        return next(iter(self.many(name)), "")

    def many(self, name: str) -> list[str]:
        """All values of a field, at most 300, without NUL, which Postgres refuses in a text."""
        values = [value for value in self._data.getlist(name) if isinstance(value, str)]
        return [value.replace("\0", "") for value in values[:300]]


async def _posted(request: Request) -> Form:
    return Form(await request.form(max_files=0, max_fields=1000, max_part_size=64 * 1024))


Posted = Annotated[Form, Depends(_posted)]
