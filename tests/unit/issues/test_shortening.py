import time

import pytest

from newsletter.issues.shortening import shorten, shorter

TAIL = " Then more was said about it by everyone who had been there that night, and by many who had not been."
ARABIC = "شعر السكان بالهزة قبل الفجر في جنوب البلاد وفي العاصمة أيضا؟"
FIRST = "The tremor was felt in the south of the country before dawn."


@pytest.mark.parametrize(
    ("case", "text", "short"),
    [
        ("short enough", "Nobody was hurt.\n\nSchools stay closed.", "Nobody was hurt. Schools stay closed."),
        ("empty", " \n ", ""),
        ("at the end of a sentence", FIRST + TAIL, FIRST),
        ("a question", FIRST[:-1] + "?" + TAIL, FIRST[:-1] + "?"),
        ("a quotation", f"“{FIRST}”{TAIL}", f"“{FIRST}”"),
        ("Arabic", ARABIC + TAIL * 2, ARABIC),
        ("Chinese", "黎明前该国南部有震感。" * 6 + TAIL * 2, "黎明前该国南部有震感。" * 6),
        ("a title ends none", f"{FIRST} It had been led by Dr. Ana Paz{TAIL}", FIRST),
        ("a Spanish title ends none", f"{FIRST} La encabezó la Dra. Ana Paz{TAIL}", FIRST),
        ("initials end none", f"{FIRST} It was shown by the U.S. Navy{TAIL}", FIRST),
        ("an hour ends none", f"{FIRST} It came at 1:30 a.m. Monday{TAIL}", FIRST),
        ("a decimal ends none", f"{FIRST} It had a magnitude of 6.5 there{TAIL}", FIRST),
        ("a dot before a small letter ends none", f"{FIRST} It was named by example. com itself{TAIL}", FIRST),
        ("a first sentence that says too little", "Breaking. " + "word " * 40, "Breaking. " + "word " * 20 + "word…"),
        ("one endless word", "a" * 500, "a" * 119 + "…"),
    ],
)
def test_a_summary_is_cut_where_a_reader_would_stop(case, text, short):
    assert shorten(text, limit=120) == short, case


@pytest.mark.parametrize("limit", [20, 60, 120, 320])
def test_no_summary_is_longer_than_its_limit(limit):
    for text in (FIRST + TAIL * 9, "word " * 400, "a" * 999, "¡" * 999):
        assert len(shorten(text, limit)) <= limit


@pytest.mark.parametrize("sign", [".", "?!", "…", '."'])
def test_a_text_of_one_sign_without_end_takes_no_more_time_than_another(sign):
    started = time.process_time()
    shorten((sign * 4000)[:4000])
    assert time.process_time() - started < 0.1


FIRST = "The council met on Monday and voted for a new bridge over the river in the old town."  # 84 characters


@pytest.mark.parametrize(
    ("sentences", "left"), [(6, 3), (3, 2), (2, 1), (1, None)], ids=["long", "as drafted", "short", "one sentence"]
)
def test_each_press_takes_a_summary_down_to_the_next_set_length(sentences, left):
    assert shorter(" ".join([FIRST] * sentences)) == (" ".join([FIRST] * left) if left else None)


def test_one_sentence_without_end_is_cut_at_a_word_once():
    cut = shorter("word " * 200)
    assert cut is not None
    assert cut.endswith("…")
    assert shorter(cut) is None
