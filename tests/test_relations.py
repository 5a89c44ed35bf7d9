"""Who coordinates, founded, joined or became what; and the organizations of a page."""

from __future__ import annotations

import pytest

from catalogue import Source
from parsers.opening import open_document
from parsers.organizations import read_organizations
from parsers.relations import read_relations

FILLER = {
    "pl": "To jest zwykły akapit o pracy naszego biura i o tym, co robimy na co dzień.",
    "en": "This is an ordinary paragraph about the work of the office and what it does every day.",
    "de": "Dies ist ein gewöhnlicher Absatz über die Arbeit der Geschäftsstelle und ihre Aufgaben.",
    "fr": "Ceci est un paragraphe ordinaire sur le travail du bureau et sur ce qu'il fait ici.",
    "it": "Questo è un paragrafo normale sul lavoro dell'ufficio e su quello che fa ogni giorno.",
    "es": "Este es un párrafo normal sobre el trabajo de la oficina y lo que hace cada día.",
    "cs": "Toto je obyčejný odstavec o práci naší kanceláře a o tom, co každý den děláme.",
    "sk": "Toto je obyčajný odsek o práci našej kancelárie a o tom, čo každý deň robíme.",
    "uk": "Це звичайний абзац про роботу нашого офісу і про те, що ми робимо щодня.",
    "ru": "Это обычный абзац о работе нашего офиса и о том, что мы делаем каждый день.",
}
Triple = tuple[str, str, str]


def opened(body: str, language: str, title: str = "News", source: Source | None = None):
    page = (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}'
        f"</title></head><body><main><article><h1>{title}</h1>{body}"
        f"<p>{FILLER[language]}</p></article></main></body></html>"
    )
    return open_document(page.encode(), "https://example.org/page", source=source)


def read(body: str, language: str, title: str = "News", source: Source | None = None):
    found = read_relations(opened(body, language, title, source))
    assert all(relation.evidence and relation.language == language for relation in found)
    return {(r.subject, r.relation, r.object) for r in found}


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        (
            "pl",
            "Celem spotkania był rozwój Kujawskiego Klastra Szklanego, którego Fundacja Bryza "
            "jest koordynatorem.",
            ("Fundacja Bryza", "coordinator_of", "Kujawski Klaster Szklany"),
        ),
        (
            "pl",
            "Działalność koordynowanego przez HPZ Kujawskiego Klastra Szklanego rośnie.",
            ("HPZ", "coordinator_of", "Kujawski Klaster Szklany"),
        ),
        (
            "pl",
            "Fundacja Bryza do grudnia 2018 r. była koordynatorem Kujawskiego Klastra Szklanego.",
            ("Fundacja Bryza", "former_coordinator_of", "Kujawski Klaster Szklany"),
        ),
        (
            "pl",
            "Politechnika Żuławska przystąpiła do Klastra Bursztynu.",
            ("Politechnika Żuławska", "member_of", "Klaster Bursztynu"),
        ),
        (
            "en",
            "Kelp Valley Cluster is managed by Seaweed House Ltd.",
            ("Seaweed House Ltd.", "coordinator_of", "Kelp Valley Cluster"),
        ),
        (
            "en",
            "Northport Science Park is a member of the Baltic Park Network.",
            ("Northport Science Park", "member_of", "Baltic Park Network"),
        ),
        (
            "en",
            "Kelp Valley Cluster was created upon the initiative of the Harbour Academy in Hull.",
            ("Harbour Academy", "founder_of", "Kelp Valley Cluster"),
        ),
        (
            "en",
            "Amber Cluster changed its name to Baltic Amber Alliance.",
            ("Amber Cluster", "renamed_to", "Baltic Amber Alliance"),
        ),
        (
            "en",
            "Amber Cluster merged with the Baltic Salt Cluster last year.",
            ("Amber Cluster", "merged_into", "Baltic Salt Cluster"),
        ),
        (
            "de",
            "Das Moor-Institut, Mitglied im Cluster Torf, lud ein.",
            ("Moor-Institut", "member_of", "Cluster Torf"),
        ),
        (
            "de",
            "Der Cluster Torf wird von der Moorland GmbH koordiniert.",
            ("Moorland GmbH", "coordinator_of", "Cluster Torf"),
        ),
        (
            "fr",
            "L'Agence du Bocage a signé une convention avec le Pôle Granit.",
            ("Agence du Bocage", "partner_of", "Pôle Granit"),
        ),
        (
            "es",
            "El Clúster Olivar, fundado por la Universidad de Sierra Alta, crece.",
            ("Universidad de Sierra Alta", "founder_of", "Clúster Olivar"),
        ),
        (
            "it",
            "Il Cluster Laguna è coordinato dalla Fondazione Marea.",
            ("Fondazione Marea", "coordinator_of", "Cluster Laguna"),
        ),
        (
            "cs",
            "Univerzita Hanácká se stala členem Moravského sladového klastru.",
            ("Univerzita Hanácká", "member_of", "Moravský sladový klastr"),
        ),
        (
            "sk",
            "Agentúra Horehron založila Klaster Borovica.",
            ("Agentúra Horehron", "founder_of", "Klaster Borovica"),
        ),
        (
            "uk",
            "Поліський університет приєднався до Лісового кластеру.",
            ("Поліський університет", "member_of", "Лісовий кластер"),
        ),
        (
            "ru",
            "Компания «Сосна» координирует кластер «Тайга».",
            ("Компания «Сосна»", "coordinator_of", "кластер «Тайга»"),
        ),
    ],
)
def test_sentences(language: str, sentence: str, expected: Triple) -> None:
    assert read(f"<p>{sentence}</p>", language) == {expected}


