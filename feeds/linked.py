"""Items as schema.org linked data: the same mappings as everywhere, in words that any reader of
JSON-LD knows.

Only what is known is said, and only in properties that schema.org has for the type. Each node
cites the pages that it was read from, with their words: by `citation` where schema.org lets it
(articles, certifications), else by the `citation` of its record in `subjectOf`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from timezones import zone_named

MEDIA_TYPE = "application/ld+json"
CONTEXT = "https://schema.org"

_ORGANIZATIONS = {"university": "CollegeOrUniversity", "public body": "GovernmentOrganization"}
_OTHER_NAMES = ("name", "translated", "acronym", "former")
_ROLES = {
    ("member_of", True): ("memberOf", "member"),
    ("member_of", False): ("member", "member"),
    ("coordinator_of", True): ("memberOf", "coordinator"),
    ("coordinator_of", False): ("member", "coordinator"),
    ("former_coordinator_of", True): ("memberOf", "former coordinator"),
    ("former_coordinator_of", False): ("member", "former coordinator"),
}
_STANDING = {
    "valid": "CertificationActive",
    "open": "CertificationActive",
    "expired": "CertificationInactive",
    "superseded": "CertificationInactive",
}

Node = dict[str, Any]


def address_of(base: str, item_id: str) -> str:
    """Where an item's linked data is. base: of the server, with a closing slash."""
    return f"{base}id/{quote(item_id, safe='/')}"


def linked_entry(view: Mapping[str, Any], base: str) -> Node:
    """An article or event, from `feeds.views.entry_view`."""
    node = _article(view, base) if view["type"] == "NewsArticle" else _event(view, base)
    return {"@context": CONTEXT, **_told(node)}


def linked_certificate(
    view: Mapping[str, Any],
    base: str,
    names: Mapping[str, str],
    issuers: Iterable[str],
) -> Node:
    """A term of a label, from `feeds.register_views.certificate_view`. names: of its scheme by
    language; issuers: as its claims name them."""
    return {"@context": CONTEXT, **_told(_certificate(view, base, names, issuers))}


def linked_organization(
    view: Mapping[str, Any],
    base: str,
    schemes: Mapping[str, Mapping[str, str]],
) -> Node:
    """An organization, from `feeds.register_views.profile_view`. schemes: names of label schemes
    by language, by id."""
    names = {(text, code) for code, text in view["names"].items()}
    names |= {(a["name"], a["language"]) for a in view["aliases"] if a["kind"] in _OTHER_NAMES}
    others = sorted({(text, code) for text, code in names if text != view["name"]})
    website = _web(view["website"])
    roles: dict[str, list[Node]] = {"member": [], "memberOf": []}
    for tie in view["relations"]:
        if (tie["relation"], tie["outward"]) in _ROLES and _is_sure(tie):
            side, _ = _ROLES[tie["relation"], tie["outward"]]
            roles[side].append(_role(tie, base))
    node = {
        "@type": _ORGANIZATIONS.get(view["kind"], "Organization"),
        "@id": address_of(base, view["id"]),
        "name": view["name"],
        "alternateName": [_text(*one) for one in others],
        "url": website,
        "sameAs": [*([website] if website else []), *(one["url"] for one in view["same_as"])],
        "address": view["country"]
        and {"@type": "PostalAddress", "addressCountry": view["country"]},
        "keywords": view["kind"],
        "hasCertification": [
            _told({**_certificate(one, base, schemes.get(one["scheme"], {}), ()), "about": None})
            for one in view["certificates"]
        ],
        **roles,
        "subjectOf": _record(
            f"{base}api/organizations/{view['id']}", None, _pages(_quoted(view["evidence"]))
        ),
    }
    return {"@context": CONTEXT, **_told(node)}


def gone(item_id: str, kind: str, base: str) -> Node:
    """What is left to say of an item that nobody states any more. kind: its schema.org type."""
    return {"@context": CONTEXT, "@type": kind, "@id": address_of(base, item_id)}


def _article(view: Mapping[str, Any], base: str) -> Node:
    return {
        "@type": "NewsArticle",
        "@id": address_of(base, view["id"]),
        "url": view["url"],
        "headline": view["headline"],
        "abstract": view["summary"],
        "articleBody": view["body"],
        "inLanguage": _language(view["language"]),
        # Whether a person or an organization wrote it is not known: this is how it is credited.
        "creditText": view["author"],
        "image": _web(view["image"]),
        "datePublished": _day(view["date_published"]),
        "dateModified": _day(view["date_modified"]),
        "publisher": _organization(view["organization"], base),
        "citation": _said(view["evidence"]),
    }


