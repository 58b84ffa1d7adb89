"""The guide to formats says what the code does."""

from tests.format_guide import BEGIN, END, GUIDE, written


def test_the_guide_is_as_the_code_has_it():
    text = GUIDE.read_text(encoding="utf-8")
    assert BEGIN in text and END in text
    assert written(text) == text, "call `make formats`"
