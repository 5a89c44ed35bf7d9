"""Where the search begins: a few true inputs of each target, from the project's own files."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent.parent
_LARGEST = 20_000
_DATES = (
    "16-18 stycznia 2023",
    "28 lutego do 3 marca 2024, godz. 10:00",
    "31.05.-13.09.2021",
    "3-4-5 Ekim 2019",
    "2023 m. sausio 16–18 d.",
    "12. XI. 2025 r.",
    "November 3rd, 2024, 9 a.m. to 5 p.m.",
    "2024年3月5日",
)
_CALENDAR = """BEGIN:VEVENT
UID:1@fuzz.example
DTSTART;TZID=Europe/Warsaw:20260310T090000
DTEND;TZID=Europe/Warsaw:20260310T170000
RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=TU
EXDATE;TZID=Europe/Warsaw:20260317T090000
SUMMARY:Spotkanie klastra
LOCATION:Łódź\\, ul. Prosta 1
URL:https://fuzz.example/e/1
END:VEVENT
END:VCALENDAR
"""
_MARKED = """

<h2>Seminar</h2><script type="application/ld+json">{"@type":"Event","name":"Seminar",
"startDate":"2026-03-10T10:00:00Z","endDate":"2026-03-11","location":{"name":"Lublin"}}</script>
<a href="https://calendar.google.com/calendar/render?action=TEMPLATE&amp;text=Seminar
&amp;dates=20260310T090000Z/20260310T110000Z">Add</a>"""
_FEED = """<?xml version="1.0"?><rss version="2.0"><channel><item><link>https://fuzz.example/1</link>
<pubDate>Tue, 10 Mar 2026 09:00:00 +0100</pubDate></item></channel></rss>"""
_SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>
<loc>https://fuzz.example/1?a=1&amp;b=2</loc><lastmod>2026-03-10</lastmod></url></urlset>"""
_ROBOTS = "User-agent: *\nDisallow: /*?s=\nCrawl-delay: 2\nSitemap: https://fuzz.example/s.xml\n"


def seeds(target: str) -> list[bytes]:
    """The first inputs of a target, each of at most 20 kB."""
    if target == "page":
        pages = sorted((ROOT / "replica" / "sites").rglob("*.html"))[::4]
        return [_page(_MARKED), *(_page(path.read_text(encoding="utf-8")) for path in pages)]
    if target == "source":
        return [path.read_bytes() for path in sorted((ROOT / "sources").rglob("*.yaml"))[::8]]
    return {
        "calendar": [_CALENDAR.replace("\n", "\r\n").encode()],
        "dates": [bytes([number]) + text.encode() for number, text in enumerate(_DATES)],
        "feed": [_FEED.encode(), _SITEMAP.encode()],
        "robots": [_ROBOTS.encode()],
        "names": [b"Mazowiecki Klaster Chemiczny\nMazowieckiemu Klastrowi Chemicznemu"],
    }[target]


def _page(text: str) -> bytes:
    """A page of the replica, whose head says what the site's own page wraps it in."""
    _, _, content = text.partition("\n\n")
    return (
        '<html lang="pl"><head><title>Klaster</title><meta property="article:published_time" '
        'content="2026-01-20T08:00:00Z"></head><body><nav><a href="/">Start</a></nav><main>'
        f"<article><h1>Nowina</h1>{content}</article></main></body></html>"
    ).encode()[:_LARGEST]
