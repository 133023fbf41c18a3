"""Imports go one way, and the code knows no county."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = [
    "csa_portal.documents",
    "partnerships",
    "priorities",
    "performance",
    "csa_portal",
]


def floor_of(name: str) -> str | None:
    """The floor a module belongs to; None for other people's modules."""
    return next(
        (floor for floor in ORDER if name == floor or name.startswith(f"{floor}.")),
        None,
    )


def modules_of(floor: str) -> list[Path]:
    paths = (ROOT / floor.replace(".", "/")).rglob("*.py")
    return [
        path
        for path in paths
        if floor_of(".".join(path.relative_to(ROOT).with_suffix("").parts)) == floor
    ]


def imported_names(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


@pytest.mark.parametrize("floor", ORDER)
def test_floor_imports_only_floors_below_it(floor):
    above = ORDER[ORDER.index(floor) + 1 :]

    paths = modules_of(floor)

    assert paths
    for path in paths:
        upward = [name for name in imported_names(path) if floor_of(name) in above]
        assert not upward, f"{path} imports {upward}"


@pytest.mark.parametrize("folder", ["statistics", "charts"])
def test_arithmetic_and_charts_know_nothing_of_django(folder):
    paths = list((ROOT / "performance" / folder).rglob("*.py"))

    assert paths
    for path in paths:
        assert not [name for name in imported_names(path) if name.startswith("django")]


def test_nothing_names_the_county_but_its_fixtures_and_demonstration():
    """Another county is other fixtures; the code of the apps knows none."""
    for app in ["partnerships", "priorities", "performance", "csa_portal/documents"]:
        for path in (ROOT / app).rglob("*.py"):
            assert "lancashire" not in path.read_text(encoding="utf-8").lower(), path
