"""JSON that is stored comes back as it was, and JSON that could not is not stored."""

import pytest

from core.fast_json import Decoder, Encoder
from core.free_json import MAX_DEPTH, clean_text, clean_texts, json_problem


@pytest.mark.parametrize("value", [{"ä": [1, 2.5, None, True, "🦊"]}, [], "x", 2**64 - 1, -(2**63)])
def test_what_is_fine_comes_back(value):
    assert json_problem(value) is None
    assert clean_texts(value) == value
    assert Decoder().decode(Encoder().encode(value)) == value


@pytest.mark.parametrize("value", [{"a": "\ud800"}, {"\ud800": 1}, {"a": "\ud800", "b": 2**70}])
def test_half_a_pair_is_not_written(value):
    assert json_problem(value) == "holds half a surrogate pair"
    with pytest.raises((TypeError, ValueError)):
        Encoder().encode(value)
    assert json_problem(clean_texts({key: each for key, each in value.items() if key != "b"})) is None


@pytest.mark.parametrize("value", [float("inf"), [float("nan")], {"a": -(2**63) - 1}, "\0"])
def test_numbers_and_nul(value):
    assert json_problem([value])


def test_whole_numbers_beyond_64_bits_are_written_whole():
    assert Encoder().encode({"a": 2**70}) == '{"a": 1180591620717411303424}'


def test_depth():
    deep: list = []
    for _ in range(MAX_DEPTH - 1):
        deep = [deep]
    assert json_problem(deep) is None
    assert "nested" in str(json_problem([deep]))


def test_text():
    assert clean_text("a\0b\udfffc🦊") == "a\ufffdb\ufffdc🦊"
