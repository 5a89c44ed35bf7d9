"""What we use of schema.org: types with the properties that each may have, its parents' among
them, and what a property may hold. Written from its published definitions."""

from __future__ import annotations

from typing import Any

_THING = ["name", "alternateName", "url", "sameAs", "identifier", "image", "subjectOf"]
_WORK = [
    *_THING,
    *("abstract", "about", "citation", "creditText", "dateModified", "datePublished", "expires"),
    *("hasPart", "inLanguage", "keywords", "publisher", "sdDatePublished", "text"),
]
_ORGANIZATION = [
    *_THING,
    *("address", "hasCertification", "keywords", "member", "memberOf"),
]

PROPERTIES: dict[str, set[str]] = {
    "NewsArticle": {*_WORK, "headline", "articleBody"},
    "WebPage": set(_WORK),
    "CreativeWork": set(_WORK),
    "Quotation": set(_WORK),
    "Certification": {
        *_WORK,
        *("certificationRating", "certificationStatus", "issuedBy", "validFrom"),
    },
    "Event": {
        *_THING,
        *("startDate", "endDate", "eventStatus", "location", "organizer", "inLanguage"),
        "keywords",
    },
    "Place": {*_THING, "address"},
    "PostalAddress": {*_THING, "addressLocality", "addressCountry"},
    "Rating": {*_THING, "ratingValue"},
    "Organization": set(_ORGANIZATION),
    "CollegeOrUniversity": set(_ORGANIZATION),
    "GovernmentOrganization": set(_ORGANIZATION),
    "OrganizationRole": {*_THING, "roleName", "startDate", "endDate", "member", "memberOf"},
}

_ORGANIZATIONS = {"Organization", "CollegeOrUniversity", "GovernmentOrganization"}
_ROLE = {*_ORGANIZATIONS, "OrganizationRole"}
HOLDS: dict[str, set[str]] = {
    "about": _ORGANIZATIONS,
    "address": {"PostalAddress"},
    "certificationRating": {"Rating"},
    "citation": {"WebPage"},
    "hasCertification": {"Certification"},
    "hasPart": {"Quotation"},
    "issuedBy": _ORGANIZATIONS,
    "location": {"Place"},
    "member": _ROLE,
    "memberOf": _ROLE,
    "organizer": _ORGANIZATIONS,
    "publisher": _ORGANIZATIONS,
    "subjectOf": {"CreativeWork", "WebPage"},
}
"""Properties that hold things; all others hold text, days or addresses."""

STATED = {
    "eventStatus": {"EventScheduled", "EventCancelled"},
    "certificationStatus": {"CertificationActive", "CertificationInactive"},
}


def check(node: dict[str, Any]) -> None:
    """Assert that a node says only what schema.org has words for."""
    node = {name: value for name, value in node.items() if name not in ("@context", "@id")}
    kind = node.pop("@type")
    unknown = set(node) - PROPERTIES[kind]
    assert not unknown, f"{kind} has no {unknown}"
    for name, value in node.items():
        for one in value if isinstance(value, list) else [value]:
            if name in HOLDS:
                assert one["@type"] in HOLDS[name], f"{kind}.{name} holds {one['@type']}"
                check(one)
            elif isinstance(one, dict):
                assert set(one) == {"@value", "@language"}, f"{kind}.{name} is {one}"
            else:
                assert isinstance(one, str), f"{kind}.{name} is {one!r}"
                assert one, f"{kind}.{name} is empty"
            if name in STATED:
                assert one.removeprefix("https://schema.org/") in STATED[name]
