import io

import pytest
from openpyxl import load_workbook

from performance.ingest import template
from performance.ingest.checking import receive
from performance.ingest.commit import commit_upload
from performance.models import Current, Indicator
from performance.periods import Quarter
from tests.performance.ingest.small_county import make_county, saved

Q4 = Quarter(2021, 4)


@pytest.fixture
def county(db):
    return make_county()


def blank():
    indicators = Indicator.objects.select_related("group__whole").prefetch_related(
        "group__areas"
    )
    return load_workbook(io.BytesIO(template.workbook(Q4, indicators)))


def test_the_blank_workbook_has_its_quarter_areas_and_indicators(county):
    book = blank()

    assert book.sheetnames == [
        "Read me",
        "By month",
        "By quarter",
        "Areas",
        "Indicators",
    ]
    sheet = book["By quarter"]
    assert sheet["B3"].value == "Q4 2021/22"
    assert [cell.value for cell in sheet[5]] == [
        "Area",
        "Burglary",
        "Repeat victims",
        "Repeat victims: out of",
        "Robbery",
        "Status",
    ]
    assert [cell.value for cell in sheet["A"][5:]] == [
        "Pendle",
        "Preston",
        "Rossendale",
    ]
    assert [row[:2] for row in book["By month"].iter_rows(6, 8, values_only=True)] == [
        ("January 2022", "Pendle"),
        ("January 2022", "Preston"),
        ("January 2022", "Rossendale"),
    ]


def test_the_workbook_filled_in_is_read_back(county, analyst):
    book = blank()
    book["By quarter"]["B7"] = 93
    book["By quarter"]["C7"], book["By quarter"]["D7"] = 5, 20
    book["By quarter"]["F7"] = "provisional"
    book["By month"]["C6"] = "missing"

    upload = receive(saved(book), "renamed.csv", by=analyst)
    commit_upload(upload, by=analyst)

    assert not upload.findings.errors().exists()
    assert list(
        Current.objects.order_by("indicator__title").values_list(
            "indicator__title",
            "area__name",
            "observation__state",
            "observation__status",
            "observation__value",
            "observation__denominator",
            "observation__sheet",
            "observation__row",
        )
    ) == [
        ("Burglary", "Preston", "value", "provisional", 93, None, "By quarter", 7),
        ("Disorder", "Pendle", "missing", "final", None, None, "By month", 6),
        ("Repeat victims", "Preston", "value", "provisional", 5, 20, "By quarter", 7),
    ]


def test_an_empty_workbook_says_so(county, analyst):
    upload = receive(saved(blank()), "figures.xlsx", by=analyst)

    assert [finding.wrong for finding in upload.findings.errors()] == [
        "There are no figures in the workbook."
    ]


def test_a_name_that_looks_like_a_formula_is_written_as_text(county):
    county.burglary.title = "=1+1"
    county.burglary.save()

    sheet = blank()["By quarter"]

    assert "=1+1" in [cell.value for cell in sheet[5]]
    assert {cell.data_type for cell in sheet[5]} == {"s"}
