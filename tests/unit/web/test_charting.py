from newsletter.web.charting import BASE, WIDTH, bars, pieces


def test_bars_stand_in_order_and_the_largest_reaches_highest():
    chart = bars([("W18", 0.01), ("W19", 0.04), ("W20", 0.02)], 0.025)
    assert [bar.label for bar in chart.bars] == ["W18", "W19", "W20"]
    assert [bar.is_this for bar in chart.bars] == [False, False, True]
    first, highest, last = chart.bars
    assert highest.y < last.y < first.y
    assert all(bar.y + bar.height == BASE for bar in chart.bars)
    assert last.x + last.width <= WIDTH
    assert highest.y < chart.usual_y < first.y


def test_nothing_is_drawn_of_what_is_not_known_or_nothing_and_a_trace_of_what_is_there():
    chart = bars([("W18", None), ("W19", 0.0), ("W20", 0.000001), ("W21", 0.9)])
    assert [bar.height > 0 for bar in chart.bars] == [False, False, True, True]
    assert chart.usual_y is None


def test_without_any_issue_there_is_no_bar():
    assert bars([]).bars == []


def test_the_parts_of_one_bar_fill_it_and_a_single_letter_is_seen():
    found = pieces({"accepted": 999_998, "refused": 1, "unknown": 0, "skipped": 1})
    assert (found[0].name, found[0].count) == ("accepted", 999_998)
    assert [piece.width for piece in found[1:]] == [2.0, 0.0, 2.0]
    assert all(piece.x >= 0 and piece.x + piece.width <= 1000 for piece in found)
    assert all(piece.width == 0 for piece in pieces({"accepted": 0}))
