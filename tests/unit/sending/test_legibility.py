"""The text of a letter that is hardest to read, by its inlined styles."""

import pytest

from newsletter.sending.legibility import hardest_to_read


@pytest.mark.parametrize(
    ("html", "contrast", "text"),
    [
        ("<p>Plain</p>", 21, "Plain"),
        ('<p style="color:#767676">Grey</p><p>Black</p>', 4.54, "Grey"),
        ('<div style="background:#000;color:#fff"><b style="color: #333">Dark</b> light</div>', 1.66, "Dark"),
        ('<table bgcolor="#FFFF00"><td style="color:#ff0">Yellow<br><img>', 1, "Yellow"),
        ('<div style="display:none;color:#fff">hidden</div><style>x</style><p>Seen', 21, "Seen"),
        ('<p style="color:#eee">·</p><p style="color:#fff;background-color:#000">Seen</p>', 21, "Seen"),
        ('<div style="color:#fff"></b></div>Seen', 21, "Seen"),
        ('<p style="border-color:#fff;color:#000">Seen</p>', 21, "Seen"),
    ],
)
def test_colours_come_from_the_nearest_style_and_what_is_hidden_is_not_read(html, contrast, text):
    found = hardest_to_read(html)
    assert (round(found.contrast, 2), found.text) == (contrast, text)


def test_without_text_there_is_nothing_to_read():
    assert hardest_to_read("<p> · </p>") is None
