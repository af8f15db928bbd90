"""What a day or a place is said of: the verb or the noun that it is tied to. Pure.

"The explosion occurred Friday, officials said Saturday": Friday is tied to the explosion and Saturday to the saying,
which is nothing that happened.
"""

from newsletter.events.facts.tokens import Sentence
from newsletter.events.facts.words import Words, bag

SUDDEN = bag("death violence occur crash quake storm fire")  # any of them may be called another
ONCE = SUDDEN | bag("kidnap theft arrest resign marry born escape missing found aftershock")

_LEFT, _RIGHT = 18, 14  # tokens that are looked at on each side
_NO_PASSING = frozenset((";", ":", "(", ")", "|", "—", "–", '"', "“", "”", "``", "''"))
_SPANS = bag(
    """
    since until till before by from through after between desde hasta antes despues entre
    """
)
_DAY_WORDS = bag(
    """
    on the of el este del pasado pasada la last this early late in at en near about around morning afternoon evening
    night manana tarde noche madrugada por a de and shortly just hacia alrededor dia
    """
)
# "were coping Saturday with the death": what follows is not what happened then.
_LEADING_ON = bag("with over after for about to at by from as amid following con tras por para a de")
_CHARGES = bag("charged charges accused suspicion acusado acusada acusados imputado vinculado")
_CONVICTED = bag("convicted convicts guilty condenado condenada condenados culpable")
_AFTERSHOCKS = bag("aftershock aftershocks replica replicas")
_PASSIVE = bag("was were been being be are is")
_IRREGULAR = bag("shot hit struck broke began took met won stole sank fell fled quit died shook beat sworn wed checks")
# "was in hospital Monday", "seguía en el hospital": how somebody was, whatever had become of them before.
_BEING = bag("was were is are remained remains stayed estaba estaban esta estan seguia seguian sigue siguen permanece")
_STATES = bag("on in under at still among en bajo aun todavia")
_FACING = bag("facing faces face faced awaiting afronta afrontan enfrenta enfrentan")
_ELSEWHERE = bag("where donde")  # what follows tells of another time
_OCCASION = bag("at in during en durante")
# Nouns that stand beside a verb more often than they are what happened.
_WEAK = bag(
    """
    court place event bomb storm gunmen seen vida deal offer ballot names strike won reunion
    """
)


def tie(sentence: Sentence, start: int, end: int, words: Words) -> str | None:
    """The class of what happened then or there; None where that is nothing that can be compared."""
    if _is_span(sentence, start, words):
        return None
    noun = _noun_after(sentence, end, words)
    if noun is not None:
        return noun
    planned = _is_planned(sentence, start)
    stop = _clause_start(sentence, start)
    left = _nearest(sentence, range(start - 1, max(stop, start - _LEFT - 1), -1), words)
    if left is not None and not (planned and not left):
        return left or None
    if not planned and start > 2 and sentence.low(end) in _LEADING_ON:
        return None
    return _nearest(sentence, range(end, min(len(sentence.tokens), end + _RIGHT)), words, verbs=not planned) or None


def may_be_one(one: str, other: str) -> bool:
    """Whether two classes can be of one thing that happened: a crash is an incident, and kills people."""
    if one == other:
        return True
    return bool({one, other} & {"occur", "death"}) and one in SUDDEN and other in SUDDEN


def topic(sentence: Sentence, start: int, end: int, words: Words) -> frozenset[str]:
    """What a stretch of a sentence is about: the beginnings of its weightier words."""
    return frozenset(
        token.low[:6]
        for token in sentence.tokens[start:end]
        if token.is_word
        and len(token.low) > 2
        and not (token.low in words.stop_words or token.low in words.months or token.low in words.weekdays)
    )


def _is_span(sentence: Sentence, start: int, words: Words) -> bool:
    """Whether a preposition makes a stretch of time of a day: "since Monday"."""
    before = start - 1
    while before >= 0 and sentence.low(before) in ("the", "el", "la", "last", "este", "del", "pasado", "at", "least"):
        before -= 1
    return sentence.low(before) in _SPANS


def _is_planned(sentence: Sentence, start: int) -> bool:
    """ "Announced for May 26", "para el 26 de mayo": the day of what is to come, not of its announcement."""
    before = start - 1
    while before >= 0 and sentence.low(before) in ("the", "el", "este"):
        before -= 1
    return sentence.low(before) in ("for", "para")


