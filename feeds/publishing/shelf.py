"""The folder of publications: a new one appears whole or not at all, and the good ones stay.

DIR/2026-11-22T06-40-12Z/   a publication, named by the moment of its data; never altered
DIR/latest                  a link to the newest one, exchanged in one step
DIR/index.html              a list of them
DIR/.clusterfeed            says that the folder is ours; held while one is being written
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from feeds.publishing.errors import FolderForeign, PublishError
from feeds.publishing.front_page import MARK, list_page

LATEST = "latest"
MARKER = ".clusterfeed"
DESCRIPTOR = "datapackage.json"

_NEW, _OLD, _LINK = ".new-", ".old-", ".link-"
_NAME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)(?:-(\d+))?")


class Shelf:
    """An open folder of publications; nobody else writes to it meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def newest(self) -> Path | None:
        """The publication that is shown as the latest; None where there is none."""
        target = (self.folder / LATEST).resolve()
        if _is_publication(target) and target.parent == self.folder.resolve():
            return self.folder / target.name
        known = self._publications()
        return self.folder / known[0] if known else None

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """A hidden folder to write a publication into; what is not placed is thrown away."""
        draft = Path(tempfile.mkdtemp(prefix=_NEW, dir=self.folder))
        try:
            yield draft
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def place(self, draft: Path, moment: datetime, keep: int) -> tuple[Path, bool]:
        """Put a draft in its place; returns where that is, and whether it is new.

        It is named by the moment of its data. The same content is not placed twice; another
        content of the same moment gets a number behind its name. keep: so many publications
        stay, the latest among them.
        """
        draft.chmod(0o755)
        _sync(draft)
        name = moment.strftime("%Y-%m-%dT%H-%M-%SZ")
        place, number, fresh = self.folder / name, 1, True
        while place.exists():
            if _is_same(draft, place):
                fresh = False
                break
            number += 1
            place = self.folder / f"{name}-{number}"
        if fresh:
            os.rename(draft, place)
            _sync_folder(self.folder)
        self._point_to(place.name)
        self._forget(place.name, keep)
        self._list()
        _sync_folder(self.folder)
        return place, fresh

    def clean(self) -> None:
        """Throw away what an interrupted run left behind."""
        for path in self.folder.iterdir():
            if path.name.startswith((_NEW, _OLD)) and path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name.startswith(_LINK):
                path.unlink(missing_ok=True)

    def _publications(self) -> list[str]:
        """The names of the publications, the newest first."""
        names = (path.name for path in self.folder.iterdir() if _is_publication(path))
        return sorted(names, key=_order, reverse=True)

    def _point_to(self, name: str) -> None:
        link = self.folder / LATEST
        if link.is_symlink() and os.readlink(link) == name:
            return
        fresh = self.folder / f"{_LINK}{os.getpid()}"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(name, target_is_directory=True)
        os.replace(fresh, link)

    def _forget(self, latest: str, keep: int) -> None:
        others = [name for name in self._publications() if name != latest]
        for name in others[keep - 1 :]:
            # Out of sight in one step, so that nobody sees half of it.
            hidden = Path(tempfile.mkdtemp(prefix=_OLD, dir=self.folder))
            os.rename(self.folder / name, hidden / name)
            shutil.rmtree(hidden, ignore_errors=True)

    def _list(self) -> None:
        page = self.folder / "index.html"
        if page.exists() and MARK.encode() not in page.read_bytes():
            return  # somebody's own
        fresh = self.folder / f"{_LINK}index"
        fresh.write_bytes(list_page(self._publications()))
        _sync_file(fresh)
        os.replace(fresh, page)


@contextmanager
def open_shelf(folder: Path) -> Iterator[Shelf]:
    """The folder of publications, made where there is none, and held until the end.

    Raises FolderForeign where it holds what is not ours, PublishError where another process
    publishes to it now, OSError where it cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    marker = folder / MARKER
    if not marker.exists():
        _refuse_foreign(folder)
    if (folder / LATEST).exists() and not (folder / LATEST).is_symlink():
        raise FolderForeign(f"{folder / LATEST} is no link of ours; move it away")
    with marker.open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PublishError(f"another process publishes to {folder} now; try later") from None
        shelf = Shelf(folder)
        shelf.clean()
        yield shelf


def _refuse_foreign(folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir())
    if names:
        told = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
        raise FolderForeign(
            f"{folder} holds files that are not ours ({told}); name a new or an empty folder"
        )


def _is_publication(path: Path) -> bool:
    if not _NAME.fullmatch(path.name) or path.is_symlink():
        return False
    return (path / DESCRIPTOR).is_file()


def _order(name: str) -> tuple[str, int]:
    found = _NAME.fullmatch(name)
    assert found
    return found[1], int(found[2] or 1)


def _is_same(draft: Path, place: Path) -> bool:
    """Whether two publications are alike: their descriptor has the hash of every file."""
    try:
        return (draft / DESCRIPTOR).read_bytes() == (place / DESCRIPTOR).read_bytes()
    except OSError:
        return False


def _sync(folder: Path) -> None:
    """Have all of a folder on the disk."""
    for path in folder.rglob("*"):
        if path.is_dir():
            _sync_folder(path)
        else:
            _sync_file(path)
    _sync_folder(folder)


def _sync_file(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
