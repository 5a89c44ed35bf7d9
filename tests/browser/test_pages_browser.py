"""The pages in a real browser: no barriers, on a telephone and in the dark, by keyboard alone,
without scripts; nothing is asked of any other host."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from operated import PAYLOAD, TOKEN
from pages_served import Pages
from playwright.sync_api import expect
from readers import Reader, Readers
from worlds import SOURCE

pytestmark = pytest.mark.xdist_group("browser")

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHANGED_BY_THE_WINDOW = (
    *("color-contrast", "target-size", "scrollable-region-focusable", "aria-hidden-focus"),
    *("link-in-text-block", "landmark-unique", "heading-order", "page-has-heading-one"),
)
"""What can be another in the dark and on a telephone."""

PLACES = (
    "",
    "/search?q=klaster",
    "/organizations",
    "/organizations/{organization}",
    "/news",
    "/news/{article}",
    "/events",
    "/events/{event}",
    "/certificates?as_of=2026-03-04&everything=1",
    "/sources",
    f"/sources/{SOURCE}",
    "/changes?until=2026-03-08",
    "/review",
    "/sign-in",
    "/no-such-page",
)
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def ids(site: Pages) -> dict[str, str]:
    """What stands for the ids in addresses."""
    first = {
        name: site.service.get(f"/api/{path}").json["items"][0]
        for name, path in (
            ("article", "articles"),
            ("event", "events"),
            ("certificate", "certificates?q=Klaster%20Wodny&everything=true"),
        )
    }
    return {
        "article": first["article"]["id"],
        "event": first["event"]["id"],
        "organization": first["certificate"]["holder"]["id"],
    }


def barriers(reader: Reader, *rules: str) -> list[str]:
    """What axe finds on the page as it is shown, by all rules or only these."""
    only: dict[str, Any] = (
        {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": WCAG}
    )
    options = {"resultTypes": ["violations"], "runOnly": only, "iframes": False}
    found = Axe().run(reader.page, options=options).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:120]}"
        for one in found
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("place", PLACES)
def test_a_page_has_no_barriers_and_fits(readers: Readers, ids: dict[str, str], place: str) -> None:
    path = place.format_map(ids)
    reader = readers.reader(viewport={"width": 1280, "height": 800}, color_scheme="light")
    status = reader.go(f"/en{path}")
    assert status == (404 if place == "/no-such-page" else 200)
    for one in reader.page.locator("details:not(.narrow)").all():
        one.evaluate("details => { details.open = true }")
    assert barriers(reader) == []

    reader.page.emulate_media(color_scheme="dark")
    reader.page.set_viewport_size(PHONE)
    reader.go(f"/pl{path}")
    assert reader.page.locator("html").get_attribute("lang") == "pl"
    assert barriers(reader, *CHANGED_BY_THE_WINDOW) == []
    for width in (360, 320):
        reader.page.set_viewport_size({"width": width, "height": 740})
        shown, window = reader.width()
        assert shown <= window, f"{path} is {shown} wide in a window of {window}"
    noticed = [one for one in reader.noticed if place != "/no-such-page" or "404" not in one]
    assert noticed == []


def test_by_keyboard_alone_and_without_scripts(readers: Readers) -> None:
    reader = readers.reader(java_script_enabled=False)
    page = reader.page
    reader.go("/en")
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator("main input[type=search]:focus").count():
            break
    page.keyboard.type("klaster")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/en/search\?q=klaster"))
    expect(page.locator("main")).to_contain_text("Klaster Wodny")
    page.set_viewport_size(PHONE)
    page.get_by_text("Menu", exact=True).press("Enter")
    page.locator(".narrow").get_by_role("link", name="Labels").press("Enter")
    expect(page.locator("h1")).to_have_text("Register of labels")
    assert reader.noticed == []


def test_the_register_at_a_chosen_day_without_scripts(readers: Readers) -> None:
    reader = readers.reader(java_script_enabled=False)
    page = reader.page
    reader.go("/en/certificates")
    page.get_by_label("On this day").fill("2021-06-01")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("main h3")).to_have_text(["Klaster Wodny"])
    quote = page.locator("blockquote").first
    expect(quote).not_to_be_visible()
    page.get_by_text("source says so").first.click()
    expect(quote).to_be_visible()
    expect(quote).to_contain_text(PAYLOAD)
    page.get_by_role("link", name="Klaster Wodny").first.click()
    picture = page.get_by_role("img", name="Labels over the years")
    expect(picture).to_be_visible()
    expect(picture.locator("text").filter(has_text="Label of Tests, gold")).to_be_visible()
    assert reader.noticed == []


def test_the_keeper_signs_in_answers_and_has_a_site_read(
    readers: Readers, asked: list[str]
) -> None:
    reader = readers.reader(java_script_enabled=False, viewport=PHONE)
    page = reader.page
    reader.go("/en/review")
    page.get_by_role("link", name="Sign in to answer").click()
    page.get_by_label("Token").fill("a guess")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This is not the token. Please try again.")
    reader.noticed.clear()
    page.get_by_label("Token").fill(TOKEN)
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are signed in.")).to_be_visible()
    (cookie,) = reader.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    page.get_by_role("button", name="The same").click()
    expect(page.get_by_role("status")).to_contain_text("is answered: The same.")
    expect(page.locator("main")).to_contain_text("There is nothing to decide.")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("button", name="Different")).to_be_visible()
    shown, window = reader.width()
    assert shown <= window
    reader.go(f"/en/sources/{SOURCE}")
    page.get_by_role("button", name="Read it now").click()
    expect(page.get_by_role("status")).to_contain_text("as soon as its turn comes")
    assert asked == [SOURCE]
    reader.go("/en/review")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in to answer")).to_be_visible()
    assert reader.noticed == []
