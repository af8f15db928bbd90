"""HTML of the pages: Jinja2 templates in one of our languages, everything escaped."""

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from importlib import resources
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from newsletter.config import Settings
from newsletter.regions.catalogue import find, fold, locale_of, name_of
from newsletter.regions.models import Region
from newsletter.regions.timing import sending_day
from newsletter.rendering.brand import Brand, as_css
from newsletter.rendering.plain import paragraphs
from newsletter.rendering.templates import template_loader
from newsletter.rendering.translations import desk_languages, direction, languages, spoken, translations
from newsletter.web.retelling import told

STATIC = resources.files("newsletter.web") / "static"
# Our Spanish writes numbers as Latin America does (12,345.6), where most who edit in it are; CLDR's own is Spain's.
_NUMBERS = {"es": "es-419"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2


class Pages:
    """Renders templates/web/; one environment a language, made when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._environments: dict[str, Environment] = {}
        self._versions: dict[str, str] = {}  # of static files

    def render(self, template: str, language: str, **context: Any) -> str:
        """The page in the language of ours that is closest to `language`. Unknown names in it are an error."""
        return self._environment(spoken(language)).get_template(template).render(context)

    def text(self, sentence: str, language: str) -> str:
        """A sentence of ours in that language, also one that a stage made."""
        return _in_language(sentence, spoken(language))

    @cached_property
    def root(self) -> str:
        """What stands before every path of a link: empty, or the folder in which the pages are published."""
        return urlsplit(self._settings.base_url).path

    @cached_property
    def brand(self) -> Brand:
        return Brand.of(self._settings)

    def static(self, name: str) -> bytes:
        """A file that pages load; the style sheet begins with the newsroom's own tokens."""
        content = (STATIC / name).read_bytes()
        return as_css(self.brand).encode() + content if name == "site.css" else content

    def static_url(self, name: str) -> str:
        """Its address, which changes with its content."""
        if name not in self._versions:
            self._versions[name] = hashlib.sha256(self.static(name)).hexdigest()[:12]
        return f"{self.root}/static/{name}?v={self._versions[name]}"

    def _environment(self, language: str) -> Environment:
        if language not in self._environments:
            self._environments[language] = self._made(language)
        return self._environments[language]

    def _made(self, language: str) -> Environment:
        environment = Environment(
            loader=template_loader("web", self._settings.templates_dir),
            undefined=StrictUndefined,
            autoescape=True,
            extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.policies["ext.i18n.trimmed"] = True
        environment.globals |= self._globals(language)
        environment.filters |= _filters(language)
        # The i18n extension adds the method when it is loaded, which no type checker can see.
        environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
        return environment

    def _globals(self, language: str) -> dict[str, Any]:
        return {
            "language": language,
            "direction": direction(language),
            "number_language": _NUMBERS.get(language, language),
            "root": self.root,
            "base_url": self._settings.base_url,
            "site_name": self._settings.site_name,
            "publisher": self._settings.publisher,
            "postal_address": self._settings.postal_address,
            "counts_clicks": self._settings.count_clicks,
            "brand": self.brand,
            "static_url": self.static_url,
            "style_url": self.static_url("site.css"),
            "languages_spoken": language_names(),
            "desk_languages": {tag: language_names()[tag] for tag in desk_languages()},
            "word": lambda kind, value: translations(language).pgettext(kind, str(value)),  # of a state, a role
            "region_name": lambda code: name_of(code, language),
            "flag_of": lambda code: find(code).flag,
            "dir_of": direction,
            "letter_day": letter_day,
            "is_web_address": is_web_address,
        }


def is_web_address(url: str) -> bool:
    """Whether a link may stand on a page: never javascript:, data: or their like, whatever let it in."""
    return urlsplit(url).scheme in ("http", "https")


def letter_day(week: str, region: Region) -> date:
    """The date that the letters of a week bear, wherever they are read; the first of them left the evening before."""
    return sending_day(week, region.schedule.weekday)


def by_name(regions: list[Region], language: str) -> list[Region]:
    """Regions in the order of their names in a language."""
    return sorted(regions, key=lambda region: fold(name_of(region.code, language)))


def language_names() -> Mapping[str, str]:
    """The languages that we speak, each by its own name: {"en": "English", "es": "español", ...}."""
    return {tag: locale_of(tag).get_display_name() or tag for tag in languages()}


def _filters(language: str) -> dict[str, Any]:
    locale, numbers = locale_of(language), locale_of(_NUMBERS.get(language, language))

    def number(value: float, pattern: str = "#,##0") -> str:
        """As the language writes it; `pattern` of CLDR, such as "#,##0.0"."""
        return format_decimal(value, format=pattern, locale=numbers)

    def day(instant: datetime, time_zone: str = "UTC") -> str:
        return format_date(instant.astimezone(ZoneInfo(time_zone)), format="long", locale=locale)

    def moment(instant: datetime, time_zone: str = "UTC") -> str:
        local = instant.astimezone(ZoneInfo(time_zone))
        return f"{format_date(local, format='medium', locale=locale)}, {local:%H:%M}"

    def hour(instant: datetime, time_zone: str = "UTC") -> str:
        return format_datetime(instant.astimezone(ZoneInfo(time_zone)), "EEE HH:mm", locale=locale)

    def on(date: date) -> str:
        return format_date(date, format="long", locale=locale)

    return {
        "day": day,
        "weekday": lambda number: locale.days["format"]["wide"][number],  # Monday is 0
        "moment": moment,
        "hour": hour,
        "on": on,
        "number": number,
        # For sentences in variables: `_()` would take one for our own HTML, and a "%" in it for a placeholder.
        "told": lambda sentence: _in_language(sentence, language),
        "apart": lambda text: Markup("<bdi>{}</bdi>").format(
            text
        ),  # keeps its own direction, whatever stands around it
        "part_told": lambda words: told(words, language, is_part=True),
        "paragraphs": paragraphs,
        "xml_text": _xml_text,
    }


def _in_language(sentence: str, language: str) -> str:
    return told(translations(language).gettext(sentence), language) if sentence else ""  # gettext("") is its header


def _xml_text(text: str) -> str:
    return _NOT_XML.sub("", text)
