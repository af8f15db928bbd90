import pytest

from newsletter.regions.inflection import arabic_forms, arabic_prefixed, english_plural, spanish_forms


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("Mexican", ["Mexican", "Mexicans"]),
        ("Iraqi", ["Iraqi", "Iraqis"]),
        ("Japanese", ["Japanese"]),
        ("Dutch", ["Dutch"]),
        ("Irish", ["Irish"]),
        ("Swiss", ["Swiss"]),
        ("Frenchmen", ["Frenchmen"]),
    ],
)
def test_english_plurals(word, forms):
    assert english_plural(word) == forms


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("mexicano", {"mexicano", "mexicana", "mexicanos", "mexicanas"}),
        ("francés", {"francés", "francesa", "franceses", "francesas"}),
        ("alemán", {"alemán", "alemana", "alemanes", "alemanas"}),
        ("letón", {"letón", "letona", "letones", "letonas"}),
        ("español", {"español", "española", "españoles", "españolas"}),
        ("andaluz", {"andaluz", "andaluza", "andaluces", "andaluzas"}),
        ("iraní", {"iraní", "iraníes", "iranís"}),
        ("belga", {"belga", "belgas"}),
        ("costarricense", {"costarricense", "costarricenses"}),
        ("mongol", {"mongol", "mongola", "mongoles", "mongolas"}),
        ("kosovar", {"kosovar", "kosovares"}),
    ],
)
def test_spanish_genders_and_numbers(word, forms):
    assert set(spanish_forms(word)) == forms


def test_arabic_nisbas_take_gender_number_and_article():
    forms = arabic_forms("مصري")
    assert {"مصري", "المصري", "مصرية", "المصرية", "المصريون", "المصريين"} <= set(forms)


def test_both_words_of_an_arabic_nisba_agree():
    assert {"كوري جنوبي", "الكورية الجنوبية"} <= set(arabic_forms("كوري جنوبي"))


def test_an_arabic_name_that_is_no_nisba_stays_as_it_is():
    assert arabic_forms("بريطانيا") == ["بريطانيا"]


def test_arabic_prefixes_are_written_with_the_word_and_lam_swallows_the_articles_alif():
    assert {"مصر", "بمصر", "لمصر", "ومصر", "وبمصر"} <= set(arabic_prefixed("مصر"))
    assert {"بالمكسيك", "للمكسيك", "وللمكسيك"} <= set(arabic_prefixed("المكسيك"))
    assert "لالمكسيك" not in set(arabic_prefixed("المكسيك"))
