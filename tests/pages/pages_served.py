"""A reader of the pages: fetches and reads them as a browser would, without running anything."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import html
from served import Answer, Service

SCHEMES = {"zz-label": {"en": "Label of Tests", "pl": "Znak Testów"}}


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a running server."""

    service: Service

    def get(self, path: str, **headers: str) -> Answer:
        """The bare answer, redirects followed."""
        return self.service.get(path, **headers)

    def read(self, path: str, status: int = 200) -> html.HtmlElement:
        """A page's tree."""
        answer = self.get(path)
        assert answer.status == status, (path, answer.status, answer.body[:500])
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        return html.document_fromstring(answer.body.decode())


def words_of(tree: html.HtmlElement, path: str = "//main") -> str:
    """All that is written in a part of a page, its spaces single."""
    return " ".join(" ".join(part.text_content() for part in tree.xpath(path)).split())
