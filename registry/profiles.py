"""What an organization is called, what it is, where, and when it last showed life."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from sqlalchemy import Connection, Select, func, select

from models.claims import Article, Event, Relation
from models.registry import Alias, Certificate, Link, RegisteredOrganization, SourceOwner
from registry.canonical import Named, canonical, most
from registry.journal import Journal
from registry.rows import select_in, update_rows
from registry.statements import as_day

QUIET = 365
"""After so long without a sign of life a new one is told, in days."""


def describe(connection: Connection, wanted: set[str], new: set[str], journal: Journal) -> None:
    """Names, kind, country, website, first day and last activity, and the kinds of aliases."""
    before = {
        row.id: row
        for row in select_in(
            connection,
            select(RegisteredOrganization.__table__),
            RegisteredOrganization.id,
            wanted,
        )
    }
    aliases: dict[str, list[Any]] = defaultdict(list)
    query = select(Alias.__table__).where(Alias.mentions > 0)
    for row in select_in(connection, query, Alias.organization, wanted):
        aliases[row.organization].append(row)
    traits = _traits(connection, wanted)
    activity = _activity(connection, wanted)
    countries = _label_countries(connection, wanted)
    changed, kinds = [], []
    for organization in sorted(wanted & set(aliases)):
        old, trait = before[organization], traits[organization]
        country = trait.country or most(countries[organization])
        names = [
            Named(
                key=row.key,
                name=row.name,
                acronym=row.acronym,
                language=row.language,
                mentions=row.mentions,
                sources=row.sources,
                former=row.key in trait.former,
                own=row.key in trait.own,
            )
            for row in aliases[organization]
        ]
        chosen = canonical(names, country, trait.language)
        day, url = activity.get(organization, (None, None))
        fresh: dict[str, Any] = {
            "id": organization,
            "name": chosen.name,
            "names": chosen.names,
            "kind": most(trait.own_kinds or trait.kinds),
            "country": country,
            "website": most(trait.own_websites or trait.websites),
            "first_seen": min(row.first_day for row in aliases[organization]),
            "last_activity": day,
            "last_activity_url": url,
            "withdrawn": False,
        }
        if any(getattr(old, name) != value for name, value in fresh.items()):
            changed.append(fresh)
            main = {"main": chosen.main}
            _tell_description(journal, old, fresh | main, organization in new, trait)
        kinds += [
            {"key": key, "kind": kind}
            for key, kind in sorted(chosen.kinds.items())
            if kind != next(row.kind for row in aliases[organization] if row.key == key)
        ]
    update_rows(connection, "registered_organization", "id", changed)
    update_rows(connection, "alias", "key", kinds)


def _tell_description(
    journal: Journal, old: Any, row: dict[str, Any], new: bool, trait: _Traits
) -> None:
    organization, name, website = row["id"], row["name"], row["website"]
    if new:
        claims = trait.first_claims(row["main"])
        journal.tell("added", organization, None, name, claims=claims, day=row["first_seen"])
        return
    if old.withdrawn:
        journal.tell("added", organization, None, name, claims=trait.first_claims(row["main"]))
    if old.name != name:
        claims = sorted(trait.renamings) or trait.first_claims(row["main"])
        journal.tell("renamed", organization, old.name, name, claims=claims)
    if old.website and website and old.website != website:
        claims = sorted(trait.website_claims[website])
        journal.tell("website moved", organization, old.website, website, claims=claims)
    last, now = old.last_activity, row["last_activity"]
    if last and now and now > last and _days(last, now) > QUIET:
        journal.tell(
            "activity resumed", organization, last, now, url=row["last_activity_url"], day=now
        )


def _days(earlier: str, later: str) -> int:
    first, last = as_day(earlier, end=True), as_day(later, end=False)
    return (last - first).days if first and last else 0


class _Traits:
    """What claims say of one organization beside its names."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self.own_kinds: Counter[str] = Counter()
        self.websites: Counter[str] = Counter()
        self.own_websites: Counter[str] = Counter()
        self.former: set[str] = set()
        self.own: set[str] = set()
        self.claims: dict[str, tuple[str, str]] = {}
        self.website_claims: dict[str, set[str]] = defaultdict(set)
        self.renamings: set[str] = set()
        self.country: str | None = None
        self.language: str | None = None

    def first_claims(self, alias: str) -> list[str]:
        """The claim that gave a name first, or none but the source's own file does."""
        return [self.claims[alias][1]] if alias in self.claims else []


