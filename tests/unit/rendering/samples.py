"""Issues as they come from the database, made without one: rendering only reads them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from newsletter.config import Settings
from newsletter.issues.content import content_hash
from newsletter.issues.models import Correction, Issue, IssueState, Item
from newsletter.issues.opinion_links import OpinionLinks
from newsletter.regions.models import Region, Schedule
from newsletter.rendering.letters import render_issue
from newsletter.rendering.pieces import IssuePieces

NOW = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
SETTINGS = Settings(
    site_url="https://weekly.example",
    publisher="Harbour Press",
    postal_address="12 Harbour Lane, Bristol BS1 4ND, United Kingdom",
)
OPINIONS = OpinionLinks(["k" * 32], SETTINGS.base_url)


def make_item(event_id: int, headline: str, **columns: Any) -> Item:
    defaults = {
        "summary": f"What happened in event {event_id}, told in one sentence.",
        "url": f"https://news.example/{event_id}",
        "source": "The Daily Example",
        "also": [],
    }
    differences = columns.pop("differences", [])
    item = Item(event_id=event_id, headline=headline, **(defaults | columns))
    item.differences = differences
    return item


def make_issue(items: Sequence[Item | int], code: str = "MX", language: str = "en", **columns: Any) -> Issue:
    """An issue with these items; a number makes a plain one about the event with that id."""
    region = Region(code=code, language=language, schedule=Schedule(weekday=4, hour=7))
    defaults = {"id": 1, "number": 12, "week": "2026-W20", "state": IssueState.DRAFT}
    issue = Issue(region=region, language=language, **(defaults | columns))
    issue.items = [make_item(item, f"Event number {item}") if isinstance(item, int) else item for item in items]
    for position, item in enumerate(issue.items, start=1):
        item.position = position
    issue.content_hash = content_hash(issue)
    return issue


def pieces_of(issue: Issue, language: str = "en", offered: Sequence[str] = ()) -> IssuePieces:
    return render_issue(issue, language, SETTINGS, opinions=OPINIONS, look="sample", offered=offered)


def correct(issue: Issue, number: int, text: str) -> Issue:
    """The issue, telling what was wrong in an earlier one."""
    earlier = Issue(region=issue.region, number=number, week="2026-W19", language=issue.language)
    issue.corrections.append(Correction(issue=earlier, text=text, by="Ada", at=NOW))
    return issue


def differing(attribute: str, *values: tuple[str, str], **columns: Any) -> dict[str, Any]:
    """A difference as `Item.differences` keeps it; each value with the source that gives it."""
    told = [
        {"value": value, "hedge": None, "quote": f"It was {value}.", "source": source, "url": "https://x.example/",
         "story_id": 1, "published_at": None}
        for value, source in values
    ]  # fmt: skip
    defaults = {"attribute": attribute, "subject": None, "kind": "disagreement", "shown": True}
    return defaults | columns | {"values": told}


def also(*sources: str) -> list[dict[str, str]]:
    return [
        {"source": source, "url": f"https://{source.lower().replace(' ', '-')}.example/story"} for source in sources
    ]


def mexico() -> Issue:
    issue = make_issue(
        [
            make_item(
                1,
                "Reservoirs above Monterrey fill for the first time in six years",
                summary="Four days of rain have brought the three reservoirs that supply the city to 94 percent of "
                "their capacity, the state water service said on Tuesday. Rationing in the eastern districts ends on "
                "Monday. Engineers warn that the pipes, a third of which leak, were not repaired while they were dry.",
                url="https://correo-del-norte.example/agua/presas-llenas",
                source="Correo del Norte",
                also=also("Gulf Wire", "Diario de Saltillo"),
                differences=[differing("injured", ("3", "Correo del Norte"), ("5", "Gulf Wire"))],
            ),
            make_item(
                2,
                "Senate passes the shorter working week, to start in 2027",
                summary="The forty-hour week comes in steps of two hours a year. Employers' groups had asked for ten.",
                source="Gulf Wire",
                also=also("Capital Ledger"),
            ),
            make_item(
                3,
                "Oaxaca's weavers win a court case over copied patterns",
                summary="A federal judge ordered a clothing chain to stop selling blouses with designs from San Mateo, "
                "and to open its books. It is the first ruling under the law of 2022 on collective heritage.",
                source="La Voz del Istmo",
            ),
            make_item(
                4,
                "Night train between Mérida and Palenque carries its first passengers",
                summary="It left at nine with 312 people in eight sleeping cars, and was eleven minutes early.",
                source="Gulf Wire",
            ),
            make_item(
                5,
                "Monarch butterflies covered twice as much forest this winter",
                summary="The colonies spread over 3.6 hectares, up from 1.8, a count by park rangers shows.",
                source="Field Notes",
                also=also("Gulf Wire"),
            ),
            make_item(
                6,
                "Tijuana's buses turn electric, line by line",
                summary="Forty run already, from the border to the beach; the last diesel one is to go in 2029.",
                source="Frontera Diaria",
            ),
            make_item(
                7,
                "A quieter Copa: fans may bring drums, and no flares",
                summary="The clubs agreed after a season with ninety burns. Drums have to be see-through.",
                source="Gulf Wire",
            ),
            make_item(
                8,
                "Vanilla growers of Papantla found a school",
                summary="Sixteen pupils learn to pollinate by hand, as Edmond Albius did in 1841.",
                source="La Voz del Istmo",
            ),
            make_item(9, "The last manual telephone exchange of Chiapas closes", source="Capital Ledger"),
            make_item(10, "Puebla bakes the longest mole table yet", source="Diario de Saltillo"),
        ],
        intro="It rained at last. This week's letter begins where the water is.",
    )
    return correct(issue, 11, "The bridge at Tampico was opened in 1988, not in 1998.")


def spain() -> Issue:
    return make_issue(
        [
            make_item(
                11,
                "Valencia reabre el último puente que se llevó la riada",
                summary="El viaducto de Picanya vuelve a unir las dos orillas año y medio después. El Gobierno "
                "regional asegura que soporta una crecida un 40 % mayor que la de 2024.",
                source="Hoja de Levante",
                also=also("Mediterráneo Hoy"),
                image={
                    "url": "https://hoja.example/puente.jpg",
                    "alt": "El viaducto al amanecer",
                    "width": 1184,
                    "height": 666,
                },
            ),
            make_item(
                2,
                "México aprueba la semana de cuarenta horas",
                summary="La jornada se reduce dos horas cada año. Los empresarios pedían diez años de plazo.",
                source="Hoja de Levante",
            ),
            make_item(
                12,
                "Los pescadores de Barbate vuelven a faenar tras el acuerdo",
                summary="Cuarenta barcos salieron de madrugada. El cupo de este año sube una quinta parte.",
                source="Estrecho Noticias",
            ),
            make_item(
                13,
                "Bilbao prohíbe los pisos turísticos nuevos en el casco viejo",
                summary="Los que ya tienen licencia la conservan; el Ayuntamiento los revisará cada dos años.",
                source="Nervión Diario",
            ),
        ],
        code="ES",
        language="es",
        id=2,
        number=7,
    )


def egypt() -> Issue:
    return make_issue(
        [
            make_item(
                21,
                "افتتاح خط المترو الرابع في القاهرة بعد عشر سنوات من العمل",
                summary="بدأ تشغيل المرحلة الأولى من الخط صباح الأحد، وتضم سبع عشرة محطة تربط الأهرام بوسط المدينة. "
                "وقالت هيئة الأنفاق إن الخط سينقل 1.5 مليون راكب يوميًا.",
                source="صحيفة النيل",
                also=also("Cairo Courier", "Gulf Wire"),
            ),
            make_item(
                22,
                "محصول القمح يتجاوز التوقعات في الدلتا",
                summary="قدرت وزارة الزراعة الإنتاج بعشرة ملايين طن، بزيادة 8% عن العام الماضي.",
                source="صحيفة النيل",
            ),
            make_item(
                23,
                "Luxor museum returns to its summer hours (8:00–14:00)",
                summary="The halls of the two royal barges stay open until the evening.",
                source="Cairo Courier",
            ),
        ],
        code="EG",
        language="ar",
        id=3,
        number=3,
    )


DESK = "https://weekly.example/desk/issues/MX/2026-W20"
# What each mail outside a round is given, by its kind.
CONTEXTS: dict[str, dict[str, Any]] = {
    "relay_test": {"relay": "smtp.news.example:587", "url": "https://weekly.example/desk/relays"},
    "correction": {
        "region": "MX",
        "number": 11,
        "date": "15 May 2026",
        "correction": "The bridge was opened in 1988, not in 1998.",
        "correction_language": "en",
        "url": "https://weekly.example/regions/MX/issues/11",
        "address": "ana@readers.example",
        "preferences_url": "https://weekly.example/p/token",
        "unsubscribe_url": "https://weekly.example/u/token",
    },
    "confirm": {"confirm_url": "https://weekly.example/confirm/token", "regions": ["MX", "latin-america"], "days": 14},
    "preferences": {
        "preferences_url": "https://weekly.example/p/token",
        "unsubscribe_url": "https://weekly.example/u/token",
        "days": 90,
    },
    "welcome": {
        "regions": ["MX", "latin-america"],
        "preferences_url": "https://weekly.example/p/token",
        "unsubscribe_url": "https://weekly.example/u/token",
    },
    "goodbye": {"undo_url": "https://weekly.example/u/token"},
    "reminder": {"confirm_url": "https://weekly.example/confirm/token", "regions": ["MX"], "days": 14},
    "address_change": {"confirm_url": "https://weekly.example/address/token", "days": 14},
    "address_changed": {},
    "received": {"codes": ["MX", "latin-america"], "joins": True, "url": "https://weekly.example/subscribe"},
    "export_ready": {"data_url": "https://weekly.example/data/token", "days": 7},
    "sign_in": {"url": "https://weekly.example/desk/sign-in/secret"},
    "drafted": {
        "region": "MX",
        "week": "2026-W20",
        "number": 12,
        "headlines": ["Reservoirs above Monterrey fill", "افتتاح خط المترو الرابع", "A {{7*191}} <b>third</b>"],
        "url": DESK,
    },
    "thin": {"region": "MX", "week": "2026-W20", "found": 2, "minimum": 3, "url": DESK},
    "missed": {"region": "MX", "week": "2026-W20", "readers": 1204, "url": DESK},
    "held": {"week": "2026-W20", "reason": "The wave of Tokyo was found 14 hours late.", "url": DESK},
    "paused": {
        "week": "2026-W20",
        "reason": "31 of the last 200 letters (16%) were refused or are unknown, more than 10%.",
        "url": "https://weekly.example/desk/rounds/3",
    },
    "alarm": {
        "week": "2026-W20",
        "reason": "The relay smtp.example:587 refuses us: 550 5.7.1 Blocked",
        "url": "https://weekly.example/desk/rounds/3",
    },
}
