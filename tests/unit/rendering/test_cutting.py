from newsletter.rendering.cutting import Marks
from newsletter.rendering.inlining import inline
from newsletter.rendering.pieces import fill


def test_a_document_is_cut_at_its_marks() -> None:
    marks = Marks()
    pieces = marks.cut(f"head{marks.piece('lead0')}one{marks.piece('bottom')}foot")
    assert pieces == {"start": ("head",), "lead0": ("one",), "bottom": ("foot",)}


def test_marks_survive_the_inliner_inside_tables_and_titles() -> None:
    marks = Marks()
    document = (
        f"<html><head><title>{marks.hole('title')}</title></head><body><table>{marks.piece('row')}"
        f"<tr><td>x</td></tr>{marks.piece('bottom')}</table></body></html>"
    )
    pieces = marks.cut(inline(document))
    assert "<title>News</title>" in fill(pieces["start"], {"title": "News"})
    assert pieces["row"][0].split() == ["<tr><td>x</td></tr>"]
    assert "</table>" in pieces["bottom"][0]


def test_a_mark_of_an_earlier_rendering_is_only_text() -> None:
    earlier = Marks()
    stolen = f"{earlier.piece('bottom')}{earlier.hole('title')}"
    assert Marks().cut(stolen) == {"start": (stolen,)}


def test_filling_joins_literals_and_values() -> None:
    assert fill(("a ", "title", " b"), {"title": "<&>"}) == "a <&> b"
