"""Names of organizations: which forms belong together, and which never do."""

from __future__ import annotations

import pytest

from languages.names import nominative, normal_key, same_organization
from languages.names_lexicon import concepts_of, fold
from languages.words import codes, section


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lubuskiego Klastra Drzewnego", "Lubuski Klaster Drzewny"),
        ("Lubuskiemu Klastrowi Drzewnemu", "Lubuski Klaster Drzewny"),
        ("Lubuskim Klastrem Drzewnym", "Lubuski Klaster Drzewny"),
        ("Fundację Wspierania Żeglugi", "Fundacja Wspierania Żeglugi"),
        ("Jihlavského strojírenského klastru", "Jihlavský strojírenský klastr"),
        ("Nitrianskym drevárskym klastrom", "Nitriansky drevársky klaster"),
        ("Полтавським аграрним кластером", "Полтавський аграрний кластер"),
        ("Калужского автомобильного кластера", "Калужский автомобильный кластер"),
        ("Kauno baldų klasterio", "Kauno baldų klasteris"),
        ("Bakonyi Borászati Klaszternek", "Bakonyi Borászati Klaszter"),
        ("Holzcluster Harz e.V.", "Holzcluster Harz"),
    ],
)
def test_inflected_forms_are_one_organization(one: str, other: str) -> None:
    assert same_organization(one, other)
    assert same_organization(other, one)
    assert normal_key(one) == normal_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Silesian Chemical Cluster", "Śląski Klaster Chemiczny"),
        ("Cluster of Green Energy", "Klaster Zielonej Energii"),
        ("National Logistics Association", "Národní logistická asociace"),
        ("Lubusz Science and Technology Park", "Lubuski Park Naukowo-Technologiczny"),
    ],
)
def test_field_words_meet_across_languages(one: str, other: str) -> None:
    assert same_organization(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Klaster „Wiatr i Fala” sp. z o.o.", "Klaster Wiatr i Fala"),
        ("Park Przemysłowo - Technologiczny Zator", "Park Przemysłowo-Technologiczny Zator"),
        ("Klaster MeblePlus", "Klaster Meble Plus"),
        ("klaster EduFarmCluster", "EduFarmCluster"),
        ("klastra EduFarm", "EduFarm"),
        ("Śląsko Klaster Chemiczny", "Slasko Klaster Chemiczny"),
        ("Klaster Fotowoltaiki Pienin", "Klaster Fotowoltajki Pienin"),
        ("The ToruńIndustrial Park", "Toruń Industrial Park"),
        ("Stowarzyszenie Stowarzyszenie Rybaków", "Stowarzyszenie Rybaków"),
    ],
)
def test_typography_legal_forms_and_slips(one: str, other: str) -> None:
    assert same_organization(one, other)


@pytest.mark.parametrize(
    ("acronym", "full"),
    [
        ("LKD", "Lubuski Klaster Drzewny"),
        ("Klaster LKD", "Lubuski Klaster Drzewny"),
        ("ŚKCh", "Śląski Klaster Chemiczny"),
        ("TPP-T", "Toruński Park Przemysłowo-Technologiczny"),
        ("WKICT", "Wschodni Klaster ICT"),
        ("NLA", "Národní logistická asociace"),
        ("BMN", "Baltic Marine Network (BMN)"),
    ],
)
def test_acronym_is_the_initials(acronym: str, full: str) -> None:
    assert same_organization(acronym, full)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lubuski Klaster Drzewny", "Śląski Klaster Drzewny"),
        ("Klaster Drzewny", "Lubuski Klaster Drzewny"),
        ("Lubuski Klaster Drzewny", "Stowarzyszenie Lubuski Klaster Drzewny"),
        ("Klaster Zielona Dolina", "Fundacja Zielona Dolina"),
        ("Lietuvos baldų asociacija", "Lietuvos baldų tinklas"),
        ("Wschodni Klaster ICT", "Wschodni Klaster ITC"),
        ("Klaster A4", "Klaster A6"),
        ("LK", "Lubuski Klaster"),
        ("LKD", "Lubelski Klaster Metalowy"),
        ("Klaster", "Klaster Drzewny"),
        ("", ""),
    ],
)
def test_what_must_not_merge(one: str, other: str) -> None:
    assert not same_organization(one, other)


def test_brand_before_a_dash_stands_for_the_whole() -> None:
    whole = "Zorza Mebli – Sieć Producentów Krzeseł"
    assert same_organization("Zorza Mebli", whole)
    assert not same_organization("Sieć", whole)


@pytest.mark.parametrize(
    ("written", "language", "plain"),
    [
        ("Lubuskiemu Klastrowi Drzewnemu", "pl", "Lubuski Klaster Drzewny"),
        ("Klastrem Centralnego Zagłębia", "pl", "Klaster Centralnego Zagłębia"),
        ("Fundację Interes", "pl", "Fundacja Interes"),
        ("Gdyńską Specjalną Strefę Morską S.A.", "pl", "Gdyńska Specjalna Strefa Morska S.A."),
        ("Ogólnokrajową Izbę „Młyn”", "pl", "Ogólnokrajowa Izba „Młyn”"),
        ("Klastra Drzewno Meblarskiego „Dąb”", "pl", "Klaster Drzewno Meblarski „Dąb”"),
        ("Brněnského leteckého klastru", "cs", "Brněnský letecký klastr"),
        ("Slovenskou strojárskou asociáciou", "sk", "Slovenská strojárska asociácia"),
        ("Харківським машинобудівним кластером", "uk", "Харківський машинобудівний кластер"),
        ("индустриального парка «Берёза»", "ru", "индустриальный парк «Берёза»"),
        ("Mechatronikai Klaszterrel", "hu", "Mechatronikai Klaszter"),
        ("Plastikų klasterio", "lt", "Plastikų klasteris"),
        ("Clusters Holz", "de", "Cluster Holz"),
        ("Mazurski Klaster", "pl", "Mazurski Klaster"),
        ("Oak Valley Cluster", "en", "Oak Valley Cluster"),
        ("Klastra Drzewnego", "xx", "Klastra Drzewnego"),
    ],
)
def test_nominative(written: str, language: str, plain: str) -> None:
    assert nominative(written, language) == plain


def test_long_input_is_bounded() -> None:
    name = "Klastra " + "Bardzo Długiego " * 5000
    assert nominative(name, "pl") == name
    assert not same_organization(name, "Klaster")


def test_every_concept_of_a_language_exists_in_english_or_stands_alone() -> None:
    english = set(section("en", "names")["words"])
    known = set()
    for code in codes():
        for concept in section(code, "names").get("words") or {}:
            known |= {concept} if concept in english else set(concept.split())
    odd = {concept for concept in known if fold(concept) != concept}
    assert not odd
    assert concepts_of(fold("chemicznego")) == ("chemistry",)
    assert concepts_of(fold("Zachodniopomorskim")) == ("west", "pomerania")
