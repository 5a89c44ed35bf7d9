"""The commands about the register, as people type them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
import typer
from histories import OWNERS, SCHEME, crawl, held, org, page
from typer.testing import CliRunner

import cli_registry
from cli_registry import span
from models import open_database
from registry.holders import months_of

app = typer.Typer()
cli_registry.register(app)


@pytest.fixture
def db(tmp_path: Path) -> str:
    """A small register in a file."""
    path = str(tmp_path / "clusterfeed.db")
    (tmp_path / "sources").mkdir()
    for source, owner in OWNERS.items():
        (tmp_path / "sources" / f"{source}.yaml").write_text(
            f"url: https://{source}.example/\norganization: {owner.name}\n"
            f"country: {owner.country}\n"
            f"languages: [{owner.language}]\n"
        )
    engine = open_database(path)
    crawl(
        engine,
        page("a", source="zielony", published="2024-05-04"),
        page("?lang=pl", org("Klaster Mewa", kind="cluster")),
        page("?lang=en", org("Seagull Bay", kind="cluster"), language="en"),
        page("b", held("Klaster Mewa", scheme=SCHEME, round="VI", valid_until="2025-12-17")),
        page("c", held("Klaster Mewa", scheme=SCHEME, round="VI", valid_until="2025-11-17")),
    )
    engine.dispose()
    return path


def run(db: str, *words: str, code: int = 0) -> str:
    sources = str(Path(db).parent / "sources")
    environment = {"COLUMNS": "250", "USER": "ala", "CLUSTERFEED_SOURCES": sources}
    result = CliRunner().invoke(app, [*words, "--db", db], env=environment)
    assert result.exit_code == code, result.output
    return result.output


def lines(db: str, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(db, *words, "--json").splitlines()]


def test_organizations_are_listed_searched_and_shown(db: str) -> None:
    assert len(lines(db, "organizations")) == 3
    (found,) = lines(db, "organizations", "--search", "mew")
    assert found["name"] == "Klaster Mewa"
    assert [row["name"] for row in lines(db, "organizations", "--country", "pl")] == [
        "Klaster Mewa",
        "Klaster Zielonej Rzeki",
    ]
    (shown,) = lines(db, "organizations", "show", found["id"])
    assert shown["certificates"][0]["state"] == "expired"
    assert "Zdanie ze strony b" in json.dumps(shown, ensure_ascii=False)
    assert "VI" in run(db, "organizations", "show", "Klastra Mewa")
    assert "organization" in run(db, "organizations", "show", "o-none", code=2)
    assert "organization" in run(db, "organizations", "show", "Wrona", code=2)
    assert run(db, "organizations", "show", "mewa") == run(db, "organizations", "show", found["id"])
    several = run(db, "organizations", "show", "klaster", code=2)
    assert found["id"] in several


def test_an_organization_is_shown_with_its_life_and_its_names(db: str) -> None:
    shown = run(db, "organizations", "show", "Klaster Zielonej Rzeki")
    months = next(line.split() for line in shown.splitlines() if line.split()[:1] == ["2024"])
    assert months == ["2024", *"····█·······", "1"]
    assert "https://www.zielony.example/a" in shown
    shown = run(db, "organizations", "show", "Klaster Mewa")
    assert "round VI" in shown
    assert "Sources disagree" in shown


def test_inactive_ones_have_an_address(db: str) -> None:
    (row,) = lines(db, "organizations", "--inactive", "12m")
    assert row["last_activity_url"] == "https://www.zielony.example/a"
    assert "span" in run(db, "organizations", "--inactive", "soon", code=2)


@pytest.mark.parametrize(
    ("today", "span", "count"),
    [
        ("2026-05-04", "24m", 0),
        ("2026-05-05", "24m", 1),
        ("2026-05-05", "25m", 0),
        ("2026-08-02", "820d", 0),
        ("2026-08-03", "820d", 1),
    ],
)
def test_a_year_without_life_is_over_the_day_after(
    db: str, today: str, span: str, count: int
) -> None:
    with time_machine.travel(f"{today}T12:00:00+00:00", tick=False):
        assert len(lines(db, "organizations", "--inactive", span)) == count


def test_certificates_on_a_day(db: str) -> None:
    of = ("certificates", "--scheme", SCHEME)
    assert lines(db, *of, "--as-of", "2026-01-01") == []
    (one,) = lines(db, *of, "--as-of", "2024-06-01")
    assert one["state"] == "valid"
    assert one["expected_from"] < "2024-06-01"
    assert len(one["disputes"]["valid_until"]) == 2
    told = run(db, *of, "--as-of", "2024-06-01")
    assert "shown: " in told
    assert "Zdanie ze strony c" in told
    assert "1 label held on 2024-06-01" in told
    assert "another day" in run(db, *of)
    assert "held on today" in run(db, *of, "--as-of", "today")
    assert len(lines(db, *of, "--as-of", "2025-11-01", "--expiring", "90d")) == 1
    assert lines(db, *of, "--as-of", "2024-11-01", "--expiring", "90d") == []
    assert len(lines(db, *of, "--all")) == 1
    assert "no day" in run(db, *of, "--as-of", "yesterday", code=2)
    assert "no scheme" in run(db, "certificates", "--scheme", "nothing", code=2)
    near = run(db, "certificates", "--scheme", "pl-krajowy-klaster", code=2)
    assert f"did you mean {SCHEME}?" in near


def test_questions_are_answered(db: str) -> None:
    (asked,) = lines(db, "review")
    assert {asked["left"]["name"], asked["right"]["name"]} == {"Klaster Mewa", "Seagull Bay"}
    number = str(asked["number"])
    assert "versions of one page" in run(db, "review", "--list")
    run(db, "review", "--answer", number, "perhaps", code=2)
    run(db, "review", "--answer", "99", "same", code=2)
    run(db, "review", "--answer", number, "same")
    assert lines(db, "review") == []
    assert len(lines(db, "organizations")) == 2


def typed(db: str, letters: str, *words: str) -> str:
    sources = str(Path(db).parent / "sources")
    environment = {"COLUMNS": "250", "USER": "ala", "CLUSTERFEED_SOURCES": sources}
    text = "".join(f"{letter}\n" for letter in letters.split())
    result = CliRunner().invoke(app, ["review", *words, "--db", db], input=text, env=environment)
    assert result.exit_code == 0, result.output
    return result.output


def test_questions_are_answered_letter_by_letter(db: str) -> None:
    shown = typed(db, "")
    assert "Zdanie ze strony ?lang=pl" in shown
    assert "0 answered, 1 left" in shown
    assert "Please type one of the letters" in typed(db, "x u q")
    assert len(lines(db, "organizations")) == 3
    assert "1 answered, 0 left" in typed(db, "s")
    assert len(lines(db, "organizations")) == 2
    assert "no open questions" in typed(db, "s")


def test_the_last_answer_is_taken_back(db: str) -> None:
    ids = {row["name"]: row["id"] for row in lines(db, "organizations")}
    (asked,) = lines(db, "review")
    number = str(asked["number"])
    run(db, "review", "--answer", number, "same")
    run(db, "review", "--undo", number)
    assert {row["name"]: row["id"] for row in lines(db, "organizations")} == ids
    assert [one["number"] for one in lines(db, "review")] == [asked["number"]]
    run(db, "review", "--undo", number, code=2)
    typed(db, "l")
    assert "1 were put off" in typed(db, "")
    typed(db, "d", "--later")
    assert lines(db, "review", "--later") == []


def test_merge_and_split(db: str) -> None:
    ids = {row["name"]: row["id"] for row in lines(db, "organizations")}
    run(db, "organizations", "merge", ids["Klaster Mewa"], ids["Seagull Bay"])
    assert len(lines(db, "organizations")) == 2
    run(db, "organizations", "merge", ids["Klaster Mewa"], ids["Seagull Bay"], code=2)
    run(db, "organizations", "split", ids["Klaster Mewa"], "Seagull Bay")
    assert {row["name"]: row["id"] for row in lines(db, "organizations")} == ids


@pytest.mark.parametrize(
    ("text", "day"),
    [("12m", "2023-02-28"), ("1y", "2023-02-28"), ("2w", "2024-02-15"), ("30d", "2024-01-30")],
)
def test_spans(text: str, day: str) -> None:
    assert span(text, date(2024, 2, 29)).isoformat() == day


def test_a_validity_in_words_is_months_only_where_it_is_clear() -> None:
    words = ["three years", "two years, stated as days", "two to three years", "open", None]
    assert [months_of(one) for one in words] == [36, 24, None, None, None]
