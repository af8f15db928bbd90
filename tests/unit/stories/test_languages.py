import pytest

from newsletter.stories.languages import guess, primary


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("es-MX", "es"),
        ("EN", "en"),
        ("zh_Hant", "zh"),
        ("fil", "fil"),
        ("", None),
        (None, None),
        ("Spanish", None),
        ("e$", None),
    ],
)
def test_languages_are_kept_as_primary_subtags(tag, expected):
    assert primary(tag) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The mayor said on Monday that the bridge will be closed", "en"),
        ("El alcalde dijo que el puente estará cerrado por la noche", "es"),
        ("O prefeito disse que a ponte não será aberta pelo Estado", "pt"),
        ("Le maire a dit que le pont sera fermé pour des travaux", "fr"),
        ("Der Bürgermeister sagt, die Brücke ist nicht sicher", "de"),
        ("Il sindaco ha detto che il ponte non è sicuro", "it"),
        ("أعيد فتح الجسر القديم أمام المشاة", "ar"),
        ("پل قدیمی دوباره باز شد", "fa"),
        ("پرانا پل دوبارہ کھول دیا گیا ہے", "ur"),
        ("הגשר הישן נפתח מחדש", "he"),
        ("Старый мост снова открыт", "ru"),
        ("Старий міст знову відкрито для всіх", "uk"),
        ("古い橋が再び開通した", "ja"),
        ("老桥重新开放", "zh"),
        ("오래된 다리가 다시 열렸다", "ko"),
    ],
)
def test_a_sentence_shows_its_language(text, language):
    assert guess(text) == language


@pytest.mark.parametrize("text", ["", "Veracruz", "2026", "!!!"])
def test_too_little_to_tell_is_no_guess(text):
    assert guess(text) is None


def test_a_foreign_name_does_not_change_the_language():
    assert guess("The writer 村上春樹 was in Madrid to speak of his new novel with the readers of the city") == "en"
