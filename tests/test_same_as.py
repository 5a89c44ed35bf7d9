"""Entries of other works that a page gives the organizations it names."""

from __future__ import annotations

import json
from typing import Any

from items import Organization
from parsers.page import read_page

Q = "https://www.wikidata.org/wiki/Q99887766"
TEXT = (
    "<h1>Baltic Seaweed Cluster</h1><p>The Baltic Seaweed Cluster joins forty growers, and was "
    "founded in 2011 by the Foundation Kelp Forever in order to sell what they grow.</p>"
)


def same_as(html: str) -> dict[str, list[str]]:
    made = read_page(f"<html lang='en'><body>{html}</body></html>".encode(), "https://x.example/")
    found = [item for item in made.items if isinstance(item, Organization) and item.same_as]
    return {item.name: item.same_as for item in found}


def script(thing: dict[str, Any]) -> str:
    return f"<script type='application/ld+json'>{json.dumps(thing)}</script>"


def test_structured_data_names_the_entry() -> None:
    thing = {
        "@type": "Organization",
        "name": "Baltic Seaweed Cluster",
        "sameAs": [Q, "https://facebook.example/seaweed"],
    }
    assert same_as(TEXT + script(thing)) == {"Baltic Seaweed Cluster": [Q]}


def test_what_only_structured_data_names_is_read_with_its_entry() -> None:
    thing = {"@graph": [{"@type": "NGO", "name": "Nordic Tidal Society", "sameAs": Q}]}
    assert same_as(script(thing)) == {"Nordic Tidal Society": [Q]}
    person = {"@type": "Person", "name": "Nordic Tidal Society", "sameAs": Q}
    assert same_as(script(person)) == {}


def test_a_link_counts_where_its_words_or_its_address_name_the_organization() -> None:
    eccp = "https://www.clustercollaboration.eu/content/baltic-seaweed-cluster"
    links = f"<p><a href='{eccp}'>our profile</a> <a href='{Q}'>Baltic Seaweed Cluster</a></p>"
    assert same_as(TEXT + links) == {"Baltic Seaweed Cluster": [eccp, Q]}


def test_any_other_link_is_about_anything() -> None:
    other = "https://www.clustercollaboration.eu/content/alpine-seaweed-cluster"
    fake = "https://www.wikidata.org.example/wiki/Q1"
    links = (
        f"<a href='{Q}'>here</a><a href='{other}'>x</a><a href='{fake}'>Baltic Seaweed Cluster</a>"
    )
    assert same_as(TEXT + links) == {}
