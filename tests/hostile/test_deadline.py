"""Reading a page has an end: in Python, in regular expressions, in C."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tempfile
import threading

import pytest

from spiders.deadline import TooMuch, deadline, recorded


def in_python() -> None:
    while True:
        try:
            sum(range(1_000))
        except Exception:
            continue


def in_a_regular_expression() -> None:
    re.match(r"(\d+[./-]?)+\s*r\.$", "1" * 60)


@pytest.mark.parametrize("endless", [in_python, in_a_regular_expression])
def test_what_does_not_end_is_interrupted(endless):
    with (
        pytest.raises(TooMuch, match=r"more than 0\.2 seconds"),
        deadline(0.2, "https://a.example/"),
    ):
        endless()


def test_what_ends_in_time_is_left_alone():
    for _ in range(3):
        with deadline(0.05, "https://a.example/"):
            pass
    sum(range(10_000_000))  # more than the deadline, but nobody's any more
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_a_lack_of_memory_is_the_pages_own():
    with pytest.raises(TooMuch, match="memory"), deadline(5, "https://a.example/"):
        raise MemoryError


def test_threads_are_not_interrupted():
    done = []

    def work():
        with deadline(0.01, "https://a.example/"):
            done.append(sum(range(2_000_000)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done


def test_what_never_leaves_c_ends_the_process_and_leaves_a_note():
    code = (
        "import sys, itertools\n"
        "from spiders.deadline import deadline, record_to\n"
        "record_to(int(sys.argv[1]))\n"
        "with deadline(0.2, 'https://a.example/one'): pass\n"
        "with deadline(0.2, 'https://a.example/\\nż'): sum(itertools.repeat(0))\n"
    )
    with tempfile.TemporaryFile() as note:
        ended = subprocess.run(
            [sys.executable, "-c", code, str(note.fileno())],
            pass_fds=(note.fileno(),),
            timeout=120,
            check=False,
        )
        assert ended.returncode == -signal.SIGPROF
        assert recorded(note.fileno()) == "https://a.example/ż"
