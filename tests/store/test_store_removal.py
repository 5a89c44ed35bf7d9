"""When something counts as removed or cancelled, and when not."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, select
from worlds import SOURCE, address, at, page_items, replay, standing, visit

from items import Certification, Event, Item, Organization, Visit
from models import Run, begin_run, finish_run
from models.changes import changes_after
from models.upkeep import check_database
from pipelines.removal import Removals, settle_removals
from pipelines.writer import Writer


def run_over(
    engine: Engine, visits: list[Visit], day: float, *, complete: bool = True, brake: bool = True
) -> Removals:
    run_id = begin_run(engine, SOURCE, now=at(day))
    writer = Writer(engine, clock=lambda: at(day))
    for one in visits:
        writer.put(one, run_id)
    writer.close()
    found = settle_removals(engine, run_id, complete=complete, brake=brake, now=at(day))
    finish_run(engine, run_id, "ok" if complete else "partial", found.reason, now=at(day))
    assert check_database(engine) == []
    return found


def states(engine: Engine) -> list[str]:
    known = standing(engine)
    assert replay(changes_after(engine, limit=1000)[0]) == known
    return sorted(state for state, _, _ in known.values())


def holders(*numbers: int, incomplete: bool = False, page: int = 1) -> list[Item]:
    return [
        Certification(
            url=address(page), source=SOURCE, scheme="gold", holder=f"Klaster {number}",
            list_incomplete=incomplete,
        )
        for number in numbers
    ]  # fmt: skip


def test_a_certification_that_left_its_list_is_removed(engine: Engine) -> None:
    run_over(engine, [visit(1, items=holders(*range(10)))], 0)
    found = run_over(engine, [visit(1, 1, items=holders(*range(9)))], 1)
    assert found == Removals(removed=1, live=10)
    assert states(engine) == ["live"] * 9 + ["remove"]
    back = run_over(engine, [visit(1, 2, items=holders(*range(10)))], 2)
    assert back == Removals(live=10)
    assert states(engine) == ["live"] * 10


def test_a_run_that_did_not_finish_removes_nothing(engine: Engine) -> None:
    run_over(engine, [visit(1, items=holders(*range(10)))], 0)
    found = run_over(engine, [visit(1, 1, items=holders(*range(9)))], 1, complete=False)
    assert found.removed == 0
    assert states(engine) == ["live"] * 9 + ["missing"]
    # The next complete run that finds the page unchanged does.
    unchanged = visit(1, 2, status=304)
    assert run_over(engine, [unchanged], 2).removed == 1


def test_a_list_that_was_not_visited_loses_nothing(engine: Engine) -> None:
    run_over(engine, [visit(1, items=holders(*range(10)))], 0)
    run_over(engine, [visit(1, 1, items=holders(*range(9)))], 1, complete=False)
    assert run_over(engine, [visit(2, 2)], 2).removed == 0
    assert run_over(engine, [visit(1, 3, status=500)], 3).removed == 0


def test_a_list_that_is_incomplete_or_gone_altogether_is_no_evidence(engine: Engine) -> None:
    run_over(engine, [visit(1, items=holders(1, 2)), visit(2, items=holders(1, 2, page=2))], 0)
    cut = visit(1, 1, items=holders(1, incomplete=True))
    empty = visit(2, 1, items=[])
    assert run_over(engine, [cut, empty], 1).removed == 0
    assert states(engine) == ["live"] + ["missing"] * 3


def test_what_another_page_still_states_is_not_removed(engine: Engine) -> None:
    run_over(
        engine,
        [visit(1, items=holders(1, 2, 3)), visit(2, items=holders(4, 5, 6, page=2))],
        0,
    )
    moved = [visit(1, 1, items=holders(1, 2)), visit(2, 1, items=holders(3, 4, 5, 6, page=2))]
    assert run_over(engine, moved, 1).removed == 0


def test_members_leave_a_member_list_only(engine: Engine) -> None:
    def members(*numbers: int) -> list[Item]:
        return [
            Organization(url=address(1), source=SOURCE, name=f"Firma {number}")
            for number in numbers
        ]

    run_over(engine, [visit(1, items=members(1, 2, 3), kind="members")], 0)
    run_over(engine, [visit(2, items=members(1, 2, 3), kind="page")], 0.1)
    found = run_over(
        engine,
        [
            visit(1, 1, items=members(1, 2), kind="members"),
            visit(2, 1, items=members(1), kind="page"),
        ],
        1,
    )
    assert found.removed == 1
    assert states(engine).count("missing") == 2


def test_news_scroll_away_without_being_removed(engine: Engine) -> None:
    posts = page_items(1)[:1]
    run_over(engine, [visit(1, items=posts, kind="listing")], 0)
    assert run_over(engine, [visit(1, 1, items=[], kind="listing")], 1) == Removals(live=0)
    assert states(engine) == ["missing"]


def fair(name: str, start: str, end: str | None = None) -> Event:
    return Event(url=address(1), source=SOURCE, name=name, start=start, end=end)


def test_events_to_come_that_vanish_are_cancelled_and_past_ones_stay(engine: Engine) -> None:
    events: list[Item] = [
        fair("dawne", "2026-02-01"),
        fair("trwa", "2026-03-01", "2026-03-09"),
        fair("przyszłe", "2026-06-01T10:00"),
        fair("kiedyś", "2026-07"),
        fair("zostaje", "2026-08-01"),
    ]
    run_over(engine, [visit(1, items=events)], 0)
    found = run_over(engine, [visit(1, 1, items=events[-1:])], 1)
    assert found == Removals(cancelled=2, live=3)
    assert states(engine) == ["cancel", "cancel", "live", "missing", "missing"]
    run_over(engine, [visit(1, 2, items=events)], 2)
    assert states(engine) == ["live"] * 5


def test_a_page_that_is_gone_twice_a_day_apart(engine: Engine) -> None:
    run_over(engine, [visit(1), visit(2)], 0)
    gone: list[tuple[float, int, int]] = [(1, 404, 0), (1.5, 410, 0), (2.1, 404, 4)]
    for day, status, removed in gone:
        found = run_over(engine, [visit(1, day, status=status)], day, complete=False)
        assert found.removed == removed
    assert found.cancelled == 1
    assert states(engine) == ["cancel"] + ["live"] * 5 + ["remove"] * 4
    run_over(engine, [visit(1, 3)], 3)
    assert states(engine) == ["live"] * 10


def test_a_page_that_came_back_in_between_is_not_gone(engine: Engine) -> None:
    run_over(engine, [visit(1)], 0)
    sequence: list[tuple[float, dict[str, Any]]] = [
        (1, {"status": 404}),
        (2, {}),
        (3, {"status": 404}),
        (3.5, {"status": 404}),
    ]
    for day, how in sequence:
        assert run_over(engine, [visit(1, day, **how)], day).removed == 0


def test_a_mass_removal_is_held_back_and_said(engine: Engine) -> None:
    run_over(engine, [visit(1, items=holders(*range(20)))], 0)
    found = run_over(engine, [visit(1, 1, items=holders(*range(3)))], 1)
    assert found == Removals(held_back=17, live=20)
    assert found.reason == "17 of 20 items would be removed: held back"
    assert states(engine) == ["live"] * 3 + ["missing"] * 17
    with engine.connect() as connection:
        reason = connection.scalars(select(Run.reason).order_by(Run.id.desc())).first()
    assert reason == found.reason
    # An operator who knows better says so.
    assert run_over(engine, [visit(1, 2, status=304)], 2, brake=False).removed == 17


def test_the_brake_lets_five_or_a_fifth_pass(engine: Engine) -> None:
    run_over(engine, [visit(1, items=holders(*range(8)))], 0)
    assert run_over(engine, [visit(1, 1, items=holders(*range(3)))], 1).removed == 5
    run_over(engine, [visit(2, 2, items=holders(*range(100, 150), page=2))], 2)
    found = run_over(engine, [visit(2, 3, items=holders(*range(100, 140), page=2))], 3)
    assert (found.removed, found.live) == (10, 53)
