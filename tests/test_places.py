"""Cities in inflected forms, their countries, and words that are no cities."""

from __future__ import annotations

import pytest

from languages.places import cities_in, city_at, city_named, city_of_adjective, country_named


def _found(text: str, language: str, country: str | None = None) -> list[tuple[str, str]]:
    return [
        (mention.city.name, mention.city.country)
        for mention in cities_in(text, language, country=country)
    ]


@pytest.mark.parametrize(
    ("language", "text", "city", "country"),
    [
        ("pl", "Zjazd odbył się w Rzeszowie.", "Rzeszów", "PL"),
        ("pl", "w Bielsku-Białej", "Bielsko-Biała", "PL"),
        ("pl", "w Nowym Sączu", "Nowy Sącz", "PL"),
        ("pl", "we Wrocławiu", "Wrocław", "PL"),
        ("pl", "w Łodzi", "Łódź", "PL"),
        ("pl", "w czeskiej Pradze", "Praha", "CZ"),
        ("pl", "w Monachium", "München", "DE"),
        ("cs", "v Hradci Králové", "Hradec Králové", "CZ"),
        ("cs", "v Plzni", "Plzeň", "CZ"),
        ("sk", "v Banskej Bystrici", "Banská Bystrica", "SK"),
        ("sk", "v Košiciach", "Košice", "SK"),
        ("hr", "u Osijeku", "Osijek", "HR"),
        ("sl", "v Kopru", "Koper", "SI"),
        ("hu", "A fórum Debrecenben lesz.", "Debrecen", "HU"),
        ("lt", "Susitikimas vyko Kaune.", "Kaunas", "LT"),
        ("uk", "у Львові", "Львів", "UA"),
        ("ru", "в Казани", "Казань", "RU"),
        ("et", "Seminar toimus Tartus.", "Tartu", "EE"),
        ("bg", "във Варна", "Варна", "BG"),
        ("de", "in Frankfurt am Main", "Frankfurt am Main", "DE"),
        ("fr", "à Toulouse", "Toulouse", "FR"),
        ("it", "a Trieste", "Trieste", "IT"),
        ("es", "en Zaragoza", "Zaragoza", "ES"),
        ("da", "i København", "København", "DK"),
        ("tr", "Ankara'da", "Ankara", "TR"),
        ("en", "in Warsaw", "Warszawa", "PL"),
    ],
)
def test_a_city_in_its_case_is_returned_in_the_nominative(
    language: str, text: str, city: str, country: str
) -> None:
    assert (city, country) in _found(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "w Sali Kominkowej"),
        ("pl", "w Polsce"),
        ("pl", "w Ministerstwie Zdrowia"),
        ("en", "in Reading and writing"),
        ("en", "in March"),
        ("de", "in Halle 7"),
        ("de", "in Form eines Vortrags"),
        ("cs", "v Evropě"),
        ("pl", "klaster z Lublina"),
    ],
)
def test_what_is_no_certain_city_is_left_out(language: str, text: str) -> None:
    assert _found(text, language) == []


def test_the_larger_city_wins_unless_the_text_or_the_site_says_otherwise() -> None:
    assert _found("in Athens", "en") == [("Athens", "GR")]
    assert _found("in Athens, United States", "en") == [("Athens", "US")]
    assert _found("in Athens", "en", "US") == [("Athens", "US")]


def test_the_longest_name_wins() -> None:
    mention = city_at("Nowa Sól oraz okolice", 0, "pl")
    assert mention is not None
    assert (mention.city.name, mention.span) == ("Nowa Sól", (0, 8))


def test_a_whole_text_names_a_city_or_none() -> None:
    for text in ("Olomouc", "77900 Olomouc", "Olomouc, Czechia"):
        city = city_named(text, "en")
        assert city is not None, text
        assert city.country == "CZ"
    assert city_named("Hotel Olomouc", "en") is None


def test_the_adjective_of_a_city_tells_where_an_organization_is() -> None:
    city = city_of_adjective("Politechnika Wrocławska", "pl")
    assert city is not None
    assert (city.name, city.country) == ("Wrocław", "PL")
    assert city_of_adjective("Mazowiecki Park Naukowy", "pl") is None


def test_countries_are_known_by_name_in_the_pages_language_or_english() -> None:
    assert country_named("Niemcy", "pl") == "DE"
    assert country_named("Germany", "pl") == "DE"
    assert country_named("Narnia", "pl") is None


def test_hostile_text_is_read_in_bounded_time() -> None:
    assert _found("w " + "Aa-" * 20_000, "pl") == []
