"""The commands about the catalogue."""

import pytest
from shell import Shell

from catalogue import load_sources


@pytest.fixture
def shell(tmp_path):
    return Shell(tmp_path)


def test_the_shipped_sources_fit_a_narrow_terminal_with_their_names_whole(shell):
    said = shell.run("sources", CLUSTERFEED_SOURCES="", COLUMNS="80")
    assert said.returncode == 0
    assert max(len(line.rstrip()) for line in said.stdout.splitlines()) <= 80
    words = said.stdout.split()
    assert all(name in words for name in load_sources()[0])
    assert "Germany (DE)" in said.stdout


def test_sources_are_chosen_by_country_and_tag(shell):
    shell.source("alpine", "https://alpine.example/", "country: AT\ntags: [cluster]\n")
    shell.source("fjord", "https://fjord.example/", "country: NO\ntags: [park]\n")
    by_country = shell.run("sources", "--country", "no").stdout
    assert "fjord" in by_country
    assert "alpine" not in by_country
    by_tag = shell.run("sources", "--tag", "cluster").stdout
    assert "alpine" in by_tag
    assert "fjord" not in by_tag
    nothing = shell.run("sources", "--tag", "university")
    assert nothing.returncode == 2
    assert "cluster, park" in nothing.stderr


def test_all_leaves_out_what_was_never_verified(shell):
    shell.source("alpine", "https://alpine.example/", "verified: never\n")
    said = shell.run("crawl", "--all", CLUSTERFEED_CONTACT="a@b.example")
    assert said.returncode == 2
    assert "no source is enabled" in said.stderr
    assert not shell.database.exists()
