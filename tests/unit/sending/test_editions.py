from newsletter.sending.editions import Wanted


def test_an_edition_is_named_by_its_language_and_its_issues_in_order():
    assert Wanted("es", (14, 9)).key == "es:14,9"
    assert Wanted("es", (9, 14)).key != Wanted("es", (14, 9)).key


def test_the_key_of_very_many_regions_still_fits_its_column_and_still_tells_editions_apart():
    many = tuple(range(100_000, 100_250))
    key = Wanted("es", many).key
    assert len(key) <= 200
    assert key != Wanted("es", many[::-1]).key
