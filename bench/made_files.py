"""Large files of the real shapes, made from a seed: none of their figures is real."""

import csv
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

SEED = 20220616
AREAS = 320  # about as many as there are partnerships in England and Wales
OWN_AREAS = 14
CODES = 131  # as in the publication
QUARTERS = [(year, quarter) for year in range(2015, 2022) for quarter in (1, 2, 3, 4)]
CRIME_TYPES = ("Anti-social behaviour", "Burglary", "Shoplifting", "Robbery", "Drugs")


def area_code(number: int) -> str:
    return f"E0899{number:04}"


def offence_code(number: int) -> str:
    return f"{number // 2 + 1}{'AB'[number % 2]}"


def home_office(rows: int) -> Iterator[Sequence[str]]:
    """Rows of the Home Office's table by partnership, its header first."""
    yield (
        *("Financial Year", "Financial Quarter", "Force Name", "CSP Name", "ONS Code"),
        *("Offence Description", "Offence Group", "Offence Subgroup", "Offence Code"),
        "Number of Offences",
    )
    made = random.Random(SEED)
    written = 0
    for year, quarter in QUARTERS:
        for area in range(AREAS):
            for code in range(CODES):
                if written == rows:
                    return
                count = made.randrange(400)
                yield (
                    *(f"{year}/{(year + 1) % 100:02}", str(quarter)),
                    *(f"Force {area // 8}", f"Partnership {area}", area_code(area)),
                    *(f"Offence number {code}", "Group, and more", "Subgroup"),
                    *(offence_code(code), f" {count} " if count else "-00 "),
                )
                written += 1


def write_csv(path: Path, rows: Iterator[Sequence[str]], *, faulty: int = 0) -> Path:
    """Write rows as CSV; ``faulty`` of them, evenly spread, have words for a number."""
    every = list(rows)
    for number in range(faulty):
        at = 1 + number * (len(every) - 1) // faulty
        every[at] = (*every[at][:-1], "lots")
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(every)
    return path


def street(rows: int, force: str, districts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Rows of street-level files of twelve months, their header first."""
    yield (
        *("Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude"),
        *("Location", "LSOA code", "LSOA name", "Crime type"),
        *("Last outcome category", "Context"),
    )
    made = random.Random(SEED)
    for number in range(rows):
        district = made.choice(districts)
        kind = made.choice(CRIME_TYPES)
        yield (
            "" if kind == CRIME_TYPES[0] else f"{number:064x}",
            f"2021-{number * 12 // rows + 1:02}",
            *(force, force, "-2.70", "53.70", "On or near High Street"),
            *("E01000001", f"{district} 001A", kind, "Under investigation", ""),
        )


def figures(
    slugs: Sequence[str], areas: Sequence[str], quarters: Sequence[str]
) -> Iterator[Sequence[str]]:
    """Rows of the portal's CSV: a figure for each, the header first."""
    yield ("indicator", "area", "period", "value")
    made = random.Random(SEED)
    for slug in slugs:
        for area in areas:
            for quarter in quarters:
                yield (slug, area, quarter, str(made.randrange(20, 400)))
