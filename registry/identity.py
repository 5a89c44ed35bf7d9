"""Which names mean one organization. Pure, and independent of the order of its input.

The rule: pieces of evidence about two names are taken together as 1 - (1-x)(1-y)...; at
MERGE_FROM and above the names are joined, strongest evidence first, unless that would join two
that stand in a relation to one another, a cluster with an association, company or office, two
with different ids in one other work, or two that a person called different. What is weaker, or
contradicted, becomes a question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

MERGE_FROM = 0.9
"""Evidence from here on joins two names."""

ASK_FROM = 0.55
"""Evidence from here on is worth a question."""

SAME_PERSON_SAYS = 2.0
LEAST_ACRONYM = 3
"""So many letters an acronym needs to mean the same in another source, where it stands alone."""

SURE_ACRONYM = 4
"""So many letters it needs there to mean the organization whose full name one source gives."""

_NO_CLUSTER = frozenset({"association", "foundation", "company", "university", "public body"})


@dataclass(frozen=True, slots=True)
class Node:
    """A name: its key, its form without the source, whether it is an acronym, stated kinds, ids
    in other works as (work, id)."""

    key: str
    form: str
    acronym: bool
    kinds: frozenset[str] = frozenset()
    ids: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Proof:
    """A piece of evidence about two names, a < b; against their being one where negative."""

    a: str
    b: str
    reason: str
    score: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two names that may mean one organization, and what speaks for it."""

    a: str
    b: str
    score: float
    reasons: tuple[str, ...]


def cluster(
    nodes: Iterable[Node], proofs: Iterable[Proof]
) -> tuple[list[frozenset[str]], list[Doubt]]:
    """The names in groups of one organization each, and the questions that remain."""
    work = _Clusters({node.key: node for node in nodes}, proofs)
    work.join_strong()
    work.join_acronyms_of_a_source()
    work.join_equal_acronyms()
    return work.groups(), work.doubts()


class _Clusters:
    def __init__(self, nodes: Mapping[str, Node], proofs: Iterable[Proof]) -> None:
        self.nodes = nodes
        self.root = {key: key for key in nodes}
        self.members = {key: {key} for key in nodes}
        self.kinds = {key: set(node.kinds) for key, node in nodes.items()}
        self.ids = {key: set(node.ids) for key, node in nodes.items()}
        self.parted: dict[str, set[str]] = defaultdict(set)
        self.related: dict[str, set[str]] = defaultdict(set)
        self.told: set[tuple[str, str]] = set()
        self.scores: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
        self.initials: dict[str, set[str]] = defaultdict(set)
        for proof in proofs:
            if proof.a in nodes and proof.b in nodes:
                self._take(proof)
        self.asked: dict[tuple[str, str], tuple[float, tuple[str, ...]]] = {}

    def _take(self, proof: Proof) -> None:
        pair = (proof.a, proof.b)
        if proof.reason == "same":
            self.told.add(pair)
        elif proof.score < 0:
            apart = self.parted if proof.reason == "different" else self.related
            apart[proof.a].add(proof.b)
            apart[proof.b].add(proof.a)
        elif proof.reason == "initials":
            for one, other in (pair, pair[::-1]):
                if self.nodes[one].acronym and not self.nodes[other].acronym:
                    self.initials[one].add(other)
        else:
            reasons = self.scores[pair]
            reasons[proof.reason] = max(proof.score, reasons.get(proof.reason, 0.0))

    def join_strong(self) -> None:
        """What people said, then all that is above the threshold, the strongest first."""
        for a, b in sorted(self.told):
            if not self._meets(self.parted, a, b):
                self._join(a, b)
        strong = [(-_together(r.values()), pair) for pair, r in self.scores.items()]
        for minus, (a, b) in sorted(strong):
            if -minus >= MERGE_FROM and self._may_join(a, b):
                self._join(a, b)

    def join_acronyms_of_a_source(self) -> None:
        """An acronym means the one organization of its source whose initials it has."""
        for key in sorted(self.initials):
            if self._has_full_name(key):
                continue
            allowed = [other for other in sorted(self.initials[key]) if self._may_join(key, other)]
            targets = {self._find(other) for other in allowed}
            if len(targets) == 1:
                self._join(key, allowed[0])
            else:
                for other in allowed:
                    self._ask(key, other, 0.6, ("initials of several names",))

    def join_equal_acronyms(self) -> None:
        """One acronym in several sources means one organization, unless two full names have it."""
        forms: dict[str, list[str]] = defaultdict(list)
        for key in sorted(self.nodes):
            if self.nodes[key].acronym:
                forms[self.nodes[key].form].append(key)
        for form, keys in sorted(forms.items()):
            letters = sum(char.isalpha() for char in form.rpartition(" ")[2])
            if letters < LEAST_ACRONYM:
                continue
            full = sorted({self._find(key) for key in keys if self._has_full_name(key)})
            bare = [key for key in keys if not self._has_full_name(key)]
            for one, other in pairwise(bare):
                if self._may_join(one, other):
                    self._join(one, other)
            for key in bare:
                if len(full) == 1 and letters >= SURE_ACRONYM and self._may_join(key, full[0]):
                    self._join(key, full[0])
                elif not self._has_full_name(key):
                    for other in full:
                        named = next(k for k in keys if self._find(k) == self._find(other))
                        self._ask(key, named, 0.6, ("the same acronym",))

    def groups(self) -> list[frozenset[str]]:
        """The groups, by their first names."""
        found = {self._find(key) for key in self.nodes}
        return sorted((frozenset(self.members[root]) for root in found), key=min)

    def doubts(self) -> list[Doubt]:
        """One question at most for two groups: that with the strongest evidence."""
        for pair, reasons in self.scores.items():
            score = _together(reasons.values())
            against = self._meets(self.related, *pair) or self._kinds_differ(*pair)
            if score >= MERGE_FROM:
                words = ["a page tells them apart"] if against else []
                words += ["different outside ids"] if self._ids_differ(*pair) else []
                self._ask(*pair, score, (*sorted(reasons), *words))
            elif score >= ASK_FROM and not against:
                self._ask(*pair, score, tuple(sorted(reasons)))
        best: dict[tuple[str, str], tuple[float, str, str, tuple[str, ...]]] = {}
        for (a, b), (score, why) in self.asked.items():
            one, other = self._find(a), self._find(b)
            if one == other or self._meets(self.parted, a, b):
                continue
            groups = (min(self.members[one]), min(self.members[other]))
            candidate = (-score, a, b, why)
            where = (min(groups), max(groups))
            best[where] = min(best.get(where, candidate), candidate)
        return sorted(
            (Doubt(a, b, -minus, why) for minus, a, b, why in best.values()),
            key=lambda doubt: (doubt.a, doubt.b),
        )

    def _ask(self, a: str, b: str, score: float, why: tuple[str, ...]) -> None:
        pair = (min(a, b), max(a, b))
        self.asked[pair] = max(self.asked.get(pair, (0.0, ())), (round(score, 4), why))

    def _find(self, key: str) -> str:
        while self.root[key] != key:
            self.root[key] = self.root[self.root[key]]
            key = self.root[key]
        return key

    def _join(self, a: str, b: str) -> None:
        one, other = sorted((self._find(a), self._find(b)))
        if one == other:
            return
        if len(self.members[one]) < len(self.members[other]):
            one, other = other, one
        self.root[other] = one
        self.members[one] |= self.members.pop(other)
        self.kinds[one] |= self.kinds.pop(other)
        self.ids[one] |= self.ids.pop(other)

    def _may_join(self, a: str, b: str) -> bool:
        return not (
            self._meets(self.parted, a, b)
            or self._meets(self.related, a, b)
            or self._kinds_differ(a, b)
            or self._ids_differ(a, b)
        )

    def _meets(self, apart: Mapping[str, set[str]], a: str, b: str) -> bool:
        """Whether something parts the two groups."""
        one, other = self._find(a), self._find(b)
        if one == other:
            return False
        few, many = sorted((one, other), key=lambda root: len(self.members[root]))
        return any(
            self._find(parted) == many for key in self.members[few] for parted in apart.get(key, ())
        )

    def _kinds_differ(self, a: str, b: str) -> bool:
        one, other = self.kinds[self._find(a)], self.kinds[self._find(b)]
        return not one & other and (
            ("cluster" in one and bool(other & _NO_CLUSTER))
            or ("cluster" in other and bool(one & _NO_CLUSTER))
        )

    def _ids_differ(self, a: str, b: str) -> bool:
        """Whether both have ids in some work, and none in common there."""
        one, other = self.ids[self._find(a)], self.ids[self._find(b)]
        works = {work for work, _ in one} & {work for work, _ in other}
        return any(not {i for i in one if i[0] == work} & other for work in works)

    def _has_full_name(self, key: str) -> bool:
        return any(not self.nodes[member].acronym for member in self.members[self._find(key)])