def test_we_is_the_publisher() -> None:
    source = Source(
        name="kelp", url="https://example.org/", organization="Kelp House", languages=["en"]
    )
    body = "<p>We coordinate the activity of the Kelp Valley Cluster.</p>"
    assert read(body, "en", source=source) == {
        ("Kelp House", "coordinator_of", "Kelp Valley Cluster")
    }


def test_we_is_whom_the_sentences_before_speak_of() -> None:
    body = (
        "<p>Northport Science Park takes part in many initiatives. "
        "We coordinate the Kelp Valley Cluster.</p>"
    )
    assert read(body, "en") == {("Northport Science Park", "coordinator_of", "Kelp Valley Cluster")}


def test_acronyms_become_full_names() -> None:
    body = (
        "<p>W siedzibie Żuławskiego Parku Naukowo-Technologicznego S.A. odbyło się spotkanie. "
        "Omówiono cele Klastra Bursztynu, którego ŻPNT jest koordynatorem.</p>"
    )
    assert read(body, "pl") == {
        ("Żuławski Park Naukowo-Technologiczny S.A.", "coordinator_of", "Klaster Bursztynu")
    }


def test_bracketed_acronym_stands_for_its_name() -> None:
    body = (
        "<p>Harbour Academy of Hull (HAH) opened in May. "
        "HAH is a member of the Kelp Valley Cluster.</p>"
    )
    assert ("Harbour Academy of Hull", "member_of", "Kelp Valley Cluster") in read(body, "en")


def test_the_cluster_is_the_one_named_before() -> None:
    body = (
        "<p>An agreement was signed in the town hall by Kelp Valley Cluster. "
        "The cluster is coordinated by the Seaweed House Ltd.</p>"
    )
    assert ("Seaweed House Ltd.", "coordinator_of", "Kelp Valley Cluster") in read(body, "en")


def test_list_of_founders_with_their_coordinator() -> None:
    body = (
        "<p>Instytucje założycielskie:</p>"
        "<p>1. Fundacja Bryza (Koordynator Klastra), Gniew</p>"
        "<p>2. Huta Szkła Topaz Sp. z o.o., Tuchola</p><p>3. Politechnika Żuławska, Nowy Staw.</p>"
    )
    klaster = "Kujawski Klaster Szklany"
    assert read(body, "pl", "Powstanie Kujawskiego Klastra Szklanego") == {
        ("Fundacja Bryza", "founder_of", klaster),
        ("Fundacja Bryza", "coordinator_of", klaster),
        ("Huta Szkła Topaz Sp. z o.o.", "founder_of", klaster),
        ("Politechnika Żuławska", "founder_of", klaster),
    }


def test_list_of_members_in_a_sentence() -> None:
    body = "<p>Members of the Kelp Valley Cluster: SaltNet, Harbour Academy and Foam Ltd.</p>"
    assert {subject for subject, _, _ in read(body, "en")} == {
        "SaltNet",
        "Harbour Academy",
        "Foam Ltd.",
    }


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("pl", "Prezes Jan Sosna jest koordynatorem projektu i członkiem jury."),
        ("en", "Mary Reed is a member of the Kelp Valley Cluster board and a coordinator."),
        ("en", "The members of the cluster met in Hull."),
        ("de", "Herr Max Moor ist Mitglied im Vorstand."),
        ("pl", "Spotkanie członków Klastra Bursztynu odbyło się w Gniewie."),
        ("en", "Kelp Valley Cluster hopes to find new partners."),
    ],
)
def test_people_and_plain_words_are_no_relations(language: str, sentence: str) -> None:
    assert read(f"<p>{sentence}</p>", language) == set()


def test_coordinators_of_certificate_lists_coordinate() -> None:
    body = (
        "<p>Krajowe Klastry Kluczowe:</p><ul>"
        "<li>Klaster Bursztynu, reprezentowany przez Fundację Jantar</li>"
        "<li>Klaster Lnu, reprezentowany przez Izbę Tkacką</li></ul>"
    )
    assert read(body, "pl") == {
        ("Fundacja Jantar", "coordinator_of", "Klaster Bursztynu"),
        ("Izba Tkacka", "coordinator_of", "Klaster Lnu"),
    }


def test_organizations_with_kind_acronym_and_website() -> None:
    body = (
        "<p>Northport Science Park (NSP) coordinates the Kelp Valley Cluster. "
        "More on the Kelp Valley Cluster: www.kelpvalley.example.org</p>"
    )
    found = {each.name: each for each in read_organizations(opened(body, "en"))}
    assert found["Northport Science Park"].kind == "park"
    assert found["Northport Science Park"].acronym == "NSP"
    assert found["Kelp Valley Cluster"].kind == "cluster"
    assert found["Kelp Valley Cluster"].website == "http://www.kelpvalley.example.org"


def test_a_green_park_is_no_science_park() -> None:
    body = "<p>They walked through Hyde Green Park and met on Monday at noon.</p>"
    assert read_organizations(opened(body, "en")) == []


def test_hostile_text_is_answered_quickly() -> None:
    told = "Alpha Cluster got the Silver Label and joined Delta Network, coordinated by Om Ltd. "
    body = (
        "<p>"
        + told * 400
        + "</p><p>"
        + "Cluster, A (member of " * 3000
        + "</p><p>"
        + "A, B; " * 5000
        + "</p>"
    )
    assert isinstance(read(body, "en"), set)
