"""Large files of the real shapes, made from a seed: none of their figures is real."""

import csv
import random
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

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


def home_office(rows: int, seed: int = SEED) -> Iterator[Sequence[str]]:
    """Rows of the Home Office's table by partnership, its header first."""
    yield (
        *("Financial Year", "Financial Quarter", "Force Name", "CSP Name", "ONS Code"),
        *("Offence Description", "Offence Group", "Offence Subgroup", "Offence Code"),
        "Number of Offences",
    )
    made = random.Random(seed)
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


SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/'
    'vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship '
    f'Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/workbook.xml": f'<workbook xmlns="{SHEETS}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="Table" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    "</Relationships>",
}
ROWS_TOGETHER = 5_000


def write_workbook(path: Path, rows: Iterator[Sequence[str]]) -> Path:
    """Write rows as the one sheet of an .xlsx, as Excel does: counts are numbers, each
    text stands once among the shared ones."""
    texts: dict[str, int] = {}

    def cell(column: int, row: int, text: str) -> str:
        at = f"{chr(ord('A') + column)}{row}"
        if text.strip().isdecimal():
            return f'<c r="{at}"><v>{text.strip()}</v></c>'
        return f'<c r="{at}" t="s"><v>{texts.setdefault(text, len(texts))}</v></c>'

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'<worksheet xmlns="{SHEETS}"><sheetData>'.encode())
            lines = []
            for number, row in enumerate(rows, start=1):
                cells = (cell(at, number, text) for at, text in enumerate(row))
                lines.append(f'<row r="{number}">{"".join(cells)}</row>')
                if len(lines) == ROWS_TOGETHER:
                    sheet.write("".join(lines).encode())
                    lines.clear()
            sheet.write("".join(lines).encode())
            sheet.write(b"</sheetData></worksheet>")
        for name, xml in PARTS.items():
            archive.writestr(name, xml)
        items = "".join(
            f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts
        )
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{SHEETS}">{items}</sst>')
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
