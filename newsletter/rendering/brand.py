"""The look of a newsroom, made from its settings: the tokens that mails and pages are drawn with. Pure."""

from dataclasses import dataclass, fields

from newsletter.colours import BLACK, INK, TEXT, WHITE, contrast, legible, mixed
from newsletter.config import Settings

# Each ends in a generic family; Outlook on Windows takes the first that it has, others the first of all.
_TYPES = {
    "serif": "Georgia,'Times New Roman',serif",
    "sans": "'Helvetica Neue',Helvetica,Arial,sans-serif",
}
_DARK_PAPER, _DARK_DESK, _DARK_INK = "#1b1a18", "#121110", "#f2ede3"
_WRONG, _GOOD = "#8c1d18", "#23603a"
_WARM = "#a79d8c"  # what quiet text is mixed with
_SHADE = "#6b5a33"  # a little of it in the paper makes the desk around it
_IN_THE_DARK = 8.5  # contrast: a colour that only just passes glows on black


@dataclass(frozen=True)
class Palette:
    """The colours of one scheme, as "#rrggbb". Text of the first three kinds stands on paper and on desk."""

    ink: str
    quiet: str
    accent: str
    on_accent: str  # text on the accent as a ground
    paper: str
    desk: str  # around the paper
    line: str
    edge: str  # of fields: 3:1 (WCAG 2.2, 1.4.11)
    wrong: str
    good: str


@dataclass(frozen=True)
class Logo:
    url: str
    width: int
    height: int


@dataclass(frozen=True)
class Brand:
    light: Palette
    dark: Palette
    type: str  # a CSS list of fonts
    logo: Logo | None

    @classmethod
    def of(cls, settings: Settings) -> "Brand":
        accent, paper = settings.brand_color, settings.brand_paper
        logo = None
        if settings.brand_logo_url:
            logo = Logo(str(settings.brand_logo_url), settings.brand_logo_width, settings.brand_logo_height)
        return cls(
            light=_palette(INK, accent, paper, desk=mixed(paper, _SHADE, 0.09), least=TEXT),
            dark=_palette(_DARK_INK, accent, _DARK_PAPER, desk=_DARK_DESK, least=_IN_THE_DARK),
            type=_TYPES[settings.brand_type],
            logo=logo,
        )


def as_css(brand: Brand) -> str:
    """The tokens as custom properties, for the style sheet of the pages."""
    light, dark = (
        "".join(f"--{field.name.replace('_', '-')}:{getattr(palette, field.name)};" for field in fields(palette))
        for palette in (brand.light, brand.dark)
    )
    return f":root{{{light}--type:{brand.type}}}\n@media (prefers-color-scheme: dark){{:root{{{dark}}}}}\n"


def _palette(ink: str, accent: str, paper: str, desk: str, least: float) -> Palette:
    """An accent that cannot be read on these grounds becomes the nearest shade that can."""
    readable = legible(accent, paper, desk, least=least)
    return Palette(
        ink=legible(ink, paper, desk),
        quiet=legible(mixed(ink, _WARM, 0.5), paper, desk),
        accent=readable,
        on_accent=max((WHITE, BLACK, paper), key=lambda text: contrast(text, readable)),
        paper=paper,
        desk=desk,
        line=mixed(paper, ink, 0.18),
        edge=legible(mixed(ink, paper, 0.45), paper, desk, least=3),
        wrong=legible(_WRONG, paper, desk, least=least),
        good=legible(_GOOD, paper, desk, least=least),
    )
