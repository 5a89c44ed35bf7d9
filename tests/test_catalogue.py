"""Sources are files: what is in them, and what a mistake says."""

from urllib.parse import urljoin

import pytest

from catalogue import enabled_sources, load_source, load_sources, source_files
from spiders.loader import spider_for


@pytest.fixture
def folder(tmp_path):
    def write(name, text):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_the_shipped_sources_have_no_mistakes():
    sources, mistakes = load_sources()
    assert mistakes == []
    assert {"pppt", "agrobiocluster", "klasterip", "klasterlogtrans"} <= set(sources)


def test_five_lines_make_a_source(folder):
    path = folder(
        "alpine-cluster.yaml",
        "url: https://alpine.example/\nplatform: wordpress\nlanguages: [de, it]\n"
        "country: AT\ntimezone: Europe/Vienna\n",
    )
    sources, mistakes = load_sources(path)
    assert not mistakes
    source = sources["alpine-cluster"]
    assert (source.platform, source.host) == ("wordpress", "alpine.example")
    assert source.fixed_interval is None, "how often to visit is learned"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("url: https://a.example/\nplatfrom: any\n", 2, "`platfrom` is no key here"),
        ("url: https://a.example/\n\npages: many\n", 3, "expected a number of pages"),
        ("platform: any\n", 1, "`url` is missing, expected an address"),
        ("url: ftp://a.example/\n", 1, "expected an address such as https://"),
        ("url: https://a.example/\nexpect:\n  news: -1\n", 3, "`expect.news` is -1"),
        ("url: https://a.example/\nlanguages: [a\n", 3, "expected"),
        ("url: https://a.example/\ntimezone: Europe/Plock\n", 2, "Europe/Warsaw"),
        ("url: https://a.example/\nverified: soon\n", 2, "a day such as"),
        ("- a\n- b\n", 1, "expected lines such as"),
        ("", 1, "expected lines such as"),
    ],
)
def test_a_mistake_names_its_line_and_what_was_expected(folder, text, line, words):
    path = folder("broken.yaml", text)
    folder("sound.yaml", "url: https://b.example/\n")
    sources, mistakes = load_sources(path)
    assert list(sources) == ["sound"]
    assert (mistakes[0].path.name, mistakes[0].line) == ("broken.yaml", line)
    assert words in str(mistakes[0])


def test_text_in_another_charset_is_a_mistake_not_a_crash(tmp_path):
    (tmp_path / "a.yaml").write_bytes("url: https://a.example/\n# zażółć\n".encode("cp1250"))
    sources, mistakes = load_sources(tmp_path)
    assert sources == {}
    assert mistakes[0].line == 2
    assert "UTF-8" in mistakes[0].message


@pytest.mark.parametrize(("every", "hours"), [("6h", 6), ("1d", 24), ("2w", 336)])
def test_how_often_is_a_span_of_time(folder, every, hours):
    path = folder("a.yaml", f"url: https://a.example/\nevery: {every}\n")
    assert load_sources(path)[0]["a"].fixed_interval.total_seconds() == hours * 3600


def test_folders_order_the_files_and_names_stay_unique(folder):
    folder("PL/alpha.yaml", "url: https://alpha.example/\n")
    folder("DE/alpha.yaml", "url: https://other.example/\n")
    path = folder("beta.yaml", "url: https://beta.example/\n")
    sources, mistakes = load_sources(path)
    assert sorted(sources) == ["alpha", "beta"]
    told = str(mistakes[0])
    assert len(mistakes) == 1
    assert str(path / "DE" / "alpha.yaml") in told
    assert str(path / "PL" / "alpha.yaml") in told


def test_a_source_that_was_never_verified_is_not_one_of_all(folder):
    folder("a.yaml", "url: https://a.example/\nverified: never\n")
    folder("b.yaml", "url: https://b.example/\nverified: 2026-11-22\n")
    path = folder("c.yaml", "url: https://c.example/\n")
    sources, mistakes = load_sources(path)
    assert not mistakes
    assert [source.name for source in enabled_sources(sources.values())] == ["b", "c"]


def test_norway_is_a_country_and_norwegian_a_language(folder):
    path = folder("fjord.yaml", "url: https://fjord.example/\nlanguages: [no]\ncountry: NO\n")
    sources, mistakes = load_sources(path)
    assert not mistakes
    assert (sources["fjord"].languages, sources["fjord"].country) == (["no"], "NO")


def test_the_shipped_catalogue_begins_with_europe_and_crawls_only_four_unasked():
    sources, mistakes = load_sources()
    assert not mistakes
    enabled = {source.name for source in enabled_sources(sources.values())}
    assert enabled == {"pppt", "agrobiocluster", "klasterip", "klasterlogtrans"}
    assert len(sources) > 100
    for source in sources.values():
        assert source.languages, source.name
        folder = next(path.parent.name for path in source_files() if path.stem == source.name)
        assert folder in (source.country, "sources", "EU", "international"), source.name
        assert (
            source.country is None or source.country.lower() in source.tags or folder == "sources"
        )
        assert source.country is None or source.timezone != "UTC", source.name


def test_every_shipped_source_has_a_spider_that_wants_its_own_pages():
    for source in load_sources()[0].values():
        spider = spider_for(source)()
        assert spider.name == source.name
        assert spider.wanted(source.url)
        for listing in source.listings:
            address = spider.canonical(urljoin(source.url, listing))
            assert spider.wanted(address), address
            assert spider.lists(address), address


def test_one_source_is_read_without_the_others(folder):
    path = folder("alpine.yaml", "url: https://alpine.example/\n")
    (path / "AT").mkdir()
    (path / "AT" / "danube.yaml").write_text("url: https://danube.example/\n")
    (path / "broken.yaml").write_text("url: nowhere\n")
    assert load_source("danube", path) == load_sources(path)[0]["danube"]
    assert load_source("broken", path) is None
    assert load_source("nobody", path) is None
