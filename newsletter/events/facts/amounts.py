"""Amounts of money, with the words that they stand among. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from newsletter.events.facts.fact import Fact
from newsletter.events.facts.quantities import Quantity, number_at, quantity_at, span
from newsletter.events.facts.tokens import Sentence
from newsletter.events.facts.words import Words, bag

_PER = bag("per a each apiece por cada al share barrel hour ounce")
_OFFERS = bag("offer offers offered bid bids bidding oferta ofertas ofrece ofrecen ofrecio ofrecieron puja pujo")
_AROUND = 8  # tokens on each side whose words say what an amount is of
_PREFIXES = {
    "us": "USD",
    "u": "USD",
    "s": "USD",
    "c": "CAD",
    "a": "AUD",
    "ca": "CAD",
    "au": "AUD",
    "r": "BRL",
    "mx": "peso",
}


@dataclass(frozen=True, slots=True)
class Money:
    quantity: Quantity
    currency: str
    per: bool  # "a share", "per barrel"
    bidders: frozenset[str] = frozenset()  # names before "offer" or "bid": two clubs make two offers

    def agrees(self, other: object) -> bool:
        if not isinstance(other, Money) or self.per != other.per or not same_currency(self.currency, other.currency):
            return True
        if self.bidders and other.bidders and not self.bidders & other.bidders:
            return True
        return self.quantity.agrees(other.quantity) or _rounds(self.quantity, other.quantity)


def same_currency(one: str, other: str) -> bool:
    """A bare "$" in Spanish may be any peso or dollar."""
    return one == other or "$" in (one, other)


def find(sentence: Sentence, words: Words) -> Iterator[Fact]:
    """Each amount with a sign or a name of a currency."""
    at = 0
    while at < len(sentence.tokens):
        found = _money_at(sentence, at, words)
        if found is None:
            at += 1
            continue
        money, start, end = found
        if at > 0 and sentence.low(start - 1) == "(" and _ends_amount(sentence, start - 2, words):
            at = end  # "$1 million ($1.52 million)" says one amount twice
            continue
        about = frozenset(_topic(sentence, start, end, words))
        shown = sentence.between(start, end)
        money = replace(money, bidders=_bidders(sentence, start, words))
        yield Fact("amount", None, money, shown, money.quantity.hedge, sentence.quote, about, sentence.in_title)
        at = end


def _bidders(sentence: Sentence, start: int, words: Words) -> frozenset[str]:
    """The words with a capital before the offer that an amount belongs to; none where nobody offers."""
    offer = next((at for at in range(start - 1, -1, -1) if sentence.low(at) in _OFFERS), None)
    if offer is None:
        return frozenset()
    names = (token.low for token in sentence.tokens[:offer] if token.is_word and token.is_capital)
    return frozenset(name for name in names if name not in words.stop_words)


def _ends_amount(sentence: Sentence, at: int, words: Words) -> bool:
    return at >= 0 and (
        sentence.tokens[at].is_number or sentence.low(at) in words.scales or sentence.low(at) in words.currencies
    )


def _money_at(sentence: Sentence, at: int, words: Words) -> tuple[Money, int, int] | None:
    """The money whose number begins at a token; with its first token and the one after it."""
    if sentence.tokens[at].text in ("$", "€", "£", "¥", "₹"):
        return _after_sign(sentence, at, words)
    quantity = quantity_at(sentence, at, words)
    if quantity is None or (sentence.low(at - 1) in words.currencies and not sentence.tokens[at - 1].is_word):
        return None
    place = quantity.end
    if sentence.low(place) in ("de", "-", "us", "u"):
        while sentence.low(place) in ("de", "-", "us", "u", ".", "s") and place < quantity.end + 5:
            place += 1
    currency = words.currencies.get(sentence.low(place))
    if sentence.low(quantity.end - 1) in ("mdp", "mdd"):
        currency, place = words.currencies[sentence.low(quantity.end - 1)], quantity.end - 1
    if currency is None:
        return None
    return (
        Money(quantity, _named(sentence, place + 1, currency), _is_per(sentence, place + 1)),
        quantity.start,
        place + 1,
    )


def _after_sign(sentence: Sentence, at: int, words: Words) -> tuple[Money, int, int] | None:
    read = number_at(sentence, at + 1, words)
    if read is None:
        return None
    start = at - 1 if sentence.low(at - 1) in _PREFIXES and sentence.tokens[at - 1].text.isupper() else at
    currency = _PREFIXES.get(sentence.low(at - 1), "") if start < at else ""
    quantity = quantity_at(sentence, at + 1, words)
    hedged = _hedged_before(sentence, start, at + 1, words)
    quantity = hedged or quantity
    if quantity is None:
        return None
    currency = currency or words.currencies.get(sentence.tokens[at].text, "$")
    end = max(quantity.end, at + 2)
    currency = _named(sentence, end, currency)
    if sentence.low(end) in words.currencies or (
        sentence.low(end) == "de" and sentence.low(end + 1) in words.currencies
    ):
        end += 1 if sentence.low(end) in words.currencies else 2
        currency = words.currencies[sentence.low(end - 1)]
    return Money(quantity, currency, _is_per(sentence, end)), min(quantity.start, start), end


def _hedged_before(sentence: Sentence, start: int, number: int, words: Words) -> Quantity | None:
    """The quantity with a hedge that stands before the sign: "more than $40"."""
    for length in range(3, 0, -1):
        phrase = sentence.lows[max(0, start - length) : start]
        for kind in ("at_least", "more_than", "nearly", "at_most", "about"):
            if len(phrase) == length and phrase in getattr(words, kind):
                return _rehedged(sentence, start - length, number, kind, words)
    return None


def _rehedged(sentence: Sentence, start: int, number: int, kind: str, words: Words) -> Quantity | None:
    read = number_at(sentence, number, words)
    if read is None:
        return None
    value, half, end = read
    low, high = span(value, half, kind)
    sign = number - 1
    return Quantity(value, low, high, sentence.between(start, sign), start, end)


def _named(sentence: Sentence, end: int, currency: str) -> str:
    """ "20 dólares canadienses", "pesos colombianos"."""
    low = sentence.low(end)
    if currency in ("USD", "peso", "$") and re.match(r"(canad|austral|colombi|argentin|chilen|mexican|filipin)", low):
        return f"{currency} {low[:5]}" if not low.startswith("mexican") else currency
    return currency


def _is_per(sentence: Sentence, end: int) -> bool:
    return sentence.low(end) in _PER and sentence.low(end) != "al" and sentence.lows[end : end + 2] != ("a", "los")


def _topic(sentence: Sentence, start: int, end: int, words: Words) -> Iterator[str]:
    for at in [*range(max(0, start - _AROUND), start), *range(end, min(len(sentence.tokens), end + _AROUND))]:
        token = sentence.tokens[at]
        if token.is_word and len(token.low) > 2 and token.low not in words.stop_words:
            yield words.event_words.get(token.low, token.low[:6])


def _rounds(one: Quantity, other: Quantity) -> bool:
    """Whether two exact amounts are within two parts of a thousand."""
    return abs(one.value - other.value) <= 0.002 * max(one.value, other.value)
