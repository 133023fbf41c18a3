"""Every page, at three widths, with and without script: it works for everyone."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.conftest import (
    INTERRUPTED,
    SAVED,
    UNKNOWN,
    WAITING,
    WIDTHS,
    WITH_CHANGES,
    WITH_ERRORS,
)
from tests.site_map import PAGES, PUBLIC, SEAL, Role

pytestmark = pytest.mark.browser

AXE = Axe()
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    }
}
MAX_FIRST_VISIT_BYTES = 60 * 1024
MAX_FIRST_VISIT_REQUESTS = 8
PLOTLY = "plotly"

FOCUSABLE = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]'
  )].filter(e => !e.disabled && e.checkVisibility({visibilityProperty: true})
    && !(e.type === 'radio' && e.name && !e.checked
         && document.querySelector(`input[name="${e.name}"]`) !== e)).length"""
MARK_FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const before = window.lastFocused;
  window.lastFocused = at;
  if (at === before) return 'same';  // the parts of a date
  if (at.hasAttribute('data-was-focused')) return 'again';
  at.setAttribute('data-was-focused', '');
  return 'new';
}"""


def viewers(page) -> list[str | None]:
    """The public where it may, and one role that may: the first of the busiest."""
    busiest = [Role.ANALYST, Role.OFFICER, Role.ADMINISTRATOR]
    signed_in = next((str(role) for role in busiest if role in page.who), None)
    return ([None] if PUBLIC in page.who else []) + ([signed_in] if signed_in else [])


ADDRESSES = {
    name: page.address(name, saved=SAVED, checked=WITH_CHANGES)
    for name, page in PAGES.items()
}
SWEPT = [
    (ADDRESSES[name], viewer)
    for name, page in PAGES.items()
    if page.html and page.method == "get" and SEAL not in page.example.values()
    for viewer in viewers(page)
] + [
    # the same addresses in other states
    (f"/performance/uploads/{SAVED}/", "analyst"),
    (f"/performance/uploads/{WITH_ERRORS}/", "analyst"),
    (f"/performance/uploads/{WAITING}/?still=1", "analyst"),
    (f"/performance/uploads/{INTERRUPTED}/?still=1", "analyst"),
    (f"/performance/uploads/{UNKNOWN}/", "analyst"),
    (f"/performance/uploads/{UNKNOWN}/columns/", "analyst"),
    (f"/performance/uploads/{UNKNOWN}/columns/?row=99", "analyst"),
    ("/performance/source-codes/new/?source=street&code=Drone%20crime", "analyst"),
    ("/performance/2020-21-q1/", "analyst"),
    ("/performance/indicators/domestic-abuse-crimes/", None),
    ("/performance/indicators/killed-or-seriously-injured/", None),
    ("/performance/indicators/?illustrative=true", None),
    ("/governance/?on=nonsense", None),
    ("/audit/?which=acts&page=2", "officer"),
]
ERROR_PAGES = [("/nowhere/", 404, None), ("/audit/", 403, "board-member")]


@pytest.mark.parametrize(("address", "viewer"), SWEPT)
def test_page_works_for_everyone(address, viewer, visitor, server):
    sweep(address, 200, viewer, visitor, server)


@pytest.mark.parametrize(("address", "status", "viewer"), ERROR_PAGES)
def test_an_error_page_works_for_everyone(address, status, viewer, visitor, server):
    sweep(address, status, viewer, visitor, server)


def sweep(address, status, viewer, visitor, server):
    with visitor(viewer) as context:
        page = context.new_page()
        problems = watch(page, server, expected=status)
        response = page.goto(address)
        assert response.status == status, f"{address} answered {response.status}"
        page.wait_for_load_state("networkidle")
        keyboard_reaches_everything(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert no_sideways_scroll(page), f"{address} is wider than {width} px"
            found = AXE.run(page, options=RULES)
            assert found.violations_count == 0, found.generate_report()
        assert not problems, f"{address}: {problems}"
        scripted = page.locator("script[src]").count() > 0
    if scripted:
        check_without_its_script(address, viewer, visitor)
    with visitor(viewer, script=False) as context:
        page = context.new_page()
        page.goto(address)
        assert page.locator("h1").count() == 1
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert no_sideways_scroll(page), f"{address} without script, {width} px"


def check_without_its_script(address, viewer, visitor):
    """The checker needs a browser that runs script: the page's own is not let in."""
    with visitor(viewer) as context:
        context.route("**/*.js", lambda route: route.abort())
        page = context.new_page()
        page.goto(address)
        found = AXE.run(page, options=RULES)
        assert found.violations_count == 0, found.generate_report()


def watch(page, server: str, *, expected: int) -> list[str]:
    """Collects what a page must not do: ask another site, break the security policy."""
    problems = []

    def on_request(request):
        site = urlsplit(request.url)
        if site.scheme != "data" and f"{site.scheme}://{site.netloc}" != server:
            problems.append(f"asked {request.url}")

    def on_console(message):
        own_status = expected != 200 and f"status of {expected}" in message.text
        if message.type == "error" and not own_status:
            problems.append(message.text)

    page.on("request", on_request)
    page.on("console", on_console)
    page.on("pageerror", lambda error: problems.append(str(error)))
    return problems


def no_sideways_scroll(page) -> bool:
    width = "document.documentElement"
    return page.evaluate(f"{width}.scrollWidth <= {width}.clientWidth")


def keyboard_reaches_everything(page) -> None:
    expected = page.evaluate(FOCUSABLE)
    reached = 0
    page.evaluate("document.activeElement.blur()")
    for _ in range(2 * expected + 5):
        page.keyboard.press("Tab")
        state = page.evaluate(MARK_FOCUS)
        if state == "again":
            break
        reached += state == "new"
    assert reached >= expected, f"Tab reached {reached} of {expected}"


@pytest.mark.parametrize(
    "name",
    [name for name, page in PAGES.items() if page.html and PUBLIC in page.who],
)
def test_a_first_visit_is_light(name, visitor):
    with visitor(None) as context:
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        sizes, names = {}, {}
        session.on(
            "Network.responseReceived",
            lambda event: names.update({event["requestId"]: event["response"]["url"]}),
        )
        session.on(
            "Network.loadingFinished",
            lambda event: sizes.update(
                {event["requestId"]: event["encodedDataLength"]}
            ),
        )
        page.goto(ADDRESSES[name])
        page.wait_for_load_state("networkidle")

        counted = {
            names[request]: size
            for request, size in sizes.items()
            if request in names
            and not names[request].startswith("data:")
            and PLOTLY not in names[request]
        }
        assert sum(counted.values()) <= MAX_FIRST_VISIT_BYTES, counted
        assert len(counted) <= MAX_FIRST_VISIT_REQUESTS, counted
