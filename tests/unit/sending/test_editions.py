from newsletter.sending.editions import Wanted


def test_an_edition_is_named_by_its_language_and_its_issues_in_order():
    assert Wanted("es", (14, 9)).key == "es:14,9"
    assert Wanted("es", (9, 14)).key != Wanted("es", (14, 9)).key


def test_an_edition_is_read_back_from_its_key():
    for edition in (Wanted("es", (14,)), Wanted("zh-Hans", (3, 1, 2))):
        assert Wanted.of(edition.key) == edition


def test_the_key_of_all_regions_fits_into_an_index_of_postgres():
    assert len(Wanted("zh-Hans", tuple(range(9_999_000, 9_999_280))).key) < 2_700
