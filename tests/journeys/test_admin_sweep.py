"""Django's own admin: what the checker finds there is counted, and may only fall."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

AXE = Axe()

# The most that may be found on a page: rule and number of places. Lower it when it falls.
KNOWN = {
    "/admin/": {},
    "/admin/partnerships/board/": {},
    "/admin/partnerships/board/add/": {"empty-table-header": 4},
    "/admin/priorities/frameworkgap/": {"link-in-text-block": 2},
    "/admin/priorities/section/1/change/": {"link-in-text-block": 3},
}


@pytest.mark.parametrize("address", KNOWN)
def test_the_admin_is_no_less_accessible_than_it_was(visitor, address):
    with visitor("officer") as context:
        page = context.new_page()
        response = page.goto(address)
        assert response.status == 200

        violations = AXE.run(page).response["violations"]

    found = {violation["id"]: len(violation["nodes"]) for violation in violations}
    worse = {
        rule: count
        for rule, count in found.items()
        if count > KNOWN[address].get(rule, 0)
    }
    assert not worse, f"{address}: {found}"
