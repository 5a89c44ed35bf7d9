"""Who holds which label: lists, tables, sentences, and what certifies nothing."""

from __future__ import annotations

import pytest

from catalogue import SchemeError, load_schemes
from items import Certification
from parsers.certifications import read_certifications
from parsers.opening import open_document

KKK = "pl-krajowy-klaster-kluczowy"
ESCA = "esca-cluster-management-excellence"
FILLER = {
    "pl": "To jest zwykły akapit o pracy naszej organizacji i o tym, co robimy na co dzień.",
    "en": "This is an ordinary paragraph about the work of the office and what it does every day.",
    "de": "Dies ist ein gewöhnlicher Absatz über die Arbeit der Geschäftsstelle und ihre Aufgaben.",
    "fr": "Ceci est un paragraphe ordinaire sur le travail du bureau et sur ce qu'il fait ici.",
    "it": "Questo è un paragrafo normale sul lavoro dell'ufficio e su quello che fa ogni giorno.",
    "es": "Este es un párrafo normal sobre el trabajo de la oficina y lo que hace cada día.",
    "cs": "Toto je obyčejný odstavec o práci naší kanceláře a o tom, co každý den děláme.",
    "hu": "Ez egy közönséges bekezdés az iroda munkájáról és arról, hogy mit csinál naponta.",
}


def read(body: str, language: str = "pl", title: str = "Aktualności") -> list[Certification]:
    """The certifications of a page with `body` as its main content."""
    page = (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}'
        f"</title></head><body><main><article><h1>{title}</h1>{body}"
        f"<p>{FILLER[language]}</p></article></main></body></html>"
    )
    return read_certifications(open_document(page.encode(), "https://example.org/page"))


def rows(found: list[Certification]) -> list[tuple[str, str | None, str | None]]:
    return [(c.holder, c.level or c.round, c.coordinator) for c in found]


ROUND = "<p><strong>IX runda (status obowiązuje do 30 czerwca 2031 r.):</strong></p>"
ITEMS = [
    "Klaster Morskich Wiatrów, reprezentowany przez Fundację Bryza",
    "Kujawski Klaster Szklany, reprezentowany przez Stowarzyszenie „Huta”",
    "Klaster „Dobra Gleba”, reprezentowany przez Agro Bis Sp. z o.o.",
]
PLAIN = [
    ("Klaster Morskich Wiatrów", "IX", "Fundacja Bryza"),
    ("Kujawski Klaster Szklany", "IX", "Stowarzyszenie „Huta”"),
    ("Klaster „Dobra Gleba”", "IX", "Agro Bis Sp. z o.o."),
]


@pytest.mark.parametrize(
    "listed",
    [
        "<ul>" + "".join(f"<li>{item}</li>" for item in ITEMS) + "</ul>",
        "<p>" + "<br>".join(f"• {item}" for item in ITEMS) + "</p>",
        "".join(f"<p>{number}. {item}</p>" for number, item in enumerate(ITEMS, 1)),
        "<table>" + "".join(f"<tr><td>-</td><td>{item}</td></tr>" for item in ITEMS) + "</table>",
    ],
    ids=["list", "bullets", "numbers", "table in disguise"],
)
def test_lists_carry_round_validity_and_coordinators(listed: str) -> None:
    found = read(f"<p>Obecnie status KKK posiadają 3 klastry w Polsce:</p>{ROUND}{listed}")
    assert rows(found) == PLAIN
    assert {c.valid_until for c in found} == {"2031-06-30"}
    assert {c.scheme for c in found} == {KKK}
    assert not any(c.list_incomplete for c in found)
    assert all(c.evidence and c.language == "pl" and c.issued_by for c in found)


def test_total_that_disagrees_marks_the_list_incomplete() -> None:
    items = "".join(f"<li>{item}</li>" for item in ITEMS)
    found = read(f"<p>Status KKK posiada 7 klastrów:</p><ul>{items}</ul>")
    assert len(found) == 3
    assert all(c.list_incomplete for c in found)


def test_item_that_is_cut_off_is_lost() -> None:
    cut = [*ITEMS, "Podlaski Klaster Bursz", "Klaster Żaglowy, reprezentowany przez"]
    items = "".join(f"<li>{item}</li>" for item in [*cut[:3], cut[4]])
    assert len(read(f"<p>Krajowe Klastry Kluczowe:</p><ul>{items}</ul>")) == 3
    items = "".join(f"<li>{item}</li>" for item in cut[:4])
    assert len(read(f"<p>Krajowe Klastry Kluczowe:</p><ul>{items}</ul>")) == 3