def _traits(connection: Connection, wanted: set[str]) -> dict[str, _Traits]:
    found: dict[str, _Traits] = defaultdict(_Traits)
    query = (
        select(
            Alias.organization,
            Link.alias,
            Link.role,
            Link.source,
            Link.kind,
            Link.website,
            Link.claim_id,
            Link.first_day,
            Relation.relation,
            SourceOwner.country,
            SourceOwner.language,
        )
        .join(Alias, Alias.key == Link.alias)
        .outerjoin(Relation, (Relation.id == Link.claim_id) & (Link.role == "subject"))
        .outerjoin(SourceOwner, (SourceOwner.source == Link.source) & (Link.role == "owner"))
        .where(Link.role.not_in(("publisher", "organizer")))
        .order_by(Link.source, Link.claim_id, Link.alias)
    )
    for row in select_in(connection, query, Alias.organization, wanted):
        trait = found[row.organization]
        own = row.role == "owner"
        if row.kind:
            (trait.own_kinds if own else trait.kinds)[row.kind] += 1
        if not own:
            seen = (row.first_day, row.claim_id)
            trait.claims[row.alias] = min(seen, trait.claims.get(row.alias, seen))
            if row.website:
                trait.website_claims[row.website].add(row.claim_id)
        if row.website:
            (trait.own_websites if own else trait.websites)[row.website] += 1
        if row.relation == "renamed_to":
            trait.former.add(row.alias)
            trait.renamings.add(row.claim_id)
        if own:
            trait.own.add(row.alias)
            trait.country = trait.country or row.country
            trait.language = trait.language or row.language
    return found


def _label_countries(connection: Connection, wanted: set[str]) -> dict[str, Counter[str]]:
    """The holder of a country's label is there: its scheme's id begins with the country's code."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    query = select(Certificate.organization, Certificate.scheme)
    for row in select_in(connection, query, Certificate.organization, wanted):
        code = row.scheme.partition("-")[0]
        if len(code) == 2:
            found[row.organization][code.upper()] += 1
    return found


def _activity(connection: Connection, wanted: set[str]) -> dict[str, tuple[str, str]]:
    """The last dated news or event of each, with its address."""
    days: dict[str, str] = {}
    query = (
        select(Alias.organization, func.max(Link.day).label("day"))
        .join(Link, Link.alias == Alias.key)
        .where(Link.role.in_(("publisher", "organizer")), Link.day.is_not(None))
        .group_by(Alias.organization)
    )
    for row in select_in(connection, query, Alias.organization, wanted):
        days[row.organization] = row.day
    found: dict[str, tuple[str, str]] = {}
    for organization, day in sorted(days.items()):
        url = connection.execute(last_sign(organization, day)).scalar()
        if url is not None:
            found[organization] = (day, url)
    return found


def last_sign(organization: str, day: str) -> Select[str]:
    """The addresses of an organization's news and events of a day, in a lasting order."""
    here = (
        select(Link.claim_id)
        .join(Alias, Alias.key == Link.alias)
        .where(
            Alias.organization == organization,
            Link.role.in_(("publisher", "organizer")),
            Link.day == day,
        )
    )
    news = select(Article.url).where(Article.id.in_(here))
    events = select(Event.url).where(Event.id.in_(here))
    both = news.union(events).subquery()
    return select(both.c.url).order_by(both.c.url).limit(1)
