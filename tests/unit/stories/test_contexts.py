"""What stands beside a country's name, one row an oddity. The name is in [brackets]."""

import pytest

from newsletter.regions.terms import Kind
from newsletter.stories.contexts import Role, leads_to_city, role_of


def role(marked: str, kind: Kind = Kind.NAME) -> Role:
    start, end = marked.index("["), marked.index("]") - 1
    return role_of(marked.replace("[", "").replace("]", ""), start, end, kind)


ROLES = [
    ("a plain name", "[Mexico] votes", Role.PLAIN),
    ("an amount", "a loan of 40 mln [Canadian] dollars", Role.MONEY),
    ("an amount in one dollar", "for every [U.S.] dollar", Role.MONEY),
    ("an amount with a word", "two billion [Swiss] francs", Role.MONEY),
    ("a bond", "a [New Zealand] dlr bond", Role.MONEY),
    ("Spanish puts the unit first", "40 millones de dólares [canadienses]", Role.MONEY),
    ("the price of a currency is news of its country", "The [Mexican] peso fell", Role.PLAIN),
    ("the dollar is a yardstick", "The [U.S.] dollar fell", Role.ASIDE),
    ("a word that begins like a unit", "[Polish] markets fell", Role.PLAIN),
    ("a marksman is no mark", "[German] marksmen won", Role.PLAIN),
    ("a company", "[Cyprus] Minerals Co closes", Role.NAMED),
    ("a company of two countries' people", "[British] and Commonwealth Holdings PLC", Role.NAMED),
    ("a bank in a city", "Bank of [Tokyo] International Ltd", Role.NAMED),
    ("a company in capitals, with its ticker", "[CYPRUS] MINERALS <CYPM> IN SUITS", Role.NAMED),
    ("an exchange's ticker", "[Utah] Power (NYSE: UPL) fell", Role.NAMED),
    ("a company of a country", "Sharp Corp of [Japan] said", Role.ASIDE),
    ("with its ticker", "Sharp Corp <SHRP> of [Japan] said", Role.ASIDE),
    ("a country of that name", "the Kingdom of [Norway]", Role.PLAIN),
    ("where a firm sits", "the [Tokyo]-based firm", Role.ASIDE),
    ("who made it", "[Chinese]-made missiles", Role.ASIDE),
    ("two countries are no attribute", "[Chinese]-Japanese talks", Role.PLAIN),
    ("an embassy", "the [U.S.] embassy said", Role.ASIDE),
    ("an ambassador", "[Japan]'s ambassador said", Role.ASIDE),
    ("a unit", "its [French] subsidiary", Role.ASIDE),
    ("the unit of a firm there", "a unit of a [Brazilian] firm", Role.ASIDE),
    ("a newspaper", "[Kuwaiti] newspapers said", Role.ASIDE),
    ("a comparison", "better than [Mexico]'s", Role.ASIDE),
    ("a comparison in Spanish", "menor que la de [México]", Role.ASIDE),
    ("where it is traded", "bonds listed in [Luxembourg]", Role.ASIDE),
    ('a minister after "than" is a comparison', "taller than the [Kenyan] Trade Minister", Role.ASIDE),
    ("two currencies", "payable in [New Zealand] or U.S. dollars", Role.MONEY),
    ("two countries that have no currency in common", "[New Zealand] or U.S. farmers", Role.PLAIN),
    ("results in a currency's funds", "Results in [U.S.] funds", Role.MONEY),
    ("funds of a country", "two [U.S.] funds bought it", Role.PLAIN),
    ("a rate that loans are measured by", "above the [London] interbank rate", Role.ASIDE),
    ("where a firm sits, without a hyphen", "the [U.K.] based commodity house", Role.ASIDE),
    ("who owns a company", "agreed with [Britain]'s Dixons Group PLC", Role.ASIDE),
    ("who owns a company with a ticker", "and [France]'s Thomson-CSF <TCSF.PA>", Role.ASIDE),
    ("a country's own minister", "[Britain]'s Trade Minister Ann Low", Role.PLAIN),
    ("a kingdom that owns a firm", "51 pct owned by the Kingdom of [Norway]", Role.ASIDE),
    ("more than one country", "more than that, [Mexico] said", Role.PLAIN),
]


