"""Pictures of figures: well-formed whatever the data say, true to the data, and of bounded size."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.pages.charts import (
    MONTHS,
    RUNS,
    Month,
    RunShown,
    activity_chart,
    activity_words,
    by_month,
    run_strip,
)
from feeds.pages.charts_labels import MOST, Term, certificate_timeline
from feeds.pages.words import LANGUAGES, WORDS
from registry.views import Sign

TODAY = date(2026, 11, 22)
SVG = "{http://www.w3.org/2000/svg}"

evil = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            '"><script>alert(1)</script>',
            "</svg><img src=x onerror=a()>",
            "&amp;'\"]]>",
            "\0\x1b\ud800",
        ]
    ),
)
days = st.one_of(
    st.none(),
    st.dates().map(str),
    st.dates().map(lambda day: str(day)[:7]),
    st.integers(1, 9999).map(lambda year: f"{year:04}"),
)
terms = st.builds(
    Term,
    label=evil,
    detail=evil,
    state=st.sampled_from(["valid", "open", "not yet", "expired", "superseded", "unconfirmed"]),
    valid_from=days,
    valid_until=days,
    expected_from=days,
    expected_until=days,
    first_stated=days.map(lambda day: day or ""),
    renews=st.booleans(),
)


def read(picture: str) -> ElementTree.Element:
    """The picture, read as XML; it has the elements, attributes and places that it may have."""
    root = ElementTree.fromstring(picture)
    assert root.get("role") == "img"
    named = {one.get("id") for one in root}
    assert set((root.get("aria-labelledby") or "").split()) <= named
    for element in root.iter():
        tag = element.tag.removeprefix(SVG)
        assert tag in {
            *("svg", "title", "desc", "defs", "pattern", "g", "rect", "line", "circle", "text")
        }
        assert not {"style", "href", "onload"} & set(element.attrib)
        for name in ("x", "x1", "x2", "cx", "width"):
            value = element.get(name, "0")
            if value.endswith("%"):
                assert -0.01 <= float(value[:-1]) <= 100.01
    return root


@given(st.lists(terms, max_size=8), st.dates(date(1990, 1, 1)), st.sampled_from(LANGUAGES))
def test_timeline_is_well_formed_whatever_is_claimed(
    found: list[Term], today: date, language: str
) -> None:
    root = read(certificate_timeline(found, today, WORDS[language]))
    assert len(root.findall(f"{SVG}g")) == len(found)
    assert len(root.findall(f"{SVG}line[@class='today']")) == 1


def test_timeline_says_states_in_words_and_shows_stated_ends_only() -> None:
    found = [
        Term("Key Cluster", "round VI", "expired", None, "2025-12-17", first_stated="2023-01"),
        Term("Excellence", "silver", "open", "2017-11", first_stated="2015-12-10", renews=True),
    ]
    root = read(certificate_timeline(found, TODAY, WORDS["en"]))
    texts = [element.text for element in root.findall(f"{SVG}text")]
    assert "Key Cluster, round VI" in texts
    assert "expired · until 17 Dec 2025" in texts
    assert "no end stated · since Nov 2017" in texts
    older, newer = root.findall(f"{SVG}g")[::-1], root.findall(f"{SVG}g")[:1]
    assert [len(one.findall(f"{SVG}line[@class='edge']")) for one in (*older, *newer)] == [1, 1, 1]
    open_one = root.find(f"{SVG}g[@class='term open']")
    assert open_one is not None
    assert open_one.find(f"{SVG}rect[@class='expected']") is not None
    assert open_one.find(f"{SVG}circle[@class='renewed']") is not None
    expired = root.find(f"{SVG}g[@class='term expired']")
    assert expired is not None
    assert expired.find(f"{SVG}rect[@class='expected']") is None
    bar = expired.find(f"{SVG}rect[@class='bar']")
    today = root.find(f"{SVG}line[@class='today']")
    assert bar is not None
    assert today is not None
    until = sum(float(bar.get(name, "")[:-1]) for name in ("x", "width"))
    assert until < float(today.get("x1", "")[:-1])


def test_timeline_draws_no_bar_for_a_replaced_label_heard_of_only_later() -> None:
    found = [
        Term("Key Cluster", "round VI", "valid", "2023-01-01", "2027-12-17"),
        Term("Key Cluster", "", "superseded", first_stated="2026-11-20"),
        Term("Key Cluster", "round V", "superseded", first_stated="2020-11-20"),
    ]
    root = read(certificate_timeline(found, TODAY, WORDS["en"]))
    bars = [len(group.findall(f"{SVG}rect")) for group in root.findall(f"{SVG}g")]
    assert bars == [1, 1, 0]
    assert "replaced by a newer one · stated 20 Nov 2026" in "".join(root.itertext())


def test_timeline_of_a_thousand_labels_is_no_larger_than_of_forty() -> None:
    day = date(1995, 1, 1)
    many = [
        Term(f"Label {n}", "x" * 300, "expired", str(day), str(day + timedelta(n)))
        for n in range(1_000)
    ]
    picture = certificate_timeline(many, TODAY, WORDS["en"])
    root = read(picture)
    assert len(root.findall(f"{SVG}g")) == MOST
    assert "and 960 earlier ones" in picture
    assert len(picture) < 64_000
    assert max(len(element.text or "") for element in root.findall(f"{SVG}text")) < 60


months = st.dictionaries(
    st.dates().map(lambda day: str(day)[:7]),
    st.builds(Month, st.integers(0, 10**6), st.integers(0, 10**6)),
    max_size=60,
)


@given(months, st.dates(date(1990, 1, 1)), st.sampled_from(LANGUAGES))
def test_activity_is_well_formed_and_ends_no_later_than_today(
    found: dict[str, Month], today: date, language: str
) -> None:
    picture = activity_chart(found, today, WORDS[language])
    root = read(picture)
    drawn = root.findall(f"{SVG}g[@class='month']")
    assert len(drawn) <= MONTHS
    assert len(picture) < 40_000
    active = any(one.news + one.events for month, one in found.items() if month <= str(today)[:7])
    assert bool(drawn) == active
    for group in drawn:
        heights = [float(bar.get("height", "")) for bar in group.findall(f"{SVG}rect")]
        assert sum(heights) <= 132.1


def test_activity_goes_back_to_the_last_month_with_any_and_says_so() -> None:
    found = {"2019-09": Month(3, 1), "2019-08": Month(1, 0)}
    told = activity_words(found, TODAY, WORDS["en"])
    assert told == (
        "From October 2016 to September 2019: 4 pieces of news, 1 event. "
        "Nothing was found after September 2019."
    )
    root = read(activity_chart(found, TODAY, WORDS["en"]))
    tips = [group[0].text for group in root.findall(f"{SVG}g")]
    assert tips == [
        "August 2019: 1 piece of news, 0 events",
        "September 2019: 3 pieces of news, 1 event",
    ]
    assert "after" not in activity_words({"2026-01": Month(1)}, TODAY, WORDS["en"])


def test_activity_counts_by_month_and_kind() -> None:
    signs = [
        Sign("2026-02-01", "article", "a", "u"),
        Sign("2026-02-28", "event", "b", "u"),
        Sign("2026-01-31", "article", "c", "u"),
        Sign("2026-01", "article", "known by its month", "u"),
        Sign("2026", "article", "known by its year", "u"),
    ]
    assert by_month(signs) == {"2026-02": Month(1, 1), "2026-01": Month(2, 0)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_strip_shows_the_last_runs_in_forms_of_their_own(language: str) -> None:
    healths = ("bad", "good", "fair", "none")
    runs = [RunShown(healths[n % 4], f"run <{n}> & co") for n in range(30)]
    root = read(run_strip(runs, WORDS[language], "strip"))
    groups = root.findall(f"{SVG}g")
    assert len(groups) == RUNS
    assert (groups[-1][0].text, groups[-1].get("class")) == ("run <29> & co", "good")
    forms = {
        group.get("class"): [(one.tag, one.get("height")) for one in group] for group in groups
    }
    assert len({str(form) for form in forms.values()}) == 4
    read(run_strip([], WORDS[language], "none"))
