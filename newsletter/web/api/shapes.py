"""What bodies of all resources have in common."""

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[int, Path(ge=1, le=2**53)]
Code = Annotated[
    str, Path(min_length=2, max_length=40, pattern=r"^[A-Za-z][A-Za-z-]*$", examples=["MX", "latin-america"])
]

Line = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]  # Postgres refuses NUL in a text
Words = Annotated[str, Field(max_length=20_000, pattern=r"^[^\x00]*$")]


class Given(BaseModel):
    """A body. A field that is not here is an error: nobody sets what no field is for."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Empty(Given):
    """A body that says nothing: {}."""
