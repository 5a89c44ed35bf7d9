"""Dates in running text: formats of many languages, ranges, times, and what is no date."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import date

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from languages.dates import DateSpan, read_dates
from languages.words import codes


def read(text: str, language: str, anchor: str | None = None) -> list[tuple[str, str | None]]:
    return [(span.start, span.end) for span in read_dates(text, language, anchor)]


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("pl", "Dodano 7 maja 2016", "2016-05-07"),
        ("pl", "8 XI 2012r.", "2012-11-08"),
        ("pl", "03.II.2020 r.", "2020-02-03"),
        ("pl", "w dn. 21 marca 2013 r.", "2013-03-21"),
        ("pl", "9 / lipca / 2018", "2018-07-09"),
        ("pl", "9\n/\nlipca\n/\n2018", "2018-07-09"),
        ("pl", "Data: 24/02/2023", "2023-02-24"),
        ("pl", "2 pazdziernika 2019", "2019-10-02"),
        ("en", "Submitted on 8 December 2018", "2018-12-08"),
        ("en", "February 14th, 2017", "2017-02-14"),
        ("en", "2016 October 4", "2016-10-04"),
        ("en", "11 Jun-2014", "2014-06-11"),
        ("en", "12.25.1998", "1998-12-25"),
        ("de", "3. Jänner 2022", "2022-01-03"),
        ("de", "Meldung 11.12.2017", "2017-12-11"),
        ("de", "7. Dez 19", "2019-12-07"),
        ("fr", "Publié le 1er février 2019", "2019-02-01"),
        ("fr", "9 fevr. 2018", "2018-02-09"),
        ("es", "jueves, 2 de junio de 2022", "2022-06-02"),
        ("ca", "14 d’abril de 2021", "2021-04-14"),
        ("it", "4 ott 2011", "2011-10-04"),
        ("pt", "Publicado em 3 de agosto de 2023por", "2023-08-03"),
        ("cs", "12. 9. 2022", "2022-09-12"),
        ("sk", "8. októbra 2012", "2012-10-08"),
        ("hu", "2015. július 30-án", "2015-07-30"),
        ("hu", "2016. 04. 05.", "2016-04-05"),
        ("lt", "2019 m. kovo 11 d.", "2019-03-11"),
        ("lt", "Spalio 3 d., 2018", "2018-10-03"),
        ("lt", "05 liepos d., 2021", "2021-07-05"),
        ("lv", "2022. gada 4. maijā", "2022-05-04"),
        ("uk", "30 листопада 2021 року", "2021-11-30"),
        ("ru", "двадцать пятое мая 2016", "2016-05-25"),
        ("bg", "6 Май 2014", "2014-05-06"),
        ("sr", "9. jula 2019. godine", "2019-07-09"),
        ("el", "25 Μαρτίου 2021", "2021-03-25"),
        ("tr", "06 / 12 / 2023", "2023-12-06"),
        ("da", "30-11-18", "2018-11-30"),
        ("sv", "maj 9, 2020", "2020-05-09"),
        ("fi", "torstaina 2. kesäkuuta 2022", "2022-06-02"),
        ("zh", "2018年11月6日", "2018-11-06"),
        ("sw", "tarehe 17.03.2020", "2020-03-17"),
    ],
)
def test_single_days(language: str, text: str, day: str) -> None:
    assert read(text, language) == [(day, None)]


@pytest.mark.parametrize(
    ("language", "text", "start", "end"),
    [
        ("pl", "w dniach 4-6 grudnia 2021", "2021-12-04", "2021-12-06"),
        ("pl", "od 3 do 9 sierpnia 2014 roku", "2014-08-03", "2014-08-09"),
        ("pl", "30 stycznia do 2 lutego 2022", "2022-01-30", "2022-02-02"),
        ("pl", "30.04.-12.05.2020 r.", "2020-04-30", "2020-05-12"),
        ("pl", "8 – 9.11.2021r.", "2021-11-08", "2021-11-09"),
        ("cs", "3.9.-4.9.2016", "2016-09-03", "2016-09-04"),
        ("cs", "5. - 7. 2. 2014", "2014-02-05", "2014-02-07"),
        ("de", "vom 3. bis 11. Mai 2018", "2018-05-03", "2018-05-11"),
        ("de", "vom 3. bis zum 11. Mai 2018", "2018-05-03", "2018-05-11"),
        ("de", "am 7. und 8. Juni 2021", "2021-06-07", "2021-06-08"),
        ("en", "30th November – 1st December 2015", "2015-11-30", "2015-12-01"),
        ("en", "Dec 29 – Jan 3, 2020", "2019-12-29", "2020-01-03"),
        ("en", "from 4 to 6 March 2022", "2022-03-04", "2022-03-06"),
        ("es", "los días 8, 9 y 10 de abril de 2019", "2019-04-08", "2019-04-10"),
        ("tr", "6-7-8 Mart 2020", "2020-03-06", "2020-03-08"),
        ("lt", "2022 m. spalio 3–5 d.", "2022-10-03", "2022-10-05"),
        ("hu", "2012. március 1-től 2014. június 30-ig", "2012-03-01", "2014-06-30"),
        ("ru", "с 2 мая по 2 июля 2015 года", "2015-05-02", "2015-07-02"),
        ("nl", "12 t/m 14 juni 2024", "2024-06-12", "2024-06-14"),
        ("zh", "2016年9月3日至5日", "2016-09-03", "2016-09-05"),
    ],
)
def test_ranges(language: str, text: str, start: str, end: str) -> None:
    assert read(text, language) == [(start, end)]


@pytest.mark.parametrize(
    ("language", "text", "start", "end"),
    [
        ("pl", "piątek, 8 marca 2019, godz. 9.30-11.00", "2019-03-08T09:30", "2019-03-08T11:00"),
        ("pl", "2019-02-04 07:15:00powrót", "2019-02-04T07:15", None),
        ("it", "9 luglio 2018, alle ore 18", "2018-07-09T18:00", None),
        ("de", "2. Mai 2019 um 17 Uhr", "2019-05-02T17:00", None),
        ("de", "2. Mai 2019 von 9 bis 13 Uhr", "2019-05-02T09:00", "2019-05-02T13:00"),
        ("fr", "le 6 juin 2017 à 14h45", "2017-06-06T14:45", None),
        ("en", "Monday, 3 June 2019, 6:15 p.m.", "2019-06-03T18:15", None),
        ("en", "Oct 5, 2021 / 07:20 AM", "2021-10-05T07:20", None),
        ("bg", "08:12:00 21-03-2016", "2016-03-21T08:12", None),
        ("da", "den 4. juni 2021 kl. 9.30-12", "2021-06-04T09:30", "2021-06-04T12:00"),
        ("pl", "2 maja 2022, 10:00 – 3 maja 2022, 15:00", "2022-05-02T10:00", "2022-05-03T15:00"),
    ],
)
def test_times(language: str, text: str, start: str, end: str | None) -> None:
    assert read(text, language) == [(start, end)]


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("pl", "druga sobota lipca 2020", "2020-07-11"),
        ("en", "last Friday of May 2021", "2021-05-28"),
        ("de", "erster Montag im Juni 2022", "2022-06-06"),
        ("it", "l'ultimo giorno di febbraio 2024", "2024-02-29"),
    ],
)
def test_weekdays_of_a_month(language: str, text: str, day: str) -> None:
    assert read(text, language) == [(day, None)]


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("pl", "3 września br.", "2021-09-03"),
        ("pl", "3 września ubiegłego roku", "2020-09-03"),
        ("fr", "12 décembre dernier", "2020-12-12"),
        ("fr", "12 mars prochain", "2022-03-12"),
        ("de", "am 28. Dezember", "2020-12-28"),
        ("en", "on 10 July", "2021-07-10"),
        ("zh", "5月8日", "2021-05-08"),
    ],
)
def test_years_come_from_the_anchor(language: str, text: str, day: str) -> None:
    (span,) = read_dates(text, language, "2021-04-20")
    assert (span.start, span.inferred) == (day, True)
    assert read_dates(text, language) == []


def test_the_anchor_may_be_a_date_and_a_weekday_may_choose_the_year() -> None:
    assert read_dates("Freitag, 3. Mai", "de", date(2020, 4, 1))[0].start == "2019-05-03"


def test_days_that_do_not_follow_each_other_are_two() -> None:
    assert read("3 and 17 May 2022", "en") == [("2022-05-03", None), ("2022-05-17", None)]


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("w marcu 2019 r.", "2019-03", None, "month"),
        ("wrzesień/październik 2020", "2020-09", "2020-10", "month"),
        ("w 2012 roku", "2012", None, "year"),
    ],
)
def test_coarse_dates(text: str, start: str, end: str | None, precision: str) -> None:
    (span,) = read_dates(text, "pl")
    assert (span.start, span.end, span.precision) == (start, end, precision)


def test_slashes_follow_the_region() -> None:
    assert read("4/5/2020", "en-us") == [("2020-04-05", None)]
    assert read("4/5/2020", "en") == [("2020-04-05", None)]
    assert read("4/5/2020", "en-gb") == [("2020-05-04", None)]
    assert read("4/5/2020", "fr") == [("2020-05-04", None)]
    assert read("25/5/2020", "en-us") == [("2020-05-25", None)]


def test_spans_point_at_their_words() -> None:
    text = "Otwarcie: 5 maja 2019 r., zamknięcie: 7.06.2019."
    for span in read_dates(text, "pl"):
        assert text[slice(*span.span)] == span.raw
    assert len(read_dates(text, "pl")) == 2


def test_glued_dates_are_two() -> None:
    assert read("Piątek, 5 lipca 202405/07/2024", "pl") == [("2024-07-05", None)] * 2


@pytest.mark.parametrize(
    "text",
    [
        "31.02.2020",
        "45 maja 2020",
        "v2.3.2021.7",
        "v2.3.2021",
        "wersja 1.12.2020.4",
        "§ 3.11.2019",
        "nr 4/11/2019",
        "tel. 22 11 2014",
        "+48 22 123 20 19",
        "19.99 zł",
        "rozdział 3.4",
        "6 grudnia",
        "0001-01-01",
        "Publié le ,",
        "12 maja 20 firm spotkało się",
        "192.168.10.2020",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert read(text, "pl") == []


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(codes()),
    st.dates(date(1990, 1, 1), date(2049, 12, 31)),
    st.sampled_from(("long", "full", "medium")),
)
def test_every_date_that_babel_writes_reads_back(language: str, day: date, width: str) -> None:
    text = format_date(day, width, locale="nb" if language == "no" else language)
    assert read(text, language) == [(day.isoformat(), None)]


@settings(deadline=None, max_examples=150)
@given(
    st.text() | st.text("0123456789 .-/:,–IXVmayjune"),
    st.sampled_from((*codes(), "und", "")),
    st.sampled_from((None, "2020-02-29", "nonsense")),
)
def test_any_text_gives_well_formed_spans(text: str, language: str, anchor: str | None) -> None:
    for span in read_dates(text, language, anchor):
        assert isinstance(span, DateSpan)
        assert text[slice(*span.span)] == span.raw
        assert span.end is None or span.start < span.end
        date.fromisoformat(
            (span.start + "-01-01")[:10] if len(span.start) < 10 else span.start[:10]
        )


@pytest.mark.parametrize("piece", ["7", "1 2 ", "1.2.", "1-", "12/", "2015 ", "1, ", "10:00-"])
def test_floods_of_digits_cost_little(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    read_dates("1 maja 2020", "pl")
    start = time.process_time()
    read_dates(text, "pl", "2020-01-01")
    assert time.process_time() - start < 0.5


_SHORT_WORDS = {
    "bg": "в на от до за с и или не се си то той тя те ще да е са по при без май пет ден",
    "ca": "a de en el la els les un una per amb i o no se es ho hi que set són més dels al",
    "cs": "a i o u v ve na do od po pro při s se si je ne ten to za led nad pod už jen dub pět",
    "da": "i på af til for fra med og eller en et den det man vi de du jeg ti to tre om så on",
    "de": "in an auf am im zu bis von für und oder ein der die das so da wir sie du er mit um V",
    "el": "σε με από για και ή το τα η ο οι να δεν θα ως τη στο πέντε δε της των πα",
    "en": "in at on of to for by and or a an the may march we it I sat sun no so as up out is mar",
    "es": "en a de del con por para y o un una el la los las se mi su no sí mar dos set al que",
    "et": "ja ei on see ta me te kui ka või aga mis oma uus kuni viis mais maal sel",
    "fi": "ja ei on se hän me te kun myös tai jos vain uusi viisi elo kesä tai yli alle",
    "fr": "en à de du des le la les un une et ou ne se ce sa ma me je on sept par pour sur mer jeu",
    "hr": "u na od do za s i ili ne se je to su svi tra pro pet ta po kod bez lip on",
    "hu": "a az és nem is hogy egy ez már el ki be meg fel öt mint csak máj én te",
    "it": "in a di da con su per tra fra e o un una il lo la i gli le non si se set sei giù più",
    "lt": "ir į iš su be už po per prie ar ne tai jis ji mes vas bal nuo iki an jau",
    "lv": "un uz no pie ar par pa pēc vai ne tas tā mēs viņš se ot pieci līdz visi",
    "nl": "in op aan van voor met en of een de het we ze zo te om bij uit na mei er zon vrij",
    "no": "i på av til for fra med og eller en et den det man vi de du ti to tre om så on",
    "pl": "w na od do z za o u i lub nie się to my ty on ona po pod nad przy dla już lis lip są",
    "pt": "em a de do da no na com por para e ou um uma o os as não se ter seg set sex mar mas",
    "ro": "în la de din pe cu și sau un o nu se sa ma mi mai noi voi ei trei cinci vin mare",
    "ru": "в на от до за с и или не по при у к о мы вы он она они это май пять для без",
    "sk": "a i o u v vo na do od po pre pri s so sa si je nie ten to za nad pod už len päť",
    "sl": "v na od do za s z in ali ne se je to ta pet po pri pod nad smo ste bo že mar",
    "sr": "у на од до за с и или не се је то су пет по при u na od do za ne se je pet po sve",
    "sv": "i på av till för från med och eller en ett den det man vi de du ti to tre om så on son",
    "tr": "ve ile bir bu şu o da de ki mi ara kas sal en az çok için gibi altı üstü ilk",
    "uk": "в у на від до за з і й або не по при ми ви він вона це лист вер бер п'ять для без",
    "zh": "在 和 的 了 是 不 有 这 那 我们 他 到 从 与",
}  # fmt: skip
_MONTHS_TOO = {("bg", "май"), ("ru", "май"), ("nl", "mei"), ("et", "mais")}


def test_every_language_has_its_short_words() -> None:
    assert set(_SHORT_WORDS) == set(codes())


@pytest.mark.parametrize("anchor", [None, "2021-04-20"])
@pytest.mark.parametrize("language", codes())
def test_a_short_word_beside_a_number_is_no_month(language: str, anchor: str | None) -> None:
    for word in _SHORT_WORDS[language].split():
        for form in (word, word.capitalize(), word.upper()):
            if (language, word) in _MONTHS_TOO or (language == "en" and form != word):
                continue  # with a number, or with a capital, these say the month
            for text in (
                f"{form} 7",
                f"{form} 7 xx",
                f"7 {form}",
                f"7 {form} xx",
                f"x {form} 2015",
            ):
                found = read_dates(text, language, anchor)
                assert all(span.precision == "year" for span in found), (language, text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "odbyło się 12 spotkań"),
        ("pl", "Maja 12 lat"),
        ("hu", "a klaszter már 12 tagot"),
        ("ro", "cele 5 mai mari firme"),
        ("fr", "les 3/4 des membres"),
        ("en", "the 2/3 majority"),
        ("en", "open 24/7"),
        ("en", "the top 5 I know"),
        ("de", "mit 12 V Spannung"),
        ("cs", "podpora pro 8 firem"),
        ("cs", "výzva pro 2018"),
        ("it", "vinse 3 set a 2"),
        ("es", "quedaron 5 en 2015"),
    ],
)
def test_words_that_look_like_months_are_none(language: str, text: str) -> None:
    assert read(text, language, "2015-06-01") == []


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("pl", "odbyło się 12 marca 2015 r.", "2015-03-12"),
        ("pl", "12 sie", "2015-08-12"),
        ("pl", "12 paz 2014", "2014-10-12"),
        ("cs", "12 pro 2014", "2014-12-12"),
        ("cs", "12. pro.", "2014-12-12"),
        ("it", "12 Set 2014", "2014-09-12"),
        ("es", "5 set. de 2014", "2014-09-05"),
        ("ro", "5 mai 2014", "2014-05-05"),
        ("en", "mar 5, 2014", "2014-03-05"),
        ("en", "May 5", "2015-05-05"),
        ("fr", "le 20/6", "2015-06-20"),
        ("sl", "14. junija 2018", "2018-06-14"),
    ],
)
def test_doubtful_words_are_months_where_their_place_is_plain(
    language: str, text: str, day: str
) -> None:
    assert read(text, language, "2015-06-01") == [(day, None)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", "de 11 a 14 de junho de 2019"),
        ("es", "11 a 14 de junio de 2019"),
        ("ro", "de la 11 la 14 iunie 2019"),
        ("nl", "van 11 tot en met 14 juni 2019"),
        ("en", "between 11 and 14 June 2019"),
        ("de", "zwischen dem 11. und 14. Juni 2019"),
        ("it", "tra l'11 e il 14 giugno 2019"),
        ("fr", "entre le 11 et le 14 juin 2019"),
        ("hu", "2019. június 11. és 14. között"),
    ],
)
def test_words_that_only_between_two_days_make_a_range(language: str, text: str) -> None:
    assert read(text, language) == [("2019-06-11", "2019-06-14")]


@pytest.mark.parametrize(
    ("language", "text", "days"),
    [
        ("en", "Room 11 at 14 June 2019", ["2019-06-14"]),
        ("nl", "11 en 14 juni 2019", ["2019-06-11", "2019-06-14"]),
        ("de", "am 11. und 14. Juni 2019", ["2019-06-11", "2019-06-14"]),
    ],
)
def test_the_same_words_elsewhere_make_none(language: str, text: str, days: list[str]) -> None:
    assert read(text, language) == [(day, None) for day in days]


def test_reading_dates_leaves_babel_as_it_was() -> None:
    """Whoever formats afterwards in the same language finds its numbers and days."""
    code = "from languages.dates import read_dates; from babel.numbers import format_decimal; "
    code += "read_dates('7 maja 2016', 'pl'); print(format_decimal(1234567, locale='pl'))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert said.stdout.decode().split() == ["1", "234", "567"]
