import codecs

import pytest

from newsletter.stories.encodings import decode

_WORDS = "señal “niño” – façade"
_RUSSIAN = "Новости города"


def _xml(text: str, declared: str | None) -> str:
    return (f'<?xml version="1.0" encoding="{declared}"?>' if declared else "") + f"<rss>{text}</rss>"


@pytest.mark.parametrize(
    ("text", "written_as", "declared", "content_type"),
    [
        pytest.param(_WORDS, "utf-8", "UTF-8", None, id="as declared"),
        pytest.param(_WORDS, "utf-8", None, None, id="UTF-8 undeclared"),
        pytest.param(_WORDS, "utf-8", "ISO-8859-1", None, id="UTF-8 declared as Latin 1"),
        pytest.param(_WORDS, "utf-8", "UTF-8", "text/xml; charset=iso-8859-1", id="UTF-8 served as Latin 1"),
        pytest.param(_WORDS, "utf-8", "UTF-8", "text/xml; charset=us-ascii", id="UTF-8 served as ASCII"),
        pytest.param(_WORDS, "cp1252", "UTF-8", None, id="Windows declared as UTF-8"),
        pytest.param(_WORDS, "cp1252", None, None, id="Windows undeclared"),
        pytest.param(_WORDS, "cp1252", "ISO-8859-1", None, id="Windows declared as Latin 1"),
        pytest.param(_RUSSIAN, "cp1251", "windows-1251", None, id="Cyrillic by its declaration"),
        pytest.param(
            _RUSSIAN, "cp1251", None, "application/rss+xml; charset=windows-1251", id="Cyrillic by its server"
        ),
        pytest.param(_RUSSIAN, "koi8-r", "koi8-r", 'text/xml; charset="koi8-r"', id="KOI8"),
        pytest.param("日本語の見出し", "shift_jis", "Shift_JIS", None, id="Shift JIS"),
        pytest.param("日本語の見出し", "euc-jp", "EUC-JP", None, id="EUC"),
        pytest.param("日本語の見出し", "iso-2022-jp", "ISO-2022-JP", None, id="Japanese in seven bits"),
        pytest.param("中文标题", "gb18030", "gb2312", None, id="Chinese, declared as its smaller ancestor"),
        pytest.param("خبر عاجل", "cp1256", "windows-1256", None, id="Arabic"),
        pytest.param("Ειδήσεις", "iso-8859-7", "ISO-8859-7", None, id="Greek"),
        pytest.param(_WORDS, "utf-16", "utf-16", None, id="UTF-16 with a mark"),
        pytest.param(_WORDS, "utf-16-le", "utf-16", None, id="UTF-16 without one"),
        pytest.param(_WORDS, "utf-16-be", "UTF-8", None, id="UTF-16 declared as UTF-8"),
    ],
)
def test_text_is_right_whatever_is_declared(text, written_as, declared, content_type):
    body = _xml(text, declared).encode(written_as)
    assert text in decode(body, content_type)


def test_a_byte_order_mark_is_no_text():
    assert decode(codecs.BOM_UTF8 + b"<rss/>") == "<rss/>"


def test_one_damaged_byte_costs_only_itself():
    body = "<a>áéíóú</a>".encode() + b"<b>\xff</b>"
    assert decode(body) == "<a>áéíóú</a><b>�</b>"


@pytest.mark.parametrize(
    "name", ["unicode_escape", "utf-7", "punycode", "idna", "hex", "zip", "rot13", "undefined", "nonsense"]
)
def test_pythons_own_codecs_are_no_encodings_of_feeds(name):
    text = r"<title>\x41 +AGE- xn--a</title>"
    assert text in decode(_xml(text, name).encode())
