"""What npm brings in, and what is built from it."""

import gzip
import json
import re
from pathlib import Path

from django.conf import settings
from plotly.offline import get_plotlyjs_version

ROOT = Path(settings.BASE_DIR)
STYLES = ROOT / "build" / "static" / "portal.css"


def test_plotly_in_python_describes_charts_for_the_plotly_in_the_browser():
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]

    assert wanted["plotly.js-basic-dist-min"] == get_plotlyjs_version()


def test_the_lock_holds_hashes_and_no_addresses():
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    for name, package in lock.items():
        assert "resolved" not in package, name
        assert not name or package["integrity"].startswith("sha512-"), name


def test_styles_ask_for_no_other_file_and_no_font_that_is_not_ours_to_use():
    css = STYLES.read_text()

    assert "url(" not in css
    assert "@font-face" not in css
    assert "GDS Transport" not in css


def test_styles_stay_small():
    assert len(gzip.compress(STYLES.read_bytes())) <= 14_000


def test_narrow_screens_and_paper_are_told_apart():
    """A4 is narrower than a tablet: a rule without "screen" would print phone cards."""
    queries = re.findall(r"@media ([^{]+)\{", STYLES.read_text())

    assert [q for q in queries if "max-width" in q and "screen" not in q] == []