def _noun_after(sentence: Sentence, end: int, words: Words) -> str | None:
    """ "Monday's attack", "the May 13 shooting", "a Saturday night fire"."""
    for place in range(end, min(len(sentence.tokens), end + 4)):
        low = sentence.low(place)
        if low in words.event_words and low not in _WEAK and place <= end + 3:
            follows_directly = place == end or sentence.low(end) in ("'s", "night", "morning", "evening", "afternoon")
            return words.event_words[low] if follows_directly and not low.endswith("ed") else None
        if not (low == "'s" or low.isalpha()):
            return None
    return None


def _is_verb(low: str) -> bool:
    """Whether an English word can be what somebody did: behind the day, a noun is something else."""
    return low.endswith("ed") or low in _IRREGULAR


def _is_over(sentence: Sentence, place: int) -> bool:
    """ "It had sunk" tells of what came before; "was still burning" of what goes on."""
    before = sentence.lows[max(0, place - 3) : place]
    return "had" in before or "still" in before or "habia" in before


def _is_state(sentence: Sentence, place: int, places: range) -> bool:
    """Whether the way to the left comes to "was in hospital": what is said before that is not of the day behind it."""
    if places.step > 0 or place + 1 >= places.start:
        return False  # "the explosion was on Friday"
    return sentence.low(place) in _BEING and sentence.low(place + 1) in _STATES


def _verdict(sentence: Sentence, place: int) -> str | None:
    """ "Charged with murder" is what happened, and not the murder; "facing murder charges" is how somebody stands."""
    before = sentence.lows[max(0, place - 5) : place]
    if _FACING.intersection(sentence.lows[max(0, place - 8) : place]):
        return None
    if _CONVICTED.intersection(before):
        return "convict"
    return "charge" if _CHARGES.intersection(before) else None


def _is_circumstance(sentence: Sentence, place: int) -> bool:
    """Whether a noun only says on what occasion something happened: "stabbed at a rally"."""
    before = place - 1
    while before > place - 4 and sentence.low(before) not in _OCCASION and sentence.low(before).isalpha():
        before -= 1
    has_article = {"a", "an", "the", "un", "una", "el", "la"} & set(sentence.lows[before + 1 : place])
    return sentence.low(before) in _OCCASION and bool(has_article)


def _clause_start(sentence: Sentence, start: int) -> int:
    """The comma behind which another clause begins: "As Athens burned, many in Berlin"; -1 where there is none.

    A comma right before the day or the place, and one within a name ("in Woodburn, Oregon on Friday"), begins none.
    """
    place = start - 1
    while place >= 0 and sentence.low(place) in _DAY_WORDS:
        place -= 1
    if place < 0 or sentence.low(place) == ",":
        return -1
    comma = next((at for at in range(place, -1, -1) if sentence.low(at) == ","), -1)
    names = all(token.is_capital or not token.is_word for token in sentence.tokens[comma + 1 : place + 1])
    return -1 if names else comma


def _nearest(sentence: Sentence, places: range, words: Words, *, verbs: bool = False) -> str | None:
    """The class of the first verb (or noun, unless only `verbs` count) on the way; empty for a word of saying."""
    weak = None
    for place in places:
        low = sentence.low(place)
        if low in _NO_PASSING or low in _ELSEWHERE or _is_state(sentence, place, places):
            break
        if low == "released" and sentence.low(place - 1) in _PASSIVE:
            return "rescue"  # "hostages were released", and no statement
        if low in words.report_verbs:
            return weak or ""
        if low == "fire" and sentence.low(place - 1) in ("opened", "opens", "open"):
            return "violence"
        if low in words.event_words and (verdict := _verdict(sentence, place)):
            return verdict  # "was charged with murder Saturday"
        if words.event_words.get(low) == "quake" and _AFTERSHOCKS.intersection(sentence.lows[:place]):
            return "aftershock"
        if low.endswith("ed") and sentence.low(place - 1) in ("a", "an", "the"):
            continue  # "a convicted killer"
        if low in words.event_words and not (verbs and words.joint == "-" and not _is_verb(low)):
            if _is_over(sentence, place):
                return ""
            if low not in _WEAK and not _is_circumstance(sentence, place):
                return words.event_words[low]
            weak = weak or words.event_words[low]
    return weak
