"""On which day something happened: days that are tied to a verb, resolved against the time of publication. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from newsletter.events.facts.fact import Fact
from newsletter.events.facts.quantities import longest
from newsletter.events.facts.ties import tie, topic
from newsletter.events.facts.tokens import Sentence
from newsletter.events.facts.words import Words

# "Today" in the newsroom's zone, which nobody tells us: from Hawaii to New Zealand but for a few hours.
_WEST, _EAST = timedelta(hours=-8), timedelta(hours=9)
_YEARS = range(1990, 2101)
_DASHES = ("-", "–", "—")
_ARTICLES = frozenset(("a", "an", "the", "un", "una", "el", "la", "los", "las"))  # what a stamp stands before
_FIRST = frozenset(("primero", "first", "1o", "1ro"))
_MONTHS_THAT_ARE_WORDS = frozenset(("may", "march", "mar", "jan", "sun", "sat", "dec", "set"))


@dataclass(frozen=True, slots=True)
class Day:
    """As much of a day as a text gives. `days` are the calendar days that it can be, where that is known."""

    days: frozenset[date] = frozenset()
    month: int | None = None
    day: int | None = None
    year: int | None = None
    weekday: int | None = None  # 0: Monday
    night: bool = False  # "late", "overnight": the day beside it may be meant as well

    def agrees(self, other: object) -> bool:
        """Where they can't be compared, they agree."""
        if not isinstance(other, Day):
            return True
        slack = self.night or other.night
        if self.days and other.days:
            return any(abs((one - two).days) <= slack for one in self.days for two in other.days)
        if self.month and other.month:
            if self.year and other.year and self.year != other.year:
                return False
            if self.day and other.day:
                one, two = date(2000, self.month, self.day), date(2000, other.month, other.day)
                return abs((one - two).days) <= slack
            return self.month == other.month
        if self.weekday is not None and other.weekday is not None:
            apart = (self.weekday - other.weekday) % 7
            return min(apart, 7 - apart) <= slack
        return True


def find(sentence: Sentence, words: Words, published_at: datetime | None) -> Iterator[Fact]:
    """Each day that the sentence ties to something that happened."""
    at = 0
    while at < len(sentence.tokens):
        found = _day_at(sentence, at, words, published_at)
        if found is None:
            at += 1
            continue
        day, end = found
        subject = None if _is_dateline(sentence, at, end) else tie(sentence, at, end, words)
        if subject is not None:
            shown = sentence.between(at, end)
            about = topic(sentence, 0, len(sentence.tokens), words)
            yield Fact("date", subject, day, shown, None, sentence.quote, about, sentence.in_title)
        at = end


def _day_at(sentence: Sentence, at: int, words: Words, published_at: datetime | None) -> tuple[Day, int] | None:
    """The longest day that begins at a token, with the token after it."""
    weekday = words.weekdays.get(sentence.low(at)) if sentence.tokens[at].is_word else None
    if weekday is not None and len(sentence.low(at)) > 3:
        end = at + 1
        following = end + (sentence.low(end) in (",", "el"))
        dated = _calendar_at(sentence, following, words, published_at)
        night = _is_night(sentence, at, end, words)
        if dated is not None:
            return _with(dated[0], night), dated[1]
        return _weekday(sentence, at, weekday, words, published_at, night), end
    dated = _calendar_at(sentence, at, words, published_at)
    if dated is not None:
        return _with(dated[0], _is_night(sentence, at, dated[1], words)), dated[1]
    relative = longest(sentence, at, words.days_from_now)
    if relative is not None and not (relative == ("hoy",) and sentence.low(at + 1) in ("en", "dia")):
        offset = words.relative_days[relative]
        night = bool(words.nights.intersection(relative)) or _is_night(sentence, at, at + len(relative), words)
        return Day(_relative(published_at, offset), night=night), at + len(relative)
    return None


def _calendar_at(sentence: Sentence, at: int, words: Words, published_at: datetime | None) -> tuple[Day, int] | None:
    """ "May 13, 2025", "the 13th of May", "13 de mayo de 2025", "13 May"."""
    if sentence.low(at) in words.months and sentence.tokens[at].is_capital and words.joint == "-":
        month, place = words.months[sentence.low(at)], at + 1
        place += sentence.low(place) in (".", "the")
        day = _day_number(sentence, place)
        if day is not None:
            place += 1 + (sentence.low(place + 1) in ("st", "nd", "rd", "th"))
            year, place = _year_after(sentence, place)
            return _calendar(year, month, day, published_at), place
        year = _year_number(sentence, place)
        if year is not None and sentence.low(at - 1) in ("in", "of", "since"):
            return Day(month=month, year=year), place + 1
        if sentence.low(at - 1) in ("in", "last") and sentence.low(at) not in _MONTHS_THAT_ARE_WORDS:
            return Day(month=month), at + 1
        return None
    day = 1 if sentence.low(at) in _FIRST and words.joint == "y" else _day_number(sentence, at)
    if day is None:
        return None
    place = at + 1 + (sentence.low(at + 1) in ("st", "nd", "rd", "th", "º", "°"))
    place += sentence.low(place) in ("of", "de")
    if sentence.low(place) not in words.months:
        return None
    if words.joint == "-" and not sentence.tokens[place].is_capital:
        return None
    month = words.months[sentence.low(place)]
    year, place = _year_after(sentence, place + 1)
    return _calendar(year, month, day, published_at), place


