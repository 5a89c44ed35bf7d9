"""Organizations, certificates and relations over HTTP."""

from __future__ import annotations

import pytest
from served import Service
from sqlalchemy import update
from worlds import SOURCE, address, at, crawl, visit

from items import Certification, Item, Relation
from models.database import writing
from models.registry import Tie
from registry import settle
from registry.entries import settle_entries

SCHEME = "pl-krajowy-klaster-kluczowy"


@pytest.fixture
def service(service: Service) -> Service:
    """With two labels, one of them over, and their coordinators."""
    common = {"source": SOURCE, "language": "pl", "evidence": "Lista posiadaczy statusu"}
    labels: list[Item] = [
        Certification(
            scheme=SCHEME,
            holder=holder,
            coordinator=coordinator,
            valid_from=f"{year - 3}-01-01",
            valid_until=f"{year}-12-31",
            url=address(9),
            **common,  # type: ignore[arg-type]
        )
        for holder, coordinator, year in (
            ("Mazowiecki Klaster Chemiczny", "Fundacja Chemia", 2025),
            ("Wschodni Klaster Wodorowy", "Stowarzyszenie Wodór", 2030),
        )
    ]
    member = Relation(
        subject="Firma Gama sp. z o.o.",
        relation="member_of",
        object="Wschodni Klaster Wodorowy",
        url=address(9),
        **common,  # type: ignore[arg-type]
    )
    crawl(service.engine, [visit(9, 1, items=[*labels, member])], 1)
    settle(service.engine, now=at(1))
    settle_entries(service.engine)
    return service


def names(service: Service, path: str) -> list[str]:
    return [one.get("name") or one["holder"]["name"] for one in service.get(path).json["items"]]


def test_organizations_are_found_by_any_form_of_their_name(service: Service) -> None:
    everyone = names(service, "/api/organizations")
    assert {"Mazowiecki Klaster Chemiczny", "Klaster Parkowy"} <= set(everyone)
    assert everyone == sorted(everyone)
    found = names(service, "/api/organizations?q=Mazowieckiemu+Klastrowi+Chemicznemu")
    assert found == ["Mazowiecki Klaster Chemiczny"]
    assert names(service, "/api/organizations?country=DE") == []
    held = f"/api/organizations?scheme={SCHEME}&as_of=2028-01-01"
    assert names(service, held) == ["Wschodni Klaster Wodorowy"]


def test_certificates_are_those_of_the_day(service: Service) -> None:
    path = f"/api/certificates?scheme={SCHEME}"
    assert names(service, f"{path}&as_of=2024-06-01") == ["Mazowiecki Klaster Chemiczny"]
    assert names(service, f"{path}&as_of=2028-06-01") == ["Wschodni Klaster Wodorowy"]
    assert names(service, f"{path}&as_of=2035-01-01") == []
    (one,) = service.get(f"{path}&as_of=2024-06-01").json["items"]
    assert one["coordinator"]["name"] == "Fundacja Chemia"
    assert one["state"] == "valid"
    assert one["evidence"][0]["words"] == "Lista posiadaczy statusu"


def test_an_organization_in_full(service: Service) -> None:
    (found,) = service.get("/api/organizations?q=Wschodni+Klaster+Wodorowy").json["items"]
    told = service.get(f"/api/organizations/{found['id']}").json
    assert told["name"] == "Wschodni Klaster Wodorowy"
    assert told["evidence"][0]["words"] == "Lista posiadaczy statusu"
    claim = service.get(f"/api/claims/{told['evidence'][0]['claim']}").json
    assert claim["evidence"] == "Lista posiadaczy statusu"
    (held,) = told["certificates"]
    assert held["valid_until"] == "2030-12-31"
    ties = {(tie["relation"], tie["outward"], tie["other"]["name"]) for tie in told["relations"]}
    assert ("member_of", False, "Firma Gama sp. z o.o.") in ties
    (owner,) = service.get("/api/organizations?q=Klaster+Parkowy").json["items"]
    alive = service.get(f"/api/organizations/{owner['id']}").json
    assert alive["activity_by_month"]["2026-02"] == 2
    assert service.get("/api/organizations/o-nobody").status == 404


def test_relations_by_side_and_kind(service: Service) -> None:
    (found,) = service.get("/api/organizations?q=Wschodni+Klaster+Wodorowy").json["items"]
    path = f"/api/relations?organization={found['id']}"
    relations = {one["relation"] for one in service.get(path).json["items"]}
    assert relations == {"coordinator_of", "member_of"}
    (one,) = service.get(f"{path}&relation=member_of&state=current").json["items"]
    assert one["subject"]["name"] == "Firma Gama sp. z o.o."
    assert service.get(f"/api/claims/{one['claims'][0]}").json["type"] == "Relation"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("as_of=2029-06-01", 1),
        ("as_of=2027-12-31", 1),
        ("as_of=2027-12-30", 0),
    ],
)
def test_relations_on_a_day(service: Service, query: str, count: int) -> None:
    with writing(service.engine) as connection:
        connection.execute(
            update(Tie)
            .where(Tie.relation == "member_of")
            .values(valid_from="2027-12-31", valid_until="2029-06")
        )
    path = "/api/relations?relation=member_of"
    assert len(service.get(f"{path}&{query}").json["items"]) == count
    assert len(service.get(f"{path}&as_of=2029-07-01").json["items"]) == 0
    assert len(service.get(f"{path}&country=XX").json["items"]) == 0


def test_organizations_by_language(service: Service) -> None:
    everyone = service.get("/api/organizations?limit=200").json["items"]
    polish = service.get("/api/organizations?limit=200&language=pl").json["items"]
    assert {one["id"] for one in polish} == {one["id"] for one in everyone if "pl" in one["names"]}
    assert polish
    assert service.get("/api/organizations?language=%25").json["items"] == []


def test_changes_of_the_register(service: Service) -> None:
    told = service.get("/api/register/changes").json
    gained = {c["organization"]["name"] for c in told["items"] if c["kind"] == "status gained"}
    assert "Wschodni Klaster Wodorowy" in gained
    assert service.get(f"/api/register/changes?after={told['cursor']}").json["items"] == []


def test_lists_of_the_register_are_paged(service: Service) -> None:
    for path in ("/api/organizations", "/api/certificates?everything=true", "/api/relations"):
        sign = "&" if "?" in path else "?"
        whole = [one["id"] for one in service.get(path).json["items"]]
        seen = []
        following = f"{path}{sign}limit=1"
        while following:
            answer = service.get(following).json
            seen += [one["id"] for one in answer["items"]]
            following = answer["next"]
        assert seen == whole
        assert len(whole) > 1
