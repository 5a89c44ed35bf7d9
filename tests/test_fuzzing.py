"""Every fuzzed target holds its promises on what hypothesis makes of true and broken input."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzzing.seeds import seeds
from fuzzing.targets import TARGETS

_PIECES = (
    *(b"<div>", b"</div>", b"<article>", b"<h1>", b"<time datetime='", b"'>", b"<a href='//"),
    *(b"<script type='application/ld+json'>{", b"</script>", b"<table><tr><td>", b"&#0;", b"&"),
    *(
        b"\x00",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        "\u202e".encode(),
        b"\r\n",
        b"http://[",
        b"javascript:",
    ),
    *(
        b"32.13.99999",
        b"12.",
        b"0000-00-00T99:99",
        b"<![CDATA[",
        b"<!--",
        b"? ",
        b"- ",
        b": ",
        b"*a",
        b"99991231T235900Z",
        b"9999-12-31",
        b";TZID=Europe:",
    ),
    *(b"DTSTART:99999999", b"RRULE:FREQ=SECONDLY", b"<loc>", b"]]>", b"9" * 400, b"<" * 400),
)


@st.composite
def broken(draw, target):
    """A true input with some places cut, doubled, or replaced."""
    data = draw(st.sampled_from(seeds(target)))[:4_000]
    for _ in range(draw(st.integers(0, 4))):
        first = draw(st.integers(0, len(data)))
        end = min(len(data), first + draw(st.integers(0, 60)))
        middle = draw(
            st.sampled_from(_PIECES) | st.binary(max_size=8) | st.just(data[first:end] * 3)
        )
        data = data[:first] + middle + data[end:]
    return data


@pytest.mark.parametrize("target", TARGETS)
def test_promises_hold(target):
    @settings(max_examples=40)
    @given(broken(target) | st.binary(max_size=200))
    def holds(data):
        TARGETS[target](data)

    holds()


def test_a_broken_promise_is_found(monkeypatch):
    """The search itself can fail: a reader that lets a half character through is caught."""
    monkeypatch.setattr("fuzzing.targets.read_dates", lambda *_: [_Beyond()])
    with pytest.raises(AssertionError):
        TARGETS["dates"](b"\x00" + b"5 maja 2026")


class _Beyond:
    span = (0, 99)
