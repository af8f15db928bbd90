"""Headlines fit for a subject: no bait, no shouting. Pure, and rough: it knows written patterns in six languages.

A newsroom's own subject is left alone. What is made from headlines skips those that tease instead of telling, as long
as the week has one that tells.
"""

import re
from collections.abc import Sequence

from newsletter.rendering.plain import without_pictures

_BAIT = re.compile(
    "|".join(
        [
            r"you won.t believe|what happened next|will (?:shock|surprise|amaze) you|this one (?:weird )?trick",
            r"the reason (?:why )?will|here.s why|this is why|\d+ (?:reasons|things|ways|tricks|secrets|facts)\b",
            r"no (?:lo )?vas a creer|no (?:lo )?(?:podr[áa]s|creer[áa]s)|esto es lo que|te (?:sorprender|dejar)[áa]",
            r"\d+ (?:razones|cosas|trucos|secretos|maneras)\b|lo que pas[óo] despu[ée]s",
            r"voc[êe] n[ãa]o vai acreditar|vai te (?:surpreender|chocar)|o que aconteceu depois",
            r"\d+ (?:raz[õo]es|coisas|truques|segredos|maneiras)\b",
            r"vous n.(?:allez pas|en croirez)|va vous (?:surprendre|choquer|étonner)|voici pourquoi",
            r"\d+ (?:raisons|choses|astuces|secrets|façons)\b|ce qui s.est passé ensuite",
            r"لن تصدق|لن تتخيل|سيصدمك|شاهد قبل الحذف|\d+ (?:أسباب|أشياء|أسرار|حيل)",
            r"לא תאמינו|לא תאמין|מה שקרה אחר כך|\d+ (?:סיבות|דברים|טריקים|סודות)",
        ]
    ),
    re.IGNORECASE,
)
_SHOUTED = re.compile(r"([!?؟])[!?؟]+")
_TEASE = re.compile(r"(?:\.\.\.|…)$")


def is_bait(headline: str) -> bool:
    """Whether it holds back what happened so that somebody clicks."""
    return bool(_BAIT.search(headline) or _TEASE.search(headline.strip()))


def calmed(headline: str) -> str:
    """The headline without pictures, without more than one mark at a time, and not in capitals throughout."""
    calm = _SHOUTED.sub(r"\1", without_pictures(headline)).removesuffix("!")
    letters = [sign for sign in calm if sign.isalpha()]
    shouts = len(letters) > 12 and all(sign.isupper() for sign in letters)  # scripts without capitals never are upper
    return calm.capitalize() if shouts else calm


def telling_first(headlines: Sequence[str]) -> str:
    """The first headline that tells what happened; where none does, the first, of which it is the newsroom's choice."""
    return next((headline for headline in headlines if not is_bait(headline)), headlines[0])
