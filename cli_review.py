"""The command by which people say whether two records are one organization."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from terminal import DEFAULT_DATABASE, AsJson, By, Database, fail, out

if TYPE_CHECKING:
    from registry.review import Asked

_VERDICTS = ("same", "different", "later")
_COMMANDS = (*_VERDICTS, "undo", "quit")
_PROMPT = "Are they one organization?  s = same, d = different, l = later, u = undo, q = quit: "


def review(
    listed: Annotated[bool, typer.Option("--list", help="Only show the questions.")] = False,
    answer: Annotated[
        tuple[int, str] | None,
        typer.Option(help="Answer one: its number, and same, different or later."),
    ] = None,
    undo: Annotated[int | None, typer.Option(help="Take the answer to this question back.")] = None,
    later: Annotated[bool, typer.Option(help="Also those that were put off.")] = False,
    by: By = "",
    as_json: AsJson = False,
    db: Database = DEFAULT_DATABASE,
) -> None:
    """Say whether two records are one organization. Answers hold against later crawls.

    Shows one question at a time and reads a letter for each; what is answered is kept at once,
    so that you may stop at any time.
    """
    from cli_registry import settled
    from feeds.register_tables import question_table
    from registry.review import questions

    with settled(db) as engine:
        if answer is not None:
            _answer(engine, *answer, by)
        elif undo is not None:
            _undo(engine, undo, by)
        elif as_json:
            for one in questions(engine, later=later):
                sys.stdout.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")
        elif listed:
            asked = questions(engine, later=later)
            for place, one in enumerate(asked, 1):
                out.print(question_table(one, place, len(asked)))
            if not asked:
                _nothing_open(engine, later)
        else:
            _ask_all(engine, later, by)


def _ask_all(engine: Any, later: bool, by: str) -> None:
    """One question after the other, until none is left or nobody answers any more."""
    from feeds.register_tables import question_table

    answered: list[int] = []
    while True:
        open_, following = _next(engine, later, answered)
        if following is None:
            break
        count = len(answered) + len(open_)
        out.print(question_table(following, len(answered) + 1, count))
        command = _read(len(answered))
        if command == "undo":
            _undo(engine, answered.pop(), by)
        elif command in _VERDICTS:
            _answer(engine, following.number, command, by)
            answered.append(following.number)
        else:
            break
    if not answered and following is None:
        _nothing_open(engine, later)
        return
    left = len(_next(engine, later, answered)[0])
    out.print(f"{len(answered)} answered, {left} left.", highlight=False)


def _next(engine: Any, later: bool, answered: list[int]) -> tuple[list[Asked], Asked | None]:
    """The questions that are not answered in this sitting. An answer may settle others, too."""
    from registry.review import questions

    left = [one for one in questions(engine, later=later) if one.number not in answered]
    return left, left[0] if left else None


def _read(answered: int) -> str:
    """What a person types, as one of the commands; the end of the input is quit."""
    while True:
        out.print(_PROMPT, end="", highlight=False, markup=False, soft_wrap=True)
        line = sys.stdin.readline()
        if not line:
            out.print()
            return "quit"
        typed = line.strip().casefold()
        meant = [word for word in _COMMANDS if typed and word.startswith(typed)]
        if meant == ["undo"] and not answered:
            out.print("Nothing was answered yet in this sitting.")
        elif meant:
            return meant[0]
        else:
            out.print("Please type one of the letters s, d, l, u or q, and then Enter.")


def _nothing_open(engine: Any, later: bool) -> None:
    from registry.review import questions

    put_off = 0 if later else len(questions(engine, later=True))
    more = f" {put_off} were put off: `clusterfeed review --later`." if put_off else ""
    out.print(f"There are no open questions.{more}", highlight=False)


def _answer(engine: Any, number: int, verdict: str, by: str) -> None:
    from registry.review import ReviewError
    from registry.review import answer as take

    if verdict not in _VERDICTS:
        fail(f"{verdict!r} is no answer; say same, different or later", 2)
    try:
        take(engine, number, verdict, by=by)  # type: ignore[arg-type]
    except ReviewError as error:
        fail(str(error), 2)
    out.print(f"question {number}: {verdict}", highlight=False)


def _undo(engine: Any, number: int, by: str) -> None:
    from registry.review import ReviewError
    from registry.review import undo as take_back

    try:
        take_back(engine, number, by=by)
    except ReviewError as error:
        fail(str(error), 2)
    out.print(f"question {number} is open again", highlight=False)