def _year_after(sentence: Sentence, at: int) -> tuple[int | None, int]:
    place = at + (sentence.low(at) in (",", "de", "del", "of", "."))
    year = _year_number(sentence, place)
    return (year, place + 1) if year is not None else (None, at)


def _calendar(year: int | None, month: int, day: int, published_at: datetime | None) -> Day:
    try:
        date(2000, month, day)
    except ValueError:
        return Day()
    known = year
    if known is None and published_at is not None:
        known = min(
            range(published_at.year - 1, published_at.year + 2), key=lambda one: _apart(one, month, day, published_at)
        )
    days: frozenset[date] = frozenset()
    weekday = None
    if known is not None:
        try:
            days = frozenset((date(known, month, day),))
        except ValueError:
            return Day()
        weekday = date(known, month, day).weekday()
    return Day(days, month, day, year, weekday)


def _apart(year: int, month: int, day: int, published_at: datetime) -> int:
    try:
        return abs((date(year, month, day) - published_at.date()).days)
    except ValueError:
        return 10_000


def _weekday(
    sentence: Sentence, at: int, weekday: int, words: Words, published_at: datetime | None, night: bool
) -> Day:
    if published_at is None:
        return Day(weekday=weekday, night=night)
    today = published_at.date()
    back = (today.weekday() - weekday) % 7
    if words.future.intersection(sentence.lows[max(0, at - 10) : at]):
        found = today + timedelta(days=(weekday - today.weekday()) % 7)
    elif sentence.low(at - 1) == "last" and back == 0:
        found = today - timedelta(days=7)
    else:
        found = today - timedelta(days=back)
    ahead = frozenset((found + timedelta(days=7),)) if back == 6 else frozenset()  # it is that day already in the east
    return Day(frozenset((found,)) | ahead, weekday=weekday, night=night)


def _relative(published_at: datetime | None, offset: int) -> frozenset[date]:
    if published_at is None:
        return frozenset()
    instant = published_at.astimezone(UTC)
    return frozenset((instant + zone).date() + timedelta(days=offset) for zone in (_WEST, _EAST))


def _is_night(sentence: Sentence, start: int, end: int, words: Words) -> bool:
    around = [*sentence.lows[max(0, start - 4) : start], *sentence.lows[end : end + 4]]
    return bool(words.nights.intersection(around))


def _with(day: Day, night: bool) -> Day:
    return Day(day.days, day.month, day.day, day.year, day.weekday, night) if night else day


def _day_number(sentence: Sentence, at: int) -> int | None:
    text = sentence.tokens[at].text if at < len(sentence.tokens) else ""
    return int(text) if text.isdecimal() and len(text) <= 2 and 1 <= int(text) <= 31 else None


def _year_number(sentence: Sentence, at: int) -> int | None:
    text = sentence.tokens[at].text if at < len(sentence.tokens) else ""
    return int(text) if text.isdecimal() and len(text) == 4 and int(text) in _YEARS else None


def _is_dateline(sentence: Sentence, at: int, end: int) -> bool:
    """ "MEXICO CITY, May 14 (Agency) -" and a headline that a date begins: "May 14: what happened"."""
    rest = sentence.lows[end : end + 6]
    begins_with_capitals = sentence.tokens[0].text.isupper() and len(sentence.tokens[0].text) > 2
    if at <= 8 and begins_with_capitals and any(sign in rest for sign in _DASHES):
        return True
    if rest[:1] and rest[0] in _DASHES and sentence.low(at - 1) == "," and sentence.tokens[0].is_capital and at <= 8:
        return True  # "Mumbai, Nov 11 - "
    if _is_stamp(sentence, at, end):
        return True
    return at == 0 and rest[:1] in ((":",), ("-",), ("–",), ("|",))


def _is_stamp(sentence: Sentence, at: int, end: int) -> bool:
    """A page's own date: "26 September 2013 , 10 : 00", "on Apr 12 2007 A man ...", before or after the text."""
    has_year = _year_number(sentence, end - 1) is not None
    after = end
    while sentence.low(after) in (",", "at", "("):
        after += 1
    begins = end < len(sentence.tokens) and sentence.tokens[end].is_capital
    begins = begins and (at <= 3 or sentence.low(end) in _ARTICLES)
    return has_year and (_is_time(sentence, after) or begins)


def _is_time(sentence: Sentence, at: int) -> bool:
    """ "10 : 00", "GMT", "05 . 51AM", which is read as one number."""
    low, following = sentence.low(at), sentence.low(at + 1)
    if low == "gmt" or (low.isdecimal() and following in (":", ".")):
        return True
    return low[:1].isdecimal() and (following in ("am", "pm") or low.endswith(("am", "pm")))
