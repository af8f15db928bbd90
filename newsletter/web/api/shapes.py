"""What bodies of all resources have in common."""

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

Id = Annotated[int, Path(ge=1, le=2**53)]
Code = Annotated[
    str, Path(min_length=2, max_length=40, pattern=r"^[A-Za-z][A-Za-z-]*$", examples=["MX", "latin-america"])
]


def whole(value: object) -> object:
    """JSON has no integers of their own: 13.0 is one (JSON Schema 2020-12, section 4.2.3)."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Absent = SkipJsonSchema[None]  # of what may be left out of an address or a header, where nothing says null
Whole = BeforeValidator(whole)  # beside each integer of a body; behind its bounds, so that these are described
Number = Annotated[int, Field(ge=1, le=2**53), Whole]  # an id
Count = Annotated[int, Field(ge=0, le=2**53), Whole]
Line = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]  # Postgres refuses NUL in a text
Words = Annotated[str, Field(max_length=20_000, pattern=r"^[^\x00]*$")]


class Given(BaseModel):
    """A body. A field that is not here is an error: nobody sets what no field is for."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Empty(Given):
    """A body that says nothing: {}."""
