import pytest

from newsletter.rendering.calm import calmed, is_bait, telling_first
from newsletter.rendering.composing import compose
from tests.unit.rendering.samples import make_issue, make_item, pieces_of

BAIT = [
    "You won't believe what the mayor said",
    "Here's why your bus is late",
    "7 things that every reader should know",
    "No vas a creer lo que pasó en Oaxaca",
    "10 razones para leer esto",
    "Você não vai acreditar no preço",
    "Vous n’allez pas croire ce qu’il a dit",
    "لن تصدق ما قاله الوزير",
    "לא תאמינו מה אמר השר",
    "And then the lights went out...",
]
NEWS = [
    "Reservoirs above Monterrey fill for the first time in six years",
    "Why did the dam break? Inquiry names three causes",
    "10 killed as bus falls into ravine near Puebla",
    "El Senado aprueba la ley del agua",
    "افتتاح خط المترو الرابع في القاهرة",
]


@pytest.mark.parametrize("headline", BAIT)
def test_bait_is_known(headline):
    assert is_bait(headline)


@pytest.mark.parametrize("headline", NEWS)
def test_news_is_no_bait(headline):
    assert not is_bait(headline)


def test_the_subject_passes_over_bait_while_there_is_news():
    assert telling_first(BAIT[:2] + NEWS[:1] + BAIT[2:]) == NEWS[0]
    assert telling_first(BAIT[:2]) == BAIT[0]
    letter = compose([pieces_of(make_issue([make_item(1, BAIT[0]), make_item(2, "Rain fills the dams")]))], "en")
    assert letter.subject == "Rain fills the dams"


@pytest.mark.parametrize(
    ("headline", "calm"),
    [
        ("💀 12 killed in quake 🔥", "12 killed in quake"),
        ("It is over!!!", "It is over"),
        ("Really?!?", "Really?"),
        ("MAYOR RESIGNS AFTER VOTE", "Mayor resigns after vote"),
        ("NATO and UN meet", "NATO and UN meet"),
        ("مصر تفتتح المترو", "مصر تفتتح المترو"),
    ],
)
def test_a_subject_neither_shouts_nor_smiles(headline, calm):
    assert calmed(headline) == calm
