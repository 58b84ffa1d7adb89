"""Encoded frames stay below their limit, and what was looked at last stays longest."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.media.frame_cache import FrameCache, _files, found, frame_path


def total(folder) -> int:
    return sum(size for _, size, _ in _files(folder))


def test_the_least_recently_used_go_first(tmp_path):
    cache = FrameCache(tmp_path, 10_000)
    paths = [frame_path(tmp_path, "ab" * 32, None, number) for number in range(8)]
    for number, path in enumerate(paths):
        cache.put(path, bytes(900))
        os.utime(path, (number, number))
    # Frame 0 is looked at again: it is now the newest.
    assert found(paths[0]) == bytes(900)
    cache.put(frame_path(tmp_path, "cd" * 32, 320, 1), bytes(1600))

    assert paths[0].exists() and not paths[1].exists() and paths[7].exists()
    assert total(tmp_path) <= 8_000


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sizes=st.lists(st.integers(1, 4000), min_size=1, max_size=60))
def test_never_above_the_limit(tmp_path_factory, sizes):
    folder = tmp_path_factory.mktemp("cache")
    caches = [FrameCache(folder, 20_000) for _ in range(2)]
    for number, size in enumerate(sizes):
        path = frame_path(folder, "ab" * 32, None, number)
        caches[number % 2].put(path, bytes(size))
        assert total(folder) <= 20_000 and path.exists()


def test_a_frame_larger_than_the_limit_is_still_shown_once(tmp_path):
    cache = FrameCache(tmp_path, 1000)
    path = frame_path(tmp_path, "ab" * 32, None, 3)
    cache.put(path, bytes(5000))
    assert found(path) == bytes(5000)
    cache.put(frame_path(tmp_path, "ab" * 32, None, 4), bytes(100))
    assert not path.exists()


def test_what_is_not_there_is_none(tmp_path):
    assert found(frame_path(tmp_path, "ab" * 32, 160, 3)) is None
