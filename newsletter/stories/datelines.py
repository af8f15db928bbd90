"""Where a report was written, as agencies put it before the first sentence: "MEXICO CITY, May 14 (Agency) - ". Pure.

Patterns are tried at the beginning of a text only and look at a bounded number of characters.
"""

import re

_CAPITAL = r"[A-Z\u00c0-\u00de]"
_AGENCY = r"\([^()\n]{1,30}\)"
_DASH = r"\s*(?:[-\u2013\u2014]{1,3}|_)\s"
# English and Spanish: "May 14", "14 de mayo"
_MONTH = r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|set|dic)[a-z]{0,7}\.?"
_DATE = rf"(?:{_MONTH} \d{{1,2}}|\d{{1,2}} (?:de )?{_MONTH})(?:,? (?:de )?\d{{4}})?"

_WORD = rf"{_CAPITAL}[\w.'\u2019]{{1,20}}"
_NAME = rf"{_WORD}(?:[ -](?:{_WORD}|de|del|la|las|los|of|do|da)){{0,4}}"

# Capitals, then up to a dash: "KANSAS CITY, MO., March 5 - ", "LONDON/PARIS (Agency) -- "
_SHOUTED = re.compile(
    rf"\s*{_CAPITAL}[A-Z\u00c0-\u00de .'\u2019-]{{2,60}}(?:[,/][^\n\-\u2013\u2014_]{{0,40}})?(?:{_AGENCY}\s*)?{_DASH}"
)
# A name with a date or an agency: "Ciudad de México, 14 may (Agencia).- ", "Kyiv (Agency) - "
_DATED = re.compile(
    rf"\s*{_NAME}(?:, {_NAME}\.?)?"
    rf"(?:,? {_DATE}(?: {_AGENCY})?| {_AGENCY})\.?:?{_DASH}"
)
# A run of dots is tried from its first one only: a summary of nothing else would take the square of its length.
_SENTENCE = re.compile(r".+?(?:(?<![A-Z]\.[A-Z])(?<!\b[A-Z])(?<![.!?؟。])[.!?؟。]+[\"'”’)]*(?=\s)|\n|$)", re.DOTALL)


def dateline_end(text: str) -> int:
    """Where the dateline ends and the report begins; 0 where there is no dateline."""
    found = _SHOUTED.match(text) or _DATED.match(text)
    return found.end() if found else 0


def sentence_end(text: str, start: int) -> int:
    """Where the sentence that begins at `start` ends."""
    found = _SENTENCE.match(text, start)
    return found.end() if found else len(text)