@pytest.mark.parametrize(("marked", "expected"), [row[1:] for row in ROLES], ids=[row[0] for row in ROLES])
def test_a_mention_plays_a_part(marked, expected):
    assert role(marked) is expected


OFFICIALS = [
    ("a minister", "[Kenyan] Trade Minister Amina Mohamed said", Role.OFFICIAL),
    ("a minister with two words before", "[Canadian] Deputy Prime Minister spoke", Role.OFFICIAL),
    ("a president", "the [Chilean] President", Role.OFFICIAL),
    ("a minister in Spanish", "el ministro de Comercio [keniano]", Role.OFFICIAL),
    ("a minister of two things in Spanish", "la ministra de Comercio y Turismo [keniana]", Role.OFFICIAL),
    ("a president in Spanish", "la presidenta [chilena]", Role.OFFICIAL),
    ("a secretary in an office", "a [Canadian] secretary", Role.PLAIN),
    ("one of the people", "a [Canadian] Farmer", Role.PLAIN),
]


@pytest.mark.parametrize(("marked", "expected"), [row[1:] for row in OFFICIALS], ids=[row[0] for row in OFFICIALS])
def test_officials_speak_for_their_country(marked, expected):
    assert role(marked, Kind.PEOPLE) is expected


FLAGS = [
    ("a ship", "the [Panamanian] tanker ran aground", Role.FLAG),
    ("a ship of a kind", "the [Liberian] bulk carrier", Role.FLAG),
    ("a flag", "a [Liberian]-flag vessel", Role.FLAG),
    ("flagged", "[Maltese]-flagged ships", Role.FLAG),
    ("in capitals", "[PANAMANIAN] WHEAT SHIP GROUNDED", Role.FLAG),
    ("a country's ships are its trade", "oil on [Norwegian] tankers", Role.PLAIN),
    ("an airline is no ship", "the [Dutch] carrier cut fares", Role.PLAIN),
    ("the flag itself", "the [Mexican] flag was burned", Role.PLAIN),
    ("ships under a flag", "on [U.S.] flag vessels", Role.FLAG),
    ("a ship of state", "the [French] ship of state", Role.PLAIN),
]


@pytest.mark.parametrize(("marked", "expected"), [row[1:] for row in FLAGS], ids=[row[0] for row in FLAGS])
def test_the_flag_of_a_ship_says_little_of_where_anything_happens(marked, expected):
    assert role(marked, Kind.PEOPLE) is expected


def test_an_agreement_is_named_after_a_city_but_made_by_a_country():
    assert role("the [Paris] Club met", Kind.PLACE) is Role.ASIDE
    assert role("the [Minsk] agreements failed", Kind.PLACE) is Role.ASIDE
    assert role("a [Mexico] agreement", Kind.NAME) is Role.PLAIN


LEADING = [
    ("in", "a fire in [Reading]", True),
    ("a mayor", "the mayor of [Orange] said", True),
    ("Spanish en", "un incendio en [Zapopan]", True),
    ("a Spanish mayor", "la alcaldesa de [Bello]", True),
    ("of alone", "the son of [David]", False),
    ("de alone", "la casa de [Carmen]", False),
    ("to", "a letter to [Victoria]", False),
    ("the beginning", "[Nice] weather", False),
    ("a word that ends so", "within [Nice]", False),
]


@pytest.mark.parametrize(("marked", "leads"), [row[1:] for row in LEADING], ids=[row[0] for row in LEADING])
def test_only_some_words_lead_to_a_city(marked, leads):
    start = marked.index("[")
    assert leads_to_city(marked.replace("[", "").replace("]", ""), start) is leads


@pytest.mark.parametrize("piece", ["'s Bank", " ship", " or U", " Bank", " of", "-", " and", "<", " A", " a-", ", "])
def test_long_text_beside_a_name_is_looked_at_in_part_only(piece):
    text = piece * 5000 + "Mexico" + piece * 5000
    start = len(piece) * 5000
    assert role_of(text, start, start + 6, Kind.NAME) in Role
