"""Text as the rest of the service may hold it: plain, without markup, controls and hidden direction changes. Pure.

Template syntax such as `{{7*191}}` is left as it stands: it is text, and nothing here or later runs it.
"""

import html
import re
import unicodedata

import nh3

TITLE_LIMIT = 300
SUMMARY_LIMIT = 4000
NAME_LIMIT = 200
_MARKUP_LIMIT = 60_000  # more of one field is never needed to fill a summary
_TAG_LIMIT = 3000  # deeply nested markup costs the square of its depth; beyond this its tags are only cut out

_BLOCK_NAMES = (
    "address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main "
    "nav ol p pre section table td th tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_HIDDEN = {"script", "style", "iframe", "noscript", "object", "svg", "math", "template", "textarea", "select", "title"}
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
_BLOCK_TAG = re.compile(r"</?(?!br\b)[a-z0-9]+[^<>]*>")
_LINE_BREAK = re.compile(r"<br[^<>]*>")
_BLOCK_IN_SOURCE = re.compile(rf"<(?:{'|'.join(sorted(_BLOCKS))})\b", re.IGNORECASE)

# What may not stay: control characters but for tab and line feed, lone surrogates, non-characters, the interlinear
# and byte-order marks, and the embeddings, overrides and isolates that turn the direction of what follows
# (Unicode TR36, 2.10). The marks U+200E, U+200F and U+061C turn nothing but themselves and belong to honest
# right-to-left text, as the joiners U+200C and U+200D belong to Persian.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
    "\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028]")
_PARAGRAPH_END = re.compile("\u2029|\n[^\\S\n]*\n\\s*")
_PILED_MARKS = re.compile(r"([\u0300-\u036f]{3})[\u0300-\u036f]+")


def plain(text: str) -> str:
    """`text` in NFC, without characters that do harm; line ends are line feeds."""
    text = _LINE_ENDS.sub("\n", text).replace("\u2029", "\n\n")
    return unicodedata.normalize("NFC", _PILED_MARKS.sub(r"\1", _UNWANTED.sub("", text)))


def one_line(text: str, limit: int) -> str:
    """`text` as one line of at most `limit` characters: fit for a title, a name, a header."""
    return shorten(" ".join(plain(text[: limit * 20]).split()), limit)


def paragraphs(text: str, limit: int = SUMMARY_LIMIT) -> str:
    """`text` as paragraphs separated by blank lines, altogether at most `limit` characters."""
    parts = (" ".join(part.split()) for part in _PARAGRAPH_END.split(plain(text[:_MARKUP_LIMIT])))
    return shorten("\n\n".join(part for part in parts if part), limit)


def text_of(markup: str) -> str:
    """The text of HTML, or of text that may hold HTML; blocks end in a blank line, `<br>` in a line feed."""
    markup = markup[:_MARKUP_LIMIT]
    if not _TAG.search(markup):
        return html.unescape(markup)
    if markup.count("<") > _TAG_LIMIT:
        return html.unescape(_TAG.sub(" ", markup))
    if _BLOCK_IN_SOURCE.search(markup):
        markup = " ".join(markup.split())  # the lines of the source mean nothing; its blocks do
    safe = nh3.clean(markup, tags=set(_BLOCKS), clean_content_tags=_HIDDEN, attributes={}, link_rel=None)
    return html.unescape(_LINE_BREAK.sub("\n", _BLOCK_TAG.sub("\n\n", safe)))


def title_of(text: str, *, is_html: bool = True) -> str:
    """A title as one line without markup. Text that is declared not to be HTML keeps its angle brackets."""
    return one_line(text_of(text) if is_html else text, TITLE_LIMIT)


def summary_of(text: str, *, is_html: bool = True) -> str:
    """A summary as paragraphs of plain text."""
    return paragraphs(text_of(text) if is_html else text)


def shorten(text: str, limit: int) -> str:
    """`text`, or its beginning up to a word's end with an ellipsis, in at most `limit` characters."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    at_word = cut.rstrip() if text[limit - 1].isspace() else cut.rpartition(" ")[0]
    return (at_word if len(at_word) > limit // 2 else cut).rstrip(" ,;:-\n") + "…"
