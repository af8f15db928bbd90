import pytest

from newsletter.rendering.framing import framed


@pytest.mark.parametrize(
    ("html", "in_frame"),
    [
        ("<html><head><title>x</title></head>", '<html><head><base target="_blank"><title>x</title></head>'),
        ('<HEAD lang="en">x', '<HEAD lang="en"><base target="_blank">x'),
        ("<p>a mail without a head", '<base target="_blank"><p>a mail without a head'),
        ("<header>x</header>", '<base target="_blank"><header>x</header>'),
    ],
)
def test_links_open_beside_the_frame_whatever_the_mail_is_made_of(html, in_frame):
    assert framed(html) == in_frame