def test_table_with_columns() -> None:
    found = read(
        "<h2>Krajowe Klastry Kluczowe</h2><table><tr><th>Nazwa klastra</th><th>Koordynator</th>"
        "<th>Runda</th></tr><tr><td>Klaster Szybowcowy</td><td>Fundacja Lot</td><td>IV</td></tr>"
        "<tr><td>Klaster Bursztynu</td><td>Jantar S.A.</td><td>VI</td></tr></table>"
        f"<p>{FILLER['pl']}</p><p>{FILLER['pl']} {FILLER['pl']}</p>"
    )
    assert rows(found) == [
        ("Klaster Szybowcowy", "IV", "Fundacja Lot"),
        ("Klaster Bursztynu", "VI", "Jantar S.A."),
    ]


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        (
            "pl",
            "Spotkanie poświęcone Wiślanemu Klastrowi Solnemu oraz Klastrowi Lnu, które jako "
            "pierwsze otrzymały Srebrne Odznaki Doskonałości w Zarządzaniu.",
            {("Wiślany Klaster Solny", "silver"), ("Klaster Lnu", "silver")},
        ),
        ("pl", "Klaster Lnu posiada Złotą Odznakę Doskonałości.", {("Klaster Lnu", "gold")}),
        (
            "en",
            "Amber Coast Cluster and Baltic Salt Cluster received the Silver Label in May.",
            {("Amber Coast Cluster", "silver"), ("Baltic Salt Cluster", "silver")},
        ),
        (
            "en",
            "Gold Label: Amber Coast Cluster (north), SaltNet, Kelp Valley Cluster.",
            {("Amber Coast Cluster", "gold"), ("SaltNet", "gold"), ("Kelp Valley Cluster", "gold")},
        ),
        (
            "de",
            "Der Cluster Moorland hat das Gold-Label erhalten.",
            {("Cluster Moorland", "gold")},
        ),
        ("fr", "Le cluster BioBocage a obtenu le label argent.", {("BioBocage", "silver")}),
        ("es", "El Clúster Olivar ha obtenido el sello de oro.", {("Clúster Olivar", "gold")}),
        (
            "it",
            "Il Cluster Laguna ha ottenuto l'etichetta d'argento.",
            {("Cluster Laguna", "silver")},
        ),
        ("cs", "Klastr Chmel získal bronzový certifikát.", {("Klastr Chmel", "bronze")}),
    ],
)
def test_prose(language: str, sentence: str, expected: set[tuple[str, str]]) -> None:
    found = read(f"<p>{sentence}</p>", language, "Nowe")
    assert {(c.holder, c.level) for c in found} == expected
    assert {c.scheme for c in found} == {ESCA}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("pl", "Klaster Lnu stara się o Srebrną Odznakę Doskonałości."),
        ("pl", "Klaster Lnu ubiega się o status Krajowego Klastra Kluczowego."),
        ("pl", "Zaproszono menedżerów klastrów posiadających Brązową Odznakę Doskonałości."),
        ("en", "Baltic Salt Cluster applies for the Gold Label this year."),
        ("en", "Baltic Salt Cluster has been audited for the Silver Label."),
        ("en", "Experts explained what the Gold Label is and whom it serves."),
        ("fr", "Le cluster BioBocage est candidat au label d'or."),
        ("de", "Der Cluster Moorland bewirbt sich um das Silber-Label."),
        ("en", "Cluster Moorland is a member of go-cluster."),
    ],
)
def test_what_certifies_nothing(language: str, sentence: str) -> None:
    assert read(f"<p>{sentence}</p>", language, "Nowe") == []


def test_french_phase_and_duration() -> None:
    found = read(
        "<p>Phase IV des pôles de compétitivité (2019-2022).</p><p>Les 2 pôles :</p>"
        "<ul><li>BioBocage (santé, Niort, 4 ans)</li><li>Sel et Vent (mer, Brest, 1 an)</li></ul>",
        "fr",
        "Pôles de compétitivité",
    )
    assert [(c.holder, c.round, c.valid_until) for c in found] == [
        ("BioBocage", "IV", "2022"),
        ("Sel et Vent", "IV", None),
    ]


def test_hungarian_list_in_a_sentence() -> None:
    found = read(
        "<p>Átvehette az Akkreditált Innovációs Klaszter címet: az Alföldi Paprika Klaszter, "
        "a Mecseki Gomba Klaszter és a Tisza Víz Klaszter.</p>",
        "hu",
        "Hírek",
    )
    assert {c.holder for c in found} == {
        "Alföldi Paprika Klaszter",
        "Mecseki Gomba Klaszter",
        "Tisza Víz Klaszter",
    }
    assert {c.scheme for c in found} == {"hu-akkreditalt-innovacios-klaszter"}


def test_page_without_labels_costs_no_names() -> None:
    assert read("<p>Baltic Salt Cluster met on Monday.</p>", "en", "News") == []


def test_every_scheme_file_is_sound() -> None:
    schemes = load_schemes()
    assert len({scheme.id for scheme in schemes}) == len(schemes) > 25
    assert all(scheme.words for scheme in schemes)
    assert all(scheme.note for scheme in schemes if not scheme.verified)


def test_a_mistake_in_a_scheme_is_named(tmp_path) -> None:
    (tmp_path / "xx-label.yaml").write_text("id: xx-label\nnames: {en: L}\nverified: true\n")
    with pytest.raises(SchemeError, match=r"xx-label\.yaml: issuer"):
        load_schemes(tmp_path)