def _event(view: Mapping[str, Any], base: str) -> Node:
    address = _told({"addressLocality": view["city"], "addressCountry": view["country"]})
    place = _told(
        {"name": view["place"], "address": address and {"@type": "PostalAddress", **address}}
    )
    cancelled = view["status"] == "cancelled"
    return {
        "@type": "Event",
        "@id": address_of(base, view["id"]),
        "url": view["url"],
        "name": view["name"],
        "keywords": view["kind"],
        "inLanguage": _language(view["language"]),
        "startDate": _moment(view["start"], view["timezone"]),
        "endDate": _moment(view["end"], view["timezone"]),
        "eventStatus": f"{CONTEXT}/{'EventCancelled' if cancelled else 'EventScheduled'}",
        "location": place and {"@type": "Place", **place},
        "organizer": view["organizer"] and {"@type": "Organization", "name": view["organizer"]},
        "subjectOf": _record(
            f"{base}api/events/{view['id']}", view["updated_at"], _said(view["evidence"])
        ),
    }


def _certificate(
    view: Mapping[str, Any], base: str, names: Mapping[str, str], issuers: Iterable[str]
) -> Node:
    term = view["round"] or view["level"]
    standing = _STANDING.get(view["state"])
    return {
        "@type": "Certification",
        "@id": address_of(base, view["id"]),
        "identifier": view["id"],
        "name": [_text(name, code) for code, name in sorted(names.items())] or view["scheme"],
        "alternateName": term,
        "certificationRating": view["level"] and {"@type": "Rating", "ratingValue": view["level"]},
        "certificationStatus": standing and f"{CONTEXT}/{standing}",
        "about": _organization(view["holder"], base),
        "issuedBy": [{"@type": "Organization", "name": name} for name in issuers],
        "validFrom": _day(view["valid_from"]),
        "expires": _day(view["valid_until"]),
        "citation": _pages(_quoted(view["evidence"])),
    }


def _role(tie: Mapping[str, Any], base: str) -> Node:
    """A relation as schema.org has those with days and names of their own."""
    side, role = _ROLES[tie["relation"], tie["outward"]]
    return _told(
        {
            "@type": "OrganizationRole",
            side: _organization(tie["other"], base),
            "roleName": role,
            "startDate": _day(tie["valid_from"]),
            "endDate": _day(tie["valid_until"]),
            "subjectOf": _pages(_quoted(tie["evidence"])),
        }
    )


def _is_sure(tie: Mapping[str, Any]) -> bool:
    """Whether it holds now, or says itself that it is over."""
    over = tie["relation"].startswith("former_") or (tie["state"] == "ended" and tie["valid_until"])
    return tie["state"] == "current" or bool(over)


def _organization(named: Mapping[str, str] | None, base: str) -> Node | None:
    if named is None:
        return None
    address = address_of(base, named["id"])
    return {"@type": "Organization", "@id": address, "name": named["name"]}


def _record(address: str, modified: str | None, pages: list[Node]) -> Node:
    return _told(
        {"@type": "CreativeWork", "url": address, "dateModified": modified, "citation": pages}
    )


def _quoted(evidence: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    return ((one["words"], one["url"]) for one in evidence)


def _said(evidence: Mapping[str, Any]) -> list[Node]:
    return _pages([(evidence["words"], evidence["url"])], evidence["fetched_at"])


def _pages(said: Iterable[tuple[str, str]], seen: str | None = None) -> list[Node]:
    """The pages, each with its words. seen: when they were read there."""
    words: dict[str, list[str]] = {}
    for text, url in said:
        known = words.setdefault(url, [])
        if text and text not in known:
            known.append(text)
    return [
        _told(
            {
                "@type": "WebPage",
                "url": url,
                "hasPart": [
                    _told({"@type": "Quotation", "text": text, "sdDatePublished": seen})
                    for text in texts
                ],
            }
        )
        for url, texts in words.items()
    ]


def _told(node: Node) -> Node:
    """Without what is not known; a list of one is that one."""
    return {
        name: value[0] if isinstance(value, list) and len(value) == 1 else value
        for name, value in node.items()
        if value not in (None, "", [], {})
    }


def _text(text: str, language: str) -> Node | str:
    return text if language == "und" else {"@value": text, "@language": language}


def _language(code: str) -> str | None:
    return None if code == "und" else code


def _web(address: str | None) -> str | None:
    return address if address and address.startswith(("http://", "https://")) else None


def _day(value: str | None) -> str | None:
    """A day or a moment; schema.org has no months."""
    return value if value and len(value) >= 10 else None


def _moment(value: str | None, zone: str | None) -> str | None:
    """A day, or a time with its distance from UTC where the zone is known.

    >>> _moment("2026-05-01T10:00", "Europe/Warsaw"), _moment("2026-05", None)
    ('2026-05-01T10:00:00+02:00', None)
    """
    if not value or len(value) <= 10:
        return _day(value)
    try:
        local = datetime.fromisoformat(value)
        return local.replace(tzinfo=local.tzinfo or zone_named(zone)).isoformat()
    except ValueError:
        return value
