"""What tells a platform, where menus lead, and which addresses a platform's spider asks for."""

import pytest

from catalogue import Source
from parsers.marks import read_mark
from parsers.menu import Anchor, read_anchors, read_languages, read_sections
from parsers.opening import open_document
from spiders.loader import spider_for


def document(head="", body="", language="en"):
    text = f"<html lang='{language}'><head>{head}</head><body>{body}<p>Words.</p></body></html>"
    return open_document(text.encode(), "https://park.example/")


@pytest.mark.parametrize(
    ("head", "headers", "platform"),
    [
        ('<meta name="generator" content="WordPress 6.7">', {}, "wordpress"),
        ('<meta name="Generator" content="Drupal 10 (https://www.drupal.org)">', {}, "drupal"),
        ('<meta name="generator" content="TYPO3 CMS">', {}, "typo3"),
        ('<meta name="generator" content="Joomla! - Open Source">', {}, "joomla"),
        ('<meta name="GENERATOR" content="Microsoft SharePoint">', {}, "sharepoint"),
        ("", {"x-generator": "Drupal 9"}, "drupal"),
        ("", {"link": '<https://park.example/wp-json/>; rel="https://api.w.org/"'}, "wordpress"),
        ("", {"microsoftsharepointteamservices": "16.0"}, "sharepoint"),
        ('<script src="/typo3temp/assets/js/a.js"></script>', {}, "typo3"),
        ('<link href="/_assets/0123456789abcdef0123456789abcdef/x.css">', {}, "typo3"),
        ('<script src="/media/jui/js/jquery.min.js"></script>', {}, "joomla"),
        ('<img src="/sites/default/files/logo.png">', {}, "drupal"),
        ('<link href="https://park.example/wp-content/themes/a.css">', {}, "wordpress"),
        ('<script src="/_layouts/15/init.js"></script>', {}, "sharepoint"),
    ],
)
def test_a_platform_is_known_by_its_marks(head, headers, platform):
    mark = read_mark(document(head), headers)
    assert mark is not None
    assert mark.platform == platform
    assert mark.told


def test_marks_of_other_sites_and_of_no_platform_say_nothing():
    elsewhere = '<img src="https://other.example/wp-content/uploads/a.jpg">'
    assert read_mark(document(elsewhere), {}) is None
    assert read_mark(document('<meta name="generator" content="Hugo 0.1">'), {}) is None


@pytest.mark.parametrize(
    ("text", "path", "subject"),
    [
        ("Aktualności", "/1", "news"),
        ("News & Events", "/1", "news"),
        ("Termine", "/1", "events"),
        ("Naše akce", "/1", "events"),
        ("Hírek", "/1", "news"),
        ("Новини", "/1", "news"),
        ("Renginiai", "/1", "events"),
        ("通知公告", "/1", "news"),
        ("Certyfikaty", "/1", "labels"),
        ("", "/pl/aktualnosci/", "news"),
        ("Mehr", "/veranstaltungen.html", "events"),
        ("", "/haberler", "news"),
        ("About us", "/about", None),
        ("Newspaper archive", "/1", None),
        ("News from our members about the great fair", "/1", None),
    ],
)
def test_menus_lead_to_lists_in_many_languages(text, path, subject):
    found = read_sections([Anchor(f"https://park.example{path}", text)])
    assert [section.subject for section in found] == ([subject] if subject else [])


def test_the_most_certain_section_comes_first():
    anchors = [
        Anchor("https://park.example/a", "Kultur und Termine im Park"),
        Anchor("https://park.example/b", "Termine"),
    ]
    assert [section.url[-1] for section in read_sections(anchors)] == ["b", "a"]


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ('<a href="/pl">PL</a> <a href="/en">EN</a> <a href="/de">DE</a>', {"pl", "en", "de"}),
        ('<a href="/en">English</a> <a href="/cs">Česky</a>', {"en"}),
        ('<a href="/fr">Français</a> <a href="/es">Español</a>', {"fr", "es"}),
        ('<a href="/nb">Norsk bokmål</a><a href="/it">IT</a>', {"no", "it"}),
        ('<a href="/it">IT</a>', set()),
        ('<a href="/en"><img alt="EN" src="en.png"></a>', {"en"}),
    ],
)
def test_language_menus_are_read_but_one_short_word_is_no_menu(body, codes):
    page = document(body=body)
    assert set(read_languages(page, read_anchors(page))) == codes


