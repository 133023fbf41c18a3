"""Every page, at three widths, with and without script: it works for everyone."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.conftest import WIDTHS
from tests.site_map import PAGES, PUBLIC, Role

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
  const again = at.hasAttribute('data-was-focused');
  at.setAttribute('data-was-focused', '');
  return again ? 'again' : 'new';
}"""


def viewers(page) -> list[str | None]:
    """The public where it may, and one role that may: the first of the busiest."""
    busiest = [Role.ANALYST, Role.OFFICER, Role.ADMINISTRATOR]
    signed_in = next((str(role) for role in busiest if role in page.who), None)
    return ([None] if PUBLIC in page.who else []) + ([signed_in] if signed_in else [])


SWEPT = [
    pytest.param(name, viewer, id=f"{name}-{viewer or 'public'}")
    for name, page in PAGES.items()
    if page.html and page.method == "get"
    for viewer in viewers(page)
]


FIRST_UPLOAD = 1  # in a database that has just been made

ADDRESSES = {
    name: page.address(name, first_upload=FIRST_UPLOAD) for name, page in PAGES.items()
}


@pytest.mark.parametrize(("name", "viewer"), SWEPT)
def test_page_works_for_everyone(name, viewer, visitor, server):
    address = ADDRESSES[name]
    for width in WIDTHS:
        with visitor(viewer, width=width) as context:
            page = context.new_page()
            problems = watch(page, server)
            response = page.goto(address)
            assert response.status == 200, f"{address} answered {response.status}"
            page.wait_for_load_state("networkidle")

            assert no_sideways_scroll(page), f"{address} is wider than {width} px"
            found = AXE.run(page, options=RULES)
            assert found.violations_count == 0, found.generate_report()
            assert not problems, f"{address} at {width} px: {problems}"
            if width == WIDTHS[-1]:
                keyboard_reaches_everything(page)
        with visitor(viewer, width=width, script=False) as context:
            page = context.new_page()
            page.goto(address)

            assert no_sideways_scroll(page), f"{address} without script, {width} px"
            assert page.locator("h1").count() == 1


def watch(page, server: str) -> list[str]:
    """Collects what a page must not do: ask another site, break the security policy."""
    problems = []

    def on_request(request):
        if request.url.startswith("data:"):
            return
        if f"{urlsplit(request.url).scheme}://{urlsplit(request.url).netloc}" != server:
            problems.append(f"asked {request.url}")

    page.on("request", on_request)
    page.on(
        "console",
        lambda message: message.type == "error" and problems.append(message.text),
    )
    page.on("pageerror", lambda error: problems.append(str(error)))
    return problems


def no_sideways_scroll(page) -> bool:
    width = "document.documentElement"
    return page.evaluate(f"{width}.scrollWidth <= {width}.clientWidth")


def keyboard_reaches_everything(page) -> None:
    expected = page.evaluate(FOCUSABLE)
    reached = 0
    page.evaluate("document.activeElement.blur()")
    for _ in range(expected + 5):
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
