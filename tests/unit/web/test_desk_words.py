"""What the desk says is marked for translation, and said in Spanish too."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from newsletter.config import Settings
from newsletter.editors.models import Role
from newsletter.events.models import DecisionKind
from newsletter.feedback.figures import MEASURES, NOT_KNOWN
from newsletter.feedback.reasons import Reason
from newsletter.feedback.verdicts import Kind
from newsletter.issues.models import IssueState
from newsletter.issues.sensitivity import Care
from newsletter.regions.models import Approval
from newsletter.rendering.templates import template_folder
from newsletter.rendering.translations import desk_languages, locale_folder
from newsletter.sending.models import LetterState, NoticeKind, NoticeState, RoundState
from newsletter.subscribers.lists.models import UploadState
from newsletter.subscribers.lists.verdicts import Verdict
from newsletter.subscribers.models import SubscriberState
from newsletter.subscribers.reasons import Reason as LeavingReason

DESK = sorted((template_folder() / "web" / "desk").iterdir())
CODE = locale_folder().parent / "web"
SAID_ASIDE = {"aria-label", "title", "placeholder", "alt", "label"}
NO_WORDS = {"UTC", "KB", "CSV", "JSON", "API", "https"}  # alike in every language
GETTEXT = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
FOREIGN = [language for language in desk_languages() if language != "en"]
WORDS = {
    "role": Role,
    "issue": [*IssueState, "to come"],
    "round": RoundState,
    "wave": ["open", "held", "late", "coming"],
    "letter": [*LetterState, *NoticeState],
    "reader": SubscriberState,
    "mail": [*Kind, "note"],
    "consent": ["asked", "confirmed", "changed", "left", "returned"],
    "way": ["page", "box", "api", "mail", "one-click", "preferences", "command", "import"],
    "notice": [kind.replace("_", " ") for kind in NoticeKind],
    "fact": ["date", "killed", "injured", "arrested", "missing", "age", "amount", "magnitude", "place"],
    "care": [care.words for care in Care],
    "log": [f"event {kind}" for kind in DecisionKind],
    "figure": [name.replace("_", " ") for name in MEASURES],
    "reason": [*Reason, NOT_KNOWN],
    "leaving": LeavingReason,
    "approval": Approval,
    "answer": ["read", "unchanged", "failed", "gone"],
    "list": UploadState,
    "line": Verdict,
    "origin": ["environment", "file", "default"],
    "score": ["sources", "region", "severity", "reach", "freshness", "lasting", "weight", "opened", "repeat"],
}


@cache
def environment() -> Environment:
    made = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    made.policies["ext.i18n.trimmed"] = True
    made.install_null_translations(newstyle=True)
    return made


class Seen(HTMLParser):
    """The words of a page that a person sees or hears, without those in code."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in ("code", "pre", "script", "style")
        self.words += [value for name, value in attrs if name in SAID_ASIDE and value]

    def handle_endtag(self, tag):
        self.hidden -= tag in ("code", "pre", "script", "style")

    def handle_data(self, data):
        if not self.hidden:
            self.words.append(data)


