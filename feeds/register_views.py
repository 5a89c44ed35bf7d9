"""Organizations, certificates and relations in the words of the interface."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from registry.holders import Held
from registry.views import Profile, Relationship


def organization_view(row: Any) -> dict[str, Any]:
    """One organization of a list; row of `models.registry.RegisteredOrganization`."""
    return {
        "id": row.id,
        "name": row.name,
        "names": row.names,
        "kind": row.kind,
        "country": row.country,
        "website": row.website,
        "first_seen": row.first_seen,
        "last_activity": row.last_activity,
        "last_activity_url": row.last_activity_url,
    }


def profile_view(found: Profile, held: Iterable[Held]) -> dict[str, Any]:
    """One organization in full. held: all terms of its labels."""
    return {
        **organization_view(found.organization),
        "former_ids": found.former_ids,
        "same_as": [
            {
                "scheme": one.scheme,
                "id": one.value,
                "url": one.address,
                "evidence": {"words": one.said[0], "url": one.said[1]},
            }
            for one in found.outside
        ],
        "aliases": [
            {"name": alias.name, "kind": alias.kind, "language": alias.language}
            for alias in found.aliases
        ],
        "certificates": [certificate_view(one) for one in held],
        "relations": [_seen_from(tie) for tie in found.ties],
        "activity": [asdict(sign) for sign in found.signs],
        "activity_by_month": found.months,
        "evidence": [
            {"claim": claim, "words": words, "url": url}
            for claim, (words, url) in found.named.items()
        ],
    }


def certificate_view(held: Held) -> dict[str, Any]:
    """One term of a label on a day.

    rules: by field, why its value was chosen; disputes: by field, the values that are claimed,
    each with its claims. expected_from and expected_until are derived, never stated.
    """
    return {
        "id": f"{held.organization}/{held.scheme}/{held.term}",
        "holder": {"id": held.organization, "name": held.name},
        "scheme": held.scheme,
        "level": held.level,
        "round": held.round,
        "state": held.state,
        "valid_from": held.valid_from,
        "valid_until": held.valid_until,
        "expected_from": held.expected_from,
        "expected_until": held.expected_until,
        "coordinator": {"id": held.coordinator, "name": held.coordinator_name}
        if held.coordinator
        else None,
        "renews": held.renews,
        "list_incomplete": held.incomplete,
        "rules": held.rules,
        "disputes": held.disputes,
        "evidence": [
            {"claim": ground.claim, "words": ground.words, "url": ground.url, "day": ground.day}
            for ground in held.evidence
        ],
    }


def relation_view(row: Any) -> dict[str, Any]:
    """One relation; row of `registry.queries.relations`."""
    return {
        "id": f"{row.subject}/{row.relation}/{row.object}",
        "subject": {"id": row.subject, "name": row.subject_name},
        "relation": row.relation,
        "object": {"id": row.object, "name": row.object_name},
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "state": row.state,
        "rule": row.rule,
        "claims": row.claims,
    }


def _seen_from(tie: Relationship) -> dict[str, Any]:
    return {
        "relation": tie.relation,
        "outward": tie.outward,
        "other": {"id": tie.other, "name": tie.other_name},
        "state": tie.state,
        "valid_from": tie.valid_from,
        "valid_until": tie.valid_until,
        "rule": tie.rule,
        "evidence": [{"words": words, "url": url} for words, url in tie.said],
    }
