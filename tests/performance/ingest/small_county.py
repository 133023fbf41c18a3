"""A county of three areas and the files that people send it."""

import csv
import io
from types import SimpleNamespace

from openpyxl import Workbook

from partnerships.models import Area, Partner
from performance.models import Indicator, Period, SourceCode
from tests.factories import (
    AreaFactory,
    AreaGroupFactory,
    AreaGroupMemberFactory,
    IndicatorFactory,
    PartnerFactory,
)

STREET_HEADER = [
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
    "Crime type",
    "Last outcome category",
    "Context",
]
FORCE = "Shire Constabulary"


def make_county():
    """Preston, Pendle and Rossendale; burglary and robbery by quarter from the workbook,
    anti-social behaviour and shoplifting by month from street-level files."""
    whole = AreaFactory(name="All Shire", slug="all-shire", kind=Area.Kind.POLICE_FORCE)
    unplaced = AreaFactory(
        name="All Shire, no place recorded",
        slug="all-shire-unplaced",
        code="",
        kind=Area.Kind.UNPLACED,
    )
    group = AreaGroupFactory(name="The 3 areas", whole=whole, unplaced=unplaced)
    areas = [
        AreaFactory(name=name, slug=name.lower())
        for name in ("Preston", "Pendle", "Rossendale")
    ]
    for area in areas:
        AreaGroupMemberFactory(group=group, area=area)
    police = PartnerFactory(name=FORCE, kind=Partner.Kind.POLICE, area=whole)
    quarterly = {"group": group, "native_period": Period.Kind.QUARTER}
    burglary = IndicatorFactory(
        title="Burglary", slug="burglary", provider=police, **quarterly
    )
    robbery = IndicatorFactory(title="Robbery", slug="robbery", **quarterly)
    repeats = IndicatorFactory(
        title="Repeat victims",
        slug="repeat-victims",
        kind=Indicator.Kind.PROPORTION,
        **quarterly,
    )
    street = {"group": group, "source_kind": Indicator.SourceKind.STREET}
    asb = IndicatorFactory(title="Disorder", slug="disorder", **street)
    shoplifting = IndicatorFactory(title="Shop theft", slug="shop-theft", **street)
    for code, indicator in [
        ("Anti-social behaviour", asb),
        ("Shoplifting", shoplifting),
        ("Other crime", None),
    ]:
        SourceCode.objects.create(
            source_kind=Indicator.SourceKind.STREET, code=code, indicator=indicator
        )
    return SimpleNamespace(
        whole=whole,
        unplaced=unplaced,
        group=group,
        preston=areas[0],
        pendle=areas[1],
        rossendale=areas[2],
        police=police,
        burglary=burglary,
        robbery=robbery,
        repeats=repeats,
        asb=asb,
        shoplifting=shoplifting,
    )


def csv_bytes(*rows, header=("indicator", "area", "period", "value"), encoding="utf-8"):
    file = io.StringIO()
    csv.writer(file).writerows([header, *rows])
    return file.getvalue().encode(encoding)


def figures(**values):
    """A CSV of burglary in Q4 2021/22 by area."""
    return csv_bytes(
        *(("burglary", area, "Q4 2021/22", value) for area, value in values.items())
    )


def workbook_bytes(*rows, head=("Area", "Burglary", "Robbery"), quarter="Q4 2021/22"):
    """The portal's workbook: names in row 5, areas from A6, the quarter in B3."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Figures"
    sheet["A3"], sheet["B3"] = "Quarter", quarter
    for row, cells in enumerate([head, *rows], start=5):
        for column, value in enumerate(cells, start=1):
            sheet.cell(row, column, value)
    return saved(book)


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def street_row(
    place="Preston 001A",
    kind="Anti-social behaviour",
    month="2022-01",
    force=FORCE,
    crime_id="",
):
    located = ["-2.7", "53.7", "On or near High Street", "E01000001"]
    where = [*located, place] if place else ["", "", "No Location", "", ""]
    return [crime_id, month, force, force, *where, kind, "", ""]


def street_bytes(*rows):
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerows([STREET_HEADER, *rows])
    return file.getvalue().encode()
