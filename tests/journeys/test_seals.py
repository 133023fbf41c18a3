"""A file is asked to be sealed by an officer, and an administrator answers."""

import pytest

from tests.journeys.conftest import WITH_ERRORS
from tests.journeys.test_sweep import sweep

pytestmark = pytest.mark.browser


def test_two_people_and_their_pages(visitor, server):
    with visitor("officer") as context:
        page = context.new_page()
        page.goto("/performance/seals/")
        page.get_by_label("Name of the file, or its SHA-256").fill("figures")
        page.get_by_role("button", name="Find the file").click()
        page.goto(f"/performance/seals/files/{WITH_ERRORS}/")
        page.get_by_role("button", name="Ask for the seal").click()
        assert page.title().startswith("Error: ")
        page.get_by_role("link", name="Say why this is to be sealed.").click()
        page.keyboard.type("An order of the County Court.")
        page.get_by_role("button", name="Ask for the seal").click()
        assert page.locator("h1").inner_text() == "Is this to be sealed?"
        seal = page.url.removeprefix(server)

    for viewer in ("officer", "administrator"):
        sweep(seal, 200, viewer, visitor, server)
    sweep("/performance/seals/?file=figures", 200, "officer", visitor, server)

    with visitor("administrator") as context:
        page = context.new_page()
        page.goto(seal)
        page.get_by_role("button", name="Do not seal it").click()
        assert page.locator("h1").inner_text() == "This was not sealed"
    sweep(seal, 200, "officer", visitor, server)
