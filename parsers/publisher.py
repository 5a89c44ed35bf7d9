"""Names of the site, and the organization that speaks on a page as "we"."""

from __future__ import annotations

from lxml.html import HtmlElement

from parsers.charset import seen


def site_names(root: HtmlElement) -> list[str]:
    """Names that the page's metadata give its site, the most credible first."""
    head = root.find("head")
    if head is None:
        return []
    found = []
    for meta in head.iterfind("meta"):
        name = (meta.get("property") or meta.get("name") or "").lower()
        if name in ("og:site_name", "application-name", "publisher", "dc.publisher"):
            found.append(" ".join(seen(meta.get("content") or "").split())[:200])
    return [name for name in dict.fromkeys(found) if name]