def _together(scores: Iterable[float]) -> float:
    doubt = 1.0
    for score in sorted(scores):
        doubt *= 1.0 - min(score, 0.999)
    return 1.0 - doubt


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known of a name from before: the organization it has, and the first it had."""

    organization: str | None
    born: str | None


@dataclass(slots=True)
class Assignment:
    """Which organization each group is. merged: which id gave way to which. revived: ids that
    had been merged and are organizations of their own again. fresh: groups that need a new id."""

    ids: dict[frozenset[str], str]
    merged: dict[str, str]
    revived: set[str]
    fresh: list[frozenset[str]]


def assign(
    groups: list[frozenset[str]],
    memory: Mapping[str, Remembered],
    merged_into: Mapping[str, str | None],
    prefer: frozenset[str] = frozenset(),
    since: Mapping[str, str] | None = None,
) -> Assignment:
    """Let ids stay with the organization that they were given to.

    An id goes to the group with most of its names, first those born with it. A group that gets
    several keeps the preferred one, else that with most names, else that known longest (since:
    the day by id); the others are merged into it.
    A group without one gets back an id that its names were born with and that was merged away.
    """
    votes: dict[str, dict[int, tuple[int, int]]] = defaultdict(dict)
    births: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for place, group in enumerate(groups):
        for key in group:
            known = memory.get(key)
            if known is None:
                continue
            if known.born and known.born != known.organization:
                births[place][known.born] += 1
            if known.organization is None:
                continue
            born, all_names = votes[known.organization].get(place, (0, 0))
            own = known.born == known.organization
            votes[known.organization][place] = (born + own, all_names + 1)
    held: dict[int, list[tuple[bool, int, str, str]]] = defaultdict(list)
    for old, places in sorted(votes.items()):
        place = min(places, key=lambda p: (tuple(-n for n in places[p]), min(groups[p])))
        known_since = (since or {}).get(old, "")
        held[place].append((old not in prefer, -places[place][1], known_since, old))
    result = Assignment({}, {}, set(), [])
    taken = set(votes)
    for place, group in enumerate(groups):
        if held[place]:
            winner, *losers = [old for *_, old in sorted(held[place])]
            result.ids[group] = winner
            result.merged.update(dict.fromkeys(losers, winner))
            continue
        back = [
            (-count, old)
            for old, count in births[place].items()
            if old not in taken and merged_into.get(old)
        ]
        if back:
            result.ids[group] = min(back)[1]
            result.revived.add(result.ids[group])
            taken.add(result.ids[group])
        else:
            result.fresh.append(group)
    return result
