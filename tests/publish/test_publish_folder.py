"""The folder of publications: whole or not at all, and never what is not ours."""

from __future__ import annotations

import multiprocessing
import signal
from pathlib import Path

import pytest
from directories import article, fingerprint, published, read
from dying import publish_until
from typer.testing import CliRunner

from cli import app
from feeds.publishing import FolderForeign, NothingToPublish, PublishError, publish
from feeds.publishing.publication import Wishes
from feeds.publishing.shelf import open_shelf
from models import open_database

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["feeds.publishing"])


def child(small, folder: Path, point: str) -> int:
    """The exit code of a process that publishes and dies at a point."""
    process = _CONTEXT.Process(target=publish_until, args=(small.url.database, folder, point))
    process.start()
    process.join(120)
    return process.exitcode


def hidden(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


@pytest.mark.parametrize("point", ["reading", "writing", "rename", "replace"])
def test_kill_9_leaves_the_last_good_one(small, tmp_path, point):
    out = tmp_path / "out"
    good = published(small, out).folder
    before = fingerprint(good)
    read(small, "parkowo", {7: [article(7, "Nowe", "2026-03-04", "parkowo")]}, 2)
    assert child(small, out, point) == -signal.SIGKILL
    assert (out / "latest").resolve() == good.resolve()
    assert fingerprint(good) == before
    if point != "replace":  # by then the new one is whole, and only not yet the latest
        assert len(hidden(out)) == 2
    after = published(small, out).folder
    assert (out / "latest").resolve() == after.resolve() != good.resolve()
    assert hidden(out) == [".clusterfeed"]


def test_a_full_disk_leaves_the_last_good_one(small, tmp_path):
    out = tmp_path / "out"
    good = published(small, out).folder
    read(small, "parkowo", {7: [article(7, "Nowe", "2026-03-04", "parkowo", "x" * 90_000)]}, 2)
    assert child(small, out, "full") == 1
    assert (out / "latest").resolve() == good.resolve()
    assert hidden(out) == [".clusterfeed"]
    assert len(list(out.glob("2026*"))) == 1


def test_only_so_many_stay_and_strangers_do(small, tmp_path):
    out = tmp_path / "out"
    names = [published(small, out).folder.name]
    (out / "CNAME").write_text("data.example")
    (out / "2020-01-01T00-00-00Z").mkdir()
    (out / "2020-01-01T00-00-00Z" / "mine.txt").write_text("mine")
    (out / "index.html").write_text("<p>my own</p>")
    for day in (2, 3, 4):
        read(small, "parkowo", {day + 10: [article(day + 10, f"N {day}", None, "parkowo")]}, day)
        names.append(published(small, out).folder.name)
    there = sorted(path.name for path in out.iterdir() if path.is_dir() and not path.is_symlink())
    assert there == ["2020-01-01T00-00-00Z", *names[-2:]]
    assert (out / "CNAME").read_text() == "data.example"
    assert (out / "index.html").read_text() == "<p>my own</p>"


def test_a_folder_of_somebody_else_is_refused(small, tmp_path):
    out = tmp_path / "thesis"
    out.mkdir()
    (out / "chapter.txt").write_text("words")
    with pytest.raises(FolderForeign, match=r"chapter\.txt"):
        published(small, out)
    assert [path.name for path in out.iterdir()] == ["chapter.txt"]


def test_a_copied_latest_is_not_written_into(small, tmp_path):
    out = tmp_path / "out"
    published(small, out)
    (out / "latest").unlink()
    (out / "latest").mkdir()
    with pytest.raises(FolderForeign, match="latest"):
        published(small, out)


def test_one_at_a_time(small, tmp_path):
    with open_shelf(tmp_path / "out"), pytest.raises(PublishError, match="another process"):
        published(small, tmp_path / "out")


def test_nothing_to_publish(sqlite_template, tmp_path):
    engine = open_database(str(sqlite_template))
    with pytest.raises(NothingToPublish, match="clusterfeed crawl"):
        publish(engine, tmp_path / "out", Wishes())
    engine.dispose()
    assert hidden(tmp_path / "out") == [".clusterfeed"]


def test_the_command(small, tmp_path):
    def run(*words: str):
        return CliRunner().invoke(app, ["publish", *words, "--db", str(small.url.database)])

    out = tmp_path / "out"
    ended = run(str(out), "--publisher", "Agencja")
    assert ended.exit_code == 0, ended.output
    assert "6 articles" in ended.output
    assert "nothing is new" in run(str(out), "--publisher", "Agencja").output
    read(small, "parkowo", {}, 3, "degraded")
    ended = run(str(out), "--publisher", "Agencja")
    assert ended.exit_code == 0
    assert "parkowo: kept as it was published of 2026-03-02T08:00:00Z" in ended.stderr
    assert run(str(out), "--licence", "CC-BY").exit_code == 2
    assert run(str(tmp_path)).exit_code == 2
    file = tmp_path / "file"
    file.write_text("x")
    ended = run(str(file / "below"))
    assert ended.exit_code == 1
    assert "nothing was published" in ended.stderr
