"""The one home of premailer: style rules become style attributes, because many clients read nothing else."""

import re

_BREAK_AND_INDENT = re.compile(r"\s*\n\s*")
_STYLE = re.compile(r"(?<=<style>).*?(?=</style>)", re.DOTALL)


def inline(html: str) -> str:
    """`html` with its rules inlined; rules inside @media stay in the head, for clients that know them.

    Jinja comes first: premailer would percent-encode `{{ }}` in an href. It fetches nothing, and keeps `!important`,
    by which a dark scheme wins over an inlined light one. 6 ms for 60 KB: once an issue, never once a reader.
    """
    from premailer import Premailer  # twenty megabytes, which a worker that sends what others rendered does without

    inlined = Premailer(
        html,
        allow_network=False,
        strip_important=False,
        disable_validation=True,
        # It would add width, bgcolor and their like to every cell: the ghost tables for Outlook have what is needed.
        disable_basic_attributes=["align", "bgcolor", "height", "valign", "width"],
    ).transform()
    compact = _STYLE.sub(_compact_css, inlined)
    return "<!doctype html>\n" + _BREAK_AND_INDENT.sub("\n", compact).strip() + "\n"


def _compact_css(match: re.Match[str]) -> str:
    return re.sub(r"\s*([{};:,])\s*|\s+", lambda found: found[1] or " ", match[0]).strip()
