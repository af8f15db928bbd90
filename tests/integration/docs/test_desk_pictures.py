"""The guide shows the pictures of the desk that the walk through a Thursday takes."""

from tests.e2e.test_thursday import IMAGES, ROOT


def test_the_guide_shows_each_of_them():
    guide = (ROOT / "docs" / "newsroom.md").read_text("utf-8")
    pictures = {path.name for path in IMAGES.glob("desk-*.png")}
    assert {f"desk-{name}.png" for name in ("week", "issue", "event", "round", "figures")} <= pictures
    assert [name for name in sorted(pictures) if f"](images/{name})" not in guide] == []