def test_hreflang_names_versions():
    head = (
        '<link rel="alternate" hreflang="de-AT" href="/de"><link rel="alternate" hreflang="nb" '
        'href="/nb"><link rel="alternate" hreflang="x-default" href="/">'
    )
    page = document(head)
    assert read_languages(page, []) == {
        "de": "https://park.example/de",
        "no": "https://park.example/nb",
    }


def spider(platform):
    return spider_for(Source(name="park", url="https://park.example/", platform=platform))()


SIGNED = "tx_news_pi1%5Bnews%5D=7&cHash=0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("platform", "address", "stored"),
    [
        ("typo3", f"/n?{SIGNED}", f"/n?{SIGNED}"),
        (
            "typo3",
            f"/n?tx_news_pi1[currentPage]=2&{SIGNED}&utm_source=x&no_cache=1",
            f"/n?tx_news_pi1%5BcurrentPage%5D=2&{SIGNED}",
        ),
        (
            "typo3",
            "/n?tx_news_pi1[news]=7&tx_news_pi1[currentPage]=2",
            "/n?tx_news_pi1%5Bnews%5D=7",
        ),
        ("typo3", "/n?tx_news_pi1[currentPage]=2", "/n?tx_news_pi1%5BcurrentPage%5D=2"),
        (
            "typo3",
            "/n?tx_ttnews[tt_news]=5&tx_ttnews[backPid]=3&cHash=0123456789abcdef",
            "/n?tx_ttnews%5Btt_news%5D=5",
        ),
        ("joomla", "/index.php/n/4-x?Itemid=7&tmpl=component&print=1", "/index.php/n/4-x"),
        (
            "joomla",
            "/index.php?option=com_content&view=article&id=4&Itemid=7",
            "/index.php?option=com_content&view=article&id=4",
        ),
        ("joomla", "/index.php/n?start=5", "/index.php/n?start=5"),
        ("any", "/modules.php?sid=12", "/modules.php?sid=12"),
        ("any", "/news.php?id=3&sid=0123456789abcdef0123", "/news.php?id=3"),
        ("any", "/news/a.html?view=renderPrint", "/news/a.html"),
        ("drupal", "/news?page=2", "/news?page=2"),
        ("drupal", "/node/4?destination=news", "/node/4"),
    ],
)
def test_parameters_that_change_nothing_are_no_other_page(platform, address, stored):
    assert spider(platform).canonical(f"https://park.example{address}") == (
        f"https://park.example{stored}"
    )


@pytest.mark.parametrize(
    ("platform", "path", "wanted"),
    [
        ("typo3", "/fileadmin/user_upload/a.html", False),
        ("typo3", "/index.php?id=4&type=98", False),
        ("typo3", "/index.php?id=4&type=0", True),
        ("typo3", "/index.php?eID=dumpFile&t=f", False),
        ("joomla", "/index.php/component/users/?view=login", False),
        ("joomla", "/index.php?option=com_search", False),
        ("joomla", "/index.php/aktuality/12-clanek", True),
        ("wordpress", "/2024/05/a-new-hall/amp/", False),
        ("wordpress", "/2024/05/amplifiers/", True),
        ("any", "/login.aspx", False),
        ("any", "/news?sort=title", False),
        ("any", "/printing-industry/", True),
        ("drupal", "/user/login?destination=a", False),
        ("drupal", "/print/node/4", False),
        ("drupal", "/news?sort_by=title", False),
        ("drupal", "/news?page=3", True),
        ("drupal", "/users-of-the-park", True),
    ],
)
def test_pages_without_news_are_not_wanted(platform, path, wanted):
    assert spider(platform).wanted(f"https://park.example{path}") is wanted


@pytest.mark.parametrize(
    ("platform", "path", "lists"),
    [
        ("drupal", "/taxonomy/term/12", True),
        ("drupal", "/news?page=2", True),
        ("drupal", "/news/a-new-hall", False),
        ("typo3", "/news?tx_news_pi1%5BcurrentPage%5D=2", True),
        ("typo3", f"/news?{SIGNED}", False),
        ("joomla", "/index.php/news?start=20", True),
        ("joomla", "/index.php?option=com_content&view=category&id=3", True),
        ("joomla", "/index.php/news/4-a-new-hall", False),
    ],
)
def test_lists_are_told_from_articles(platform, path, lists):
    assert spider(platform).lists(f"https://park.example{path}") is lists
