"""Scrapyd runs a project out of a zipped egg, where languages/*.yaml and the like are no files."""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile
from zipimport import zipimporter


def unpack() -> None:
    """If this module came out of an egg: unpack that, and let the rest be imported from there.

    The copy lasts as long as the process. Anywhere else nothing happens.
    """
    loader = __spec__.loader
    if not isinstance(loader, zipimporter):
        return
    folder = Path(tempfile.mkdtemp(prefix="clusterfeed-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with ZipFile(loader.archive) as egg:
        egg.extractall(folder)
    (folder / "EGG-INFO").rename(folder / "clusterfeed.egg-info")
    sys.path.insert(0, str(folder))
