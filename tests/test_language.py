"""A page's language is that of its content; what it declares decides where words leave doubt."""

from __future__ import annotations

import pytest

from languages.detect import detect, two_letters
from languages.words import codes
from parsers.opening import open_document

SENTENCES = {
    "bg": "Клъстерът обяви днес, че към него се присъединиха три университета и седем фирми.",
    "ca": "El clúster va anunciar ahir que tres universitats i set empreses s'hi han afegit.",
    "cs": "Klastr dnes oznámil, že se k němu připojily tři univerzity a sedm firem z kraje.",
    "da": "Klyngen meddelte i dag, at tre universiteter og syv virksomheder er blevet medlemmer.",
    "de": "Der Cluster teilte heute mit, dass drei Hochschulen und sieben Firmen beigetreten sind.",
    "el": "Το δίκτυο ανακοίνωσε σήμερα ότι τρία πανεπιστήμια και επτά εταιρείες εντάχθηκαν.",
    "en": "The cluster announced today that three universities and seven companies have joined.",
    "es": "El clúster anunció ayer que se han incorporado tres universidades y siete empresas.",
    "et": "Klaster teatas täna, et sellega on liitunud kolm ülikooli ja seitse ettevõtet.",
    "fi": "Klusteri ilmoitti tänään, että siihen on liittynyt kolme yliopistoa ja monta yritystä.",
    "fr": "Le pôle a annoncé hier que trois universités et sept entreprises l'ont rejoint.",
    "hr": "Klaster je danas objavio da su mu se pridružila tri sveučilišta i sedam tvrtki.",
    "hu": "A klaszter ma bejelentette, hogy három egyetem és hét vállalat csatlakozott hozzá.",
    "it": "Il distretto ha annunciato oggi che tre università e sette aziende ne fanno parte.",
    "lt": "Klasteris šiandien pranešė, kad prie jo prisijungė trys universitetai ir kelios įmonės.",
    "lv": "Klasteris šodien paziņoja, ka tam pievienojušās trīs universitātes un septiņi uzņēmumi.",
    "nl": "Het cluster maakte vandaag bekend dat drie universiteiten en zeven bedrijven meedoen.",
    "no": "Klyngen opplyste i dag at tre universiteter og sju bedrifter har blitt medlemmer nå.",
    "pl": "Klaster ogłosił dzisiaj, że dołączyły do niego trzy uczelnie i siedem przedsiębiorstw.",
    "pt": "O cluster anunciou ontem que três universidades e sete empresas aderiram à rede.",
    "ro": "Clusterul a anunțat astăzi că trei universități și șapte companii i s-au alăturat.",
    "ru": "Кластер объявил сегодня, что к нему присоединились три университета и семь компаний.",
    "sk": "Klaster dnes oznámil, že sa k nemu pripojili tri univerzity a sedem firiem z kraja.",
    "sl": "Grozd je danes sporočil, da so se mu pridružile tri univerze in sedem podjetij.",
    "sv": "Klustret meddelade i dag att tre universitet och sju företag har anslutit sig.",
    "tr": "Küme bugün üç üniversitenin ve yedi şirketin kendisine katıldığını açıkladı.",
    "uk": "Кластер оголосив сьогодні, що до нього приєдналися три університети та сім компаній.",
    "zh": "产业集群今天宣布三所大学和七家企业加入了该组织。",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_tells_its_language(code: str) -> None:
    assert detect(SENTENCES[code]) == code


def test_every_language_with_a_file_is_tried() -> None:
    assert set(codes()) - {"sr"} == set(SENTENCES)


def test_the_answer_is_the_same_each_time() -> None:
    assert {detect(SENTENCES["sk"]) for _ in range(20)} == {"sk"}


def test_a_wrong_declaration_does_not_overrule_a_sentence() -> None:
    for code, sentence in SENTENCES.items():
        other = "en" if code != "en" else "pl"
        assert detect(sentence * 2, [other]) == code


def test_a_declaration_decides_for_a_few_words() -> None:
    assert detect("Kontakt 2024", ["sk"]) == "sk"
    assert detect("Kontakt 2024", ["cs"]) == "cs"
    assert detect("12.05.2024", ["hr"]) == "hr"
    assert detect("12.05.2024") == "und"


def test_languages_without_letter_statistics() -> None:
    serbian = "Klaster je danas saopštio da su mu se pridružila tri univerziteta i sedam firmi."
    assert detect(serbian, ["sr"]) == "sr"
    assert (
        detect("Кластер је објавио да му се придружило шест предузећа из Ђаковице и Ћићевца.")
        == "sr"
    )
    assert detect("クラスターは本日、三つの大学が参加したと発表しました。") == "ja"


@pytest.mark.parametrize(
    ("tag", "code"),
    [("pl-PL", "pl"), ("nb_NO", "no"), ("EN", "en"), ("x-default", None), ("", None), (None, None)],
)
def test_tags(tag: str | None, code: str | None) -> None:
    assert two_letters(tag) == code


def test_the_body_decides_not_the_chrome() -> None:
    menu = "".join(
        f"<li><a href='/{w}'>{w}</a></li>" for w in ("Aktualności", "Członkowie", "O nas")
    )
    chrome = f"<nav><ul>{menu}</ul></nav>"
    body = f"<article><h1>News</h1><p>{SENTENCES['en']}</p></article>"
    footer = "<footer>Wszelkie prawa zastrzeżone. Polityka prywatności i plików cookie.</footer>"
    markup = f'<html lang="pl"><body>{chrome}{body}{footer}</body></html>'
    assert open_document(markup.encode(), "https://park.example/PL/news").language == "en"


def test_long_noise_is_cheap_and_unknown() -> None:
    assert detect("0123456789 " * 100_000) == "und"
    assert detect("https://park.example/" + "a" * 100_000) in (*codes(), "und")
