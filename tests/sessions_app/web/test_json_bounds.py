"""JSON is counted before it is parsed: its values and depth, exactly and always quickly."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_app.web.json_bounds import MAX_DEPTH, MAX_VALUES, excess

pytestmark = pytest.mark.requirement("C6")

# What would mislead who counts bytes alone.
TEXTS = st.text('[]{},:"\\ a\u20ac', max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=40,
)


def values_in(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(values_in(one) for one in inner)


def depth_of(value: Any) -> int:
    if not isinstance(value, dict | list):
        return 0
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max((depth_of(one) for one in inner), default=0)


@given(value=VALUES, indent=st.sampled_from([None, 1]), most=st.integers(1, 40))
def test_values_are_counted_exactly(value: Any, indent: int | None, most: int) -> None:
    text = json.dumps(value, indent=indent).encode()
    assert bool(excess(text, most_values=most)) == (values_in(value) > most)


@given(value=VALUES, deepest=st.integers(0, 6))
def test_depth_is_counted_exactly(value: Any, deepest: int) -> None:
    text = json.dumps(value, ensure_ascii=False).encode()
    assert bool(excess(text, deepest=deepest)) == (depth_of(value) > deepest)


@given(text=st.binary(max_size=60) | st.text('[]{},:"\\1', max_size=60).map(str.encode))
def test_what_is_not_json_is_no_fault_of_ours(text: bytes) -> None:
    excess(text, most_values=3, deepest=2)


KIB = 1024
WORST = {
    "empty arrays": b"[" + b"[]," * (80 * KIB) + b"[]]",
    "never closed": b"[" * (256 * KIB),
    "closed only": b"]" * (256 * KIB),
    "deep": b"[" * (128 * KIB) + b"]" * (128 * KIB),
    "deep again and again": (b"[" * 17 + b"]" * 17 + b",") * (7 * KIB),
    "as deep as may be": b"[" + b",".join([b"[" * 15 + b"]" * 15] * 1000) + b"]",
    "short strings": b"[" + b'"",' * (80 * KIB) + b'""]',
    "names": b"{" + b'"":1,' * (50 * KIB) + b'"":1}',
    "escapes": b'["' + rb"\"" * (128 * KIB) + b'"]',
    "backslashes": b'["' + rb"\\" * (128 * KIB) + b'"]',
    "commas in a string": b'["' + b"," * (256 * KIB) + b'"]',
}


def test_the_worst_of_256_kib_takes_a_few_milliseconds() -> None:
    took = {}
    for name, text in WORST.items():
        spans = []
        for _ in range(3):
            began = time.thread_time()
            excess(text)
            spans.append(time.thread_time() - began)
        took[name] = min(spans)
    assert max(took.values()) < 0.02, took


def test_a_text_may_have_as_much_as_there_may_be_and_no_more() -> None:
    ones = [1] * (MAX_VALUES - 1)
    assert excess(json.dumps(ones).encode()) == ""
    assert excess(json.dumps([*ones, 1]).encode()) == "has more than 20000 values"
    assert excess(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH) == ""
    too_deep = excess(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))
    assert too_deep == "nests arrays and objects deeper than 16 levels"
