"""Reading a composed mail the way a client does, to compare its two parts."""

import re

from lxml import html as markup

from newsletter.rendering.pieces import Composed

_LINK = re.compile(r"^(?:https?://\S+|slot\w+(?:unsubscribe|preferences)\w+)$", re.MULTILINE)


def html_links(mail: Composed) -> list[str]:
    """What links lead to and where pictures are, in order."""
    return [element.get("href") or element.get("src") for element in tree(mail).iter("a", "img")]


def text_links(mail: Composed) -> list[str]:
    return _LINK.findall(mail.text)


def headings(mail: Composed, *levels: str) -> list[str]:
    return [" ".join(element.text_content().split()) for element in tree(mail).iter(*levels)]


def told(mail: Composed) -> list[str]:
    """The headlines of the items that are told with their summaries."""
    return [heading.text_content() for heading in tree(mail).iter("h3") if "kicker" not in (heading.get("class") or "")]


def briefs(mail: Composed) -> list[str]:
    """The headlines of the others."""
    return [entry.findtext("a") or "" for entry in tree(mail).iter("li")]


def shown_text(mail: Composed) -> str:
    """Everything that the HTML part shows, on one line; of a picture, its words."""
    body = tree(mail).find("body")
    assert body is not None
    for picture in body.iter("img"):
        picture.tail = f" {picture.get('alt')} {picture.tail or ''}"
    for hidden in body.find_class("preheader"):
        hidden.drop_tree()
    return " ".join(" ".join(body.itertext(with_tail=True)).split())


def told_text(mail: Composed) -> str:
    """The text part on one line."""
    return " ".join(mail.text.split())


def tree(mail: Composed) -> markup.HtmlElement:
    return markup.document_fromstring(mail.html)