def html(node: nodes.Node) -> Iterator[str]:
    """All that a template may write by itself, of every branch; what is marked or comes from outside is a sign."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.TemplateData):
            yield child.data
        elif isinstance(child, nodes.Expr):
            yield from written(child) if isinstance(node, nodes.Output) else ()
        elif not (isinstance(child, nodes.Block) and child.name == "here"):
            yield from html(child)


def written(expression: nodes.Expr) -> Iterator[str]:
    if isinstance(expression, nodes.Const) and isinstance(expression.value, str):
        yield expression.value
    elif isinstance(expression, nodes.CondExpr):
        yield from written(expression.expr1)
        yield from written(expression.expr2 or nodes.Const(""))
    elif isinstance(expression, nodes.Or):
        yield from written(expression.left)
        yield from written(expression.right)
    elif isinstance(expression, nodes.Concat):
        for part in expression.nodes:
            yield from written(part)
    else:
        yield "…"


def calls(tree: nodes.Template) -> Iterator[nodes.Call]:
    return (call for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name))


def unmarked_arguments(tree: nodes.Template) -> set[str]:
    """Words given to macros and put into lists, to be shown elsewhere."""
    marked = {id(const) for call in calls(tree) if call.node.name in GETTEXT for const in call.find_all(nodes.Const)}
    places = (nodes.Call, nodes.Keyword, nodes.Tuple, nodes.List, nodes.Assign)
    given = {
        text
        for found in tree.find_all(places)
        for child in found.iter_child_nodes()
        if isinstance(child, nodes.Expr) and id(child) not in marked
        for text in written(child)
    }
    return {text for text in given if re.search(r"^[A-Z][a-z]|[A-Za-z]{2} [A-Za-z]", text)}


@cache
def translated(language: str) -> set[tuple[str | None, str]]:
    found = set()
    for path in (locale_folder() / language).glob("*.po"):
        with path.open("rb") as file:
            known = [one for one in read_po(file, locale=language) if one.id and one.string and not one.fuzzy]
        found |= {(one.context, one.id if isinstance(one.id, str) else one.id[0]) for one in known}
    return found


def messages(text: str) -> set[tuple[str | None, str]]:
    found = ((function, message) for _, function, message in environment().extract_translations(text))
    return {
        (message[0], message[1])
        if function == "pgettext"
        else (None, message if isinstance(message, str) else message[0])
        for function, message in found
        if message
    }


@pytest.mark.parametrize("template", DESK, ids=lambda path: path.name)
def test_each_word_of_a_template_is_marked(template):
    tree = environment().parse(template.read_text())
    seen = Seen()
    seen.feed("".join(html(tree)))
    words = {word for text in seen.words for word in re.findall(r"[A-Za-z]{2,}", text)}
    assert words <= NO_WORDS
    menu = {text for text in unmarked_arguments(tree) if template.name == "base.html"}  # translated where it is shown
    assert unmarked_arguments(tree) - menu == set()
    assert {(None, text) for text in menu} <= translated("es")


@pytest.mark.parametrize("template", DESK, ids=lambda path: path.name)
def test_only_words_of_our_own_are_taken_for_html(template):
    """`_()` of a variable would let through what others wrote; `| told` escapes it."""
    marking = [call for call in calls(environment().parse(template.read_text())) if call.node.name in GETTEXT]
    assert all(isinstance(call.args[0], nodes.Const) for call in marking)


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("template", DESK, ids=lambda path: path.name)
def test_each_message_of_a_template_is_translated(template, language):
    assert messages(template.read_text()) - translated(language) == set()


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("kind", WORDS)
def test_each_word_that_rows_hold_is_translated(kind, language):
    assert {(kind, str(word)) for word in WORDS[kind]} <= translated(language)


@pytest.mark.parametrize("template", DESK, ids=lambda path: path.name)
def test_each_kind_of_word_that_a_template_asks_for_is_known(template):
    asked = (call for call in calls(environment().parse(template.read_text())) if call.node.name == "word")
    assert {call.args[0].value for call in asked} <= {*WORDS, "log"}


@pytest.mark.parametrize("language", FOREIGN)
def test_what_each_setting_is_for_is_translated_and_nothing_is_left_over(language):
    told = {(None, field.description) for field in Settings.model_fields.values()}
    with (locale_folder() / language / "desk_settings.po").open("rb") as file:
        known = {(one.context, one.id) for one in read_po(file) if one.id and one.string}
    template = template_folder() / "web" / "desk" / "settings.html"
    assert told <= known
    assert known - told <= messages(template.read_text())


@pytest.mark.parametrize("language", FOREIGN)
def test_each_act_that_is_logged_is_translated(language):
    source = "".join(path.read_text() for path in CODE.parent.rglob("*.py"))
    acts = set(re.findall(r'action="([a-z -]+)"', source))
    assert {("log", act) for act in acts} <= translated(language)


@pytest.mark.parametrize("language", FOREIGN)
def test_nothing_is_translated_that_the_desk_does_not_say(language):
    said = {message for template in DESK for message in messages(template.read_text())}
    in_code = {
        (None, node.value)
        for path in CODE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    menu = {(None, text) for text in unmarked_arguments(environment().parse(DESK_BASE.read_text()))}
    with (locale_folder() / language / "desk.po").open("rb") as file:
        known = {(one.context, one.id if isinstance(one.id, str) else one.id[0]) for one in read_po(file) if one.id}
    assert {one for one in known if one[0] not in WORDS} - said - in_code - menu == set()


DESK_BASE = template_folder() / "web" / "desk" / "base.html"


@pytest.mark.parametrize("language", FOREIGN)
def test_a_translation_breaks_out_of_no_attribute(language):
    """Many stand in attributes, where they are taken for our own HTML."""
    with (locale_folder() / language / "desk.po").open("rb") as file:
        forms = [
            form
            for one in read_po(file)
            if one.id
            for form in ([one.string] if isinstance(one.string, str) else one.string)
        ]
    tags = [re.sub(r'</?(bdi|b|code|time|a)( (datetime|href)="%\(\w+\)s")?>', "", form) for form in forms]
    assert [form for form in tags if '"' in form or "<" in form] == []
