"""Settings: what holds and where it comes from, and whether a value would do. Nothing is set here, no secret told."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from newsletter.config import Settings
from newsletter.errors import NotFoundError
from newsletter.setting_values import LONGEST, ShownSetting, problem_with_value, shown_settings
from newsletter.web.api.calling import AdminReadsAll
from newsletter.web.api.problems import problems
from newsletter.web.api.shapes import Given, Line

router = APIRouter(tags=["settings"])


class SettingView(BaseModel):
    field: str
    variable: str = Field(description="Of the environment, or of the file `.env`.", examples=["NEWSLETTER_SITE_NAME"])
    value: Any = Field(description="As it may be shown: `(secret)` in place of one.")
    default: Any
    origin: str = Field(description="environment, file or default.")
    what_for: str
    is_secret: bool
    wants: str | None = Field(description="What is wrong with it as it stands; null: nothing.")

    @classmethod
    def of(cls, setting: ShownSetting) -> "SettingView":
        return cls(**{field: getattr(setting, field) for field in cls.model_fields})


class SettingsView(BaseModel):
    data: list[SettingView]


class ValueGiven(Given):
    field: Line = Field(examples=["max_rate"])
    value: str = Field(max_length=LONGEST, description="As the environment would have it; empty: not set.")


class VerdictView(BaseModel):
    problem: str | None = Field(description="What is wrong with it, in a sentence; null: it would do.")


@router.get("/settings", operation_id="listSettings", response_model=SettingsView)
def list_settings(caller: AdminReadsAll) -> SettingsView:
    """All of them, in the order of the reference."""
    return SettingsView(data=[SettingView.of(one) for one in shown_settings(caller.web.service.settings)])


@router.post("/settings/check", operation_id="checkSetting", response_model=VerdictView, responses=problems(404))
def check_value(caller: AdminReadsAll, given: ValueGiven) -> VerdictView:
    """Whether a value would do beside all others as they are. Nothing is set."""
    if given.field not in Settings.model_fields:
        raise NotFoundError("There is no such setting.")
    return VerdictView(problem=problem_with_value(caller.web.service.settings, given.field, given.value.strip()))
