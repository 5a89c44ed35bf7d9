"""The register as tables for the terminal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from feeds.tables import shown, table

_BARS = "▁▂▃▄▅▆▇█"
_MONTHS = "JFMAMJJASOND"
_OUTWARD = {
    "coordinator_of": "coordinates",
    "member_of": "member of",
    "founder_of": "founded",
    "partner_of": "partner of",
    "merged_into": "merged into",
}
_INWARD = {
    "coordinator_of": "coordinated by",
    "member_of": "has the member",
    "founder_of": "founded by",
    "partner_of": "partner of",
    "merged_into": "took in",
}
_STATES = {"current": "green", "valid": "green", "open": "green", "unconfirmed": "yellow"}
_JOINTS_SHOWN = 12
_CLIPPED = 90


def lines(parts: Iterable[tuple[str, str]]) -> Text:
    """Words, each with its address on the line below."""
    text = Text()
    for words, address in parts:
        text.append("\n" if text else "").append(shown(words))
        if address:
            text.append("\n  ").append(Text(shown(address).plain, "dim"))
    return text


def organizations_table(rows: Iterable[Any]) -> Table:
    """The organizations with their last sign of life."""
    return table(
        ["id", "name", "kind", "country", "last sign of life", "address"],
        ([r.id, r.name, r.kind, r.country, r.last_activity, r.last_activity_url] for r in rows),
    )


def profile_tables(found: Any) -> list[Table]:
    """All that is known of an organization but its labels: see `registry.views.Profile`."""
    made = [_facts(found), _names(found.aliases)]
    if found.joints:
        made.append(_joints(found.joints))
    if found.ties:
        made += _ties(found.ties)
    if found.signs:
        signs = ([sign.day, sign.kind, sign.title, sign.url] for sign in found.signs)
        made.append(table(["last signs of life", "", "", "address"], signs))
    if found.mentions:
        signs = ([sign.day, sign.title, sign.url] for sign in found.mentions)
        made.append(table(["named in news of others", "", "address"], signs))
    return made


def _facts(found: Any) -> Table:
    row = found.organization
    facts: list[tuple[str, object]] = [
        ("kind", row.kind),
        ("country", row.country),
        ("website", row.website),
        *((entry.scheme, lines([(entry.value, entry.address)])) for entry in found.outside),
        ("first seen", row.first_seen),
        (
            "last sign of life",
            lines([(row.last_activity, row.last_activity_url)]) if row.last_activity else None,
        ),
        ("merged with", ", ".join(found.former_ids)),
        ("withdrawn", "no page names it any more" if row.withdrawn else None),
    ]
    return table([row.id, row.name], [fact for fact in facts if fact[1]])


def _names(aliases: Sequence[Any]) -> Table:
    """The names by language, the kind that is shown before the others."""
    order = ("name", "translated", "acronym", "inflected", "former", "misspelt")
    ranked = sorted(
        aliases, key=lambda a: (a.language, order.index(a.kind), -a.mentions, a.name, a.key)
    )
    rows = []
    for language, names in groupby(ranked, key=lambda a: a.language):
        for place, one in enumerate(names):
            only = f"only in {one.scope}" if one.scope else ""
            rows.append(
                [
                    *(language if not place else "", one.name, one.kind, only),
                    *(one.mentions, one.sources, one.first_day),
                ]
            )
    return table(["language", "name", "", "", "mentions", "sources", "since"], rows, numbers=2)


def _joints(joints: Sequence[Any]) -> Table:
    rows = [[one.a, one.b, one.reason, f"{min(one.score, 1.0):.2f}"] for one in joints]
    if len(rows) > _JOINTS_SHOWN:
        rows[_JOINTS_SHOWN:] = [[f"and {len(rows) - _JOINTS_SHOWN} more", "", "", ""]]
    return table(["a name", "and another", "are one because of", "certainty"], rows)


def _ties(ties: Sequence[Any]) -> list[Table]:
    """The relations over time, those that hold first; then what they rest on."""
    rows, words = [], []
    for tie in ties:
        verb = (_OUTWARD if tie.outward else _INWARD).get(tie.relation, tie.relation)
        state = Text(tie.state, _STATES.get(tie.state, "dim"))
        rows.append([verb, tie.other_name, state, tie.valid_from, tie.valid_until, tie.rule])
        words.append([f"{verb} {tie.other_name}", lines(tie.said)])
    heads = ["relation", "with", "state", "from", "until", "because"]
    return [table(heads, rows), table(["evidence for", "words"], words)]


def activity_chart(months: Mapping[str, int], today: str) -> Table | None:
    """Dated news and events by month, a row a year; None where there are none.

    months: number by YYYY-MM, or YYYY where a month is not known. today: YYYY-MM-DD.
    """
    if not months:
        return None
    most = max((n for month, n in months.items() if len(month) > 4), default=1)
    years: dict[int, list[int]] = defaultdict(lambda: [0] * 13)
    for month, number in months.items():
        years[int(month[:4])][int(month[5:7] or 0)] += number
    made = Table(box=SIMPLE_HEAD, pad_edge=False)
    made.add_column("signs of life")
    for letter in _MONTHS:
        made.add_column(letter, no_wrap=True)
    made.add_column("all", justify="right")
    year, first = max(int(today[:4]), *years), min(years)
    while year >= first:
        if year in years:
            cells = (_bar(n, most) for n in years[year][1:])
            made.add_row(str(year), *cells, str(sum(years[year])))
            year -= 1
            continue
        last = year
        while year not in years:
            year -= 1
        since = str(last) if last == year + 1 else f"{year + 1}-{last}"
        made.add_row(since, *("·" * 12), "none", style="dim")
    return made


def _bar(number: int, most: int) -> Text:
    if not number:
        return Text("·", "dim")
    return Text(_BARS[-(-number * len(_BARS) // most) - 1], "green")


def held_table(held: Sequence[Any]) -> Table:
    """Labels on a day: see `registry.holders.Held`."""
    return table(
        ["scheme", "round", "level", "holder", "coordinator", "from", "until", "state"],
        (
            [
                one.scheme + ("*" if one.incomplete else ""),
                one.round,
                one.level,
                one.name,
                one.coordinator_name,
                *_term(one),
            ]
            for one in held
        ),
    )


def _term(one: Any) -> list[object]:
    return [
        one.valid_from or (one.expected_from and f"about {one.expected_from}?"),
        one.valid_until or (one.expected_until and f"expected {one.expected_until}?"),
        Text(one.state, _STATES.get(one.state, "dim")),
    ]


def chain_table(held: Sequence[Any]) -> Table:
    """The labels of one organization as chains: each term below the one that it renews."""
    rows = []
    terms = {(one.scheme, one.term): one for one in held}
    renewed = {(one.scheme, one.renews): one for one in held if one.renews}
    for one in sorted(held, key=lambda h: (h.scheme, h.first_stated)):
        if (one.scheme, one.renews) in terms:
            continue
        link: Any = one
        while link is not None:
            name = " ".join(filter(None, (link.round and f"round {link.round}", link.level)))
            head = link.scheme if link is one else "  renewed by"
            rows.append([head, name or "held", *_term(link), link.coordinator_name])
            link = renewed.get((link.scheme, link.term))
    return table(["label", "term", "from", "until", "state", "coordinator"], rows)


def dispute_tables(held: Sequence[Any]) -> list[Table]:
    """What sources say differently of the same term, side by side, and which value is shown."""
    made = []
    for one in held:
        said = {ground.claim: ground for ground in one.evidence}
        for name, values in one.disputes.items():
            rows: list[list[object]] = []
            for value, claims in values.items():
                is_shown = value == getattr(one, name)
                words = Text(_value(one, name, value), "green" if is_shown else "")
                rows += [
                    [words, said[claim].day, lines([(said[claim].words, said[claim].url)])]
                    for claim in claims
                    if claim in said
                ]
            dispute = table([name.replace("_", " "), "day", "words"], rows)
            dispute.title = Text(f"Sources disagree: {_label(one)}", "yellow")
            dispute.title_justify = dispute.caption_justify = "left"
            shown_value = _value(one, name, getattr(one, name) or "")
            dispute.caption = Text(f"shown: {shown_value}, by the rule: {one.rules.get(name)}")
            made.append(dispute)
    return made


def _label(one: Any) -> str:
    return " ".join(filter(None, (one.name, one.scheme, one.round, one.level)))


def _value(one: Any, name: str, value: str) -> str:
    if name == "coordinator" and value == one.coordinator:
        return str(one.coordinator_name)
    return f"by {value[3:]}" if value.startswith("../") else value


def grounds_table(held: Sequence[Any]) -> Table:
    """The claims that labels rest on, each with its day and words."""
    return table(
        ["evidence for", "day", "from", "until", "words"],
        (
            [
                " ".join(filter(None, (one.scheme, one.round, one.level))),
                ground.day,
                ground.valid_from,
                ground.valid_until,
                lines([(ground.words, ground.url)])
                if ground.stated
                else lines([(f"(no longer stated) {ground.words}", ground.url)]),
            ]
            for one in held
            for ground in one.evidence
        ),
    )


def question_table(one: Any, place: int, count: int) -> Table:
    """Two records that may be one, side by side: see `registry.review.Asked`."""

    def cells(side: Any) -> list[object]:
        return [
            side.organization,
            side.name,
            side.kind,
            side.country,
            side.website,
            "\n".join(side.outside),
            Text("\n".join(shown(name).plain for name in side.aliases)),
            Text("\n".join(shown(label).plain for label in side.labels)),
            lines(side.evidence),
        ]

    heads = ["id", "name", "kind", "country", "website", "elsewhere", "names", "labels", "words"]
    rows = zip(heads, cells(one.left), cells(one.right), strict=True)
    title = f"question {one.number} ({place} of {count})"
    made = table([title, "one", "the other"], [row for row in rows if any(row[1:])])
    made.caption = f"asked because: {', '.join(one.reasons)} ({one.score:.2f} of 1)"
    made.caption_justify = "left"
    return made


def register_changes_table(records: Iterable[Any]) -> Table:
    """The register's changes: see `registry.feed.RegisterChange`."""
    return table(
        ["day", "change", "organization", "before", "after", "words"],
        (
            [
                record.day,
                record.kind,
                record.name,
                _words(record.old),
                _words(record.new),
                lines([(_clipped(record.words), record.url or "")]),
            ]
            for record in records
        ),
    )


def _clipped(words: str) -> str:
    """The beginning of long words; all of them are in the JSON."""
    return words if len(words) <= _CLIPPED else f"{words[:_CLIPPED].rsplit(' ', 1)[0]} …"


def _words(value: Any) -> str:
    """A changed value for people."""
    if isinstance(value, dict):
        if "name" in value:
            return str(value["name"])
        round_ = f"round {value['round']}" if value.get("round") else None
        until = f"until {value['valid_until']}" if value.get("valid_until") else None
        since = f"from {value['valid_from']}" if value.get("valid_from") else None
        parts = (value.get("scheme"), round_, value.get("level"), since, until)
        return " ".join(filter(None, parts))
    if isinstance(value, list):
        return ", ".join(map(_words, value))
    return "" if value is None else str(value)
