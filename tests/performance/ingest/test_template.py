import csv
import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from csa_portal.documents.spreadsheets import to_csv
from performance.ingest import template
from performance.ingest.changes import compare
from performance.ingest.checking import contents_of, examine, receive
from performance.ingest.commit import commit_upload
from performance.models import Current, Indicator, Period
from performance.periods import Quarter
from tests.factories import IndicatorFactory
from tests.performance.ingest.small_county import csv_bytes, make_county, saved

Q4 = Quarter(2021, 4)


@pytest.fixture
def county(db):
    return make_county()


def asked(quarters=(Q4,), **about):
    indicators = Indicator.objects.select_related("group__whole").prefetch_related(
        "group__areas"
    )
    return template.Asked(quarters, list(indicators), **about)


def blank():
    return load_workbook(io.BytesIO(template.workbook(asked())))


def filled(quarters):
    made = asked(quarters)
    return asked(quarters, held=template.held_now(made.indicators, quarters))


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


@pytest.fixture
def every_state(county, analyst):
    """Figures of every state and status, by month and by quarter, in two quarters."""
    IndicatorFactory(
        title="Satisfied",
        slug="satisfied",
        kind=Indicator.Kind.PUBLISHED_RATE,
        unit="per 1,000",
        group=county.group,
        native_period=Period.Kind.QUARTER,
    )
    IndicatorFactory(
        title="For all",
        slug="for-all",
        by_area=False,
        group=county.group,
        native_period=Period.Kind.QUARTER,
    )
    rows = [
        ("burglary", "Preston", "Q4 2021/22", 1863, "", "provisional"),
        ("robbery", "Preston", "Q4 2021/22", 0, "", ""),
        ("repeat-victims", "Preston", "Q4 2021/22", 5, 20, "estimated"),
        ("burglary", "Pendle", "Q4 2021/22", "suppressed", "", "provisional"),
        ("robbery", "Pendle", "Q4 2021/22", "missing", "", "provisional"),
        ("burglary", "Rossendale", "Q4 2021/22", "not applicable", "", ""),
        ("satisfied", "Rossendale", "Q4 2021/22", "4.25", "", ""),
        ("satisfied", "Pendle", "Q4 2021/22", "1234567.1235", "", "provisional"),
        ("for-all", "All Shire", "Q4 2021/22", 9, "", "estimated"),
        ("burglary", "Preston", "Q3 2021/22", 12, "", ""),
        ("repeat-victims", "Pendle", "Q3 2021/22", 0, 3, ""),
        ("disorder", "Preston", "January 2022", 7, "", "provisional"),
        ("shop-theft", "Preston", "January 2022", 8, "", ""),
        ("disorder", "Preston", "October 2021", 6, "", ""),
    ]
    head = ("indicator", "area", "period", "value", "denominator", "status")
    upload = receive(csv_bytes(*rows, header=head), "all.csv", by=analyst)
    commit_upload(upload, by=analyst, reason="As sent.")
    assert Current.objects.count() == len(rows)
    return county


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize(
    ("quarters", "figures"), [((Q4,), 11), ((Quarter(2021, 3), Q4), 14)]
)
def test_what_comes_back_untouched_changes_nothing(
    every_state, analyst, kind, quarters, figures
):
    made = filled(quarters)
    data = (
        template.workbook(made)
        if kind == "xlsx"
        else to_csv(template.csv_rows(made)).encode()
    )

    upload = receive(data, f"figures.{kind}", by=analyst)

    assert not upload.findings.errors().exists(), list(upload.findings.errors())
    assert not upload.findings.queries().exists()
    read, _ = examine(contents_of(upload), by=analyst)
    changes = compare(read)
    assert changes.total == 0
    assert changes.counts["unchanged"] == figures


def test_a_status_of_one_indicator_alone_has_its_column(every_state):
    sheet = load_workbook(io.BytesIO(template.workbook(filled((Q4,)))))["By quarter"]

    assert [cell.value for cell in sheet[5]] == [
        "Area",
        "Burglary",
        "Burglary: status",
        "For all",
        "Repeat victims",
        "Repeat victims: out of",
        "Repeat victims: status",
        "Robbery",
        "Satisfied",
        "Status",
    ]
    rows = {row[0]: row[1:] for row in sheet.iter_rows(6, 9, values_only=True)}
    assert rows == {
        "Preston": (1863, "provisional", None, 5, 20, "estimated", 0, None, None),
        "Pendle": (
            *("suppressed", None, None, None, None, None, "missing"),
            *(1234567.1235, "provisional"),
        ),
        "Rossendale": ("not applicable", *[None] * 6, 4.25, None),
        "All Shire": (None, None, 9, *[None] * 5, "estimated"),
    }


def test_a_changed_status_is_the_only_change(every_state, analyst):
    book = load_workbook(io.BytesIO(template.workbook(filled((Q4,)))))
    book["By quarter"]["C7"] = "final"

    upload = receive(saved(book), "figures.xlsx", by=analyst)

    changes = compare(examine(contents_of(upload), by=analyst)[0])
    assert [
        (each.measure.slug, each.area, each.now.status, each.will_be.status)
        for each in changes.changed
    ] == [("burglary", "Preston", "provisional", "final")]


def test_several_quarters_have_a_row_each(county):
    made = asked((Quarter(2021, 3), Q4))
    sheet = load_workbook(io.BytesIO(template.workbook(made)))["By quarter"]

    assert [row[:2] for row in sheet.iter_rows(5, 11, values_only=True)] == [
        ("Quarter", "Area"),
        *(
            (quarter, area)
            for quarter in ("Q3 2021/22", "Q4 2021/22")
            for area in ("Pendle", "Preston", "Rossendale")
        ),
    ]


def test_the_csv_has_a_row_for_every_figure(every_state):
    rows = list(
        csv.reader(io.StringIO("".join(to_csv(template.csv_rows(filled((Q4,)))))))
    )

    assert rows[0] == [
        *("\ufeffindicator", "area", "period", "value", "denominator", "status")
    ]
    # four by quarter and area, one for the whole, two by month and area
    assert len(rows) - 1 == 4 * 3 + 1 + 2 * 9
    assert ["repeat-victims", "Preston", "Q4 2021/22", "5", "20", "estimated"] in rows
    assert ["robbery", "Rossendale", "Q4 2021/22", "", "", ""] in rows


def test_a_title_that_two_indicators_have_is_written_as_its_short_name(county, analyst):
    IndicatorFactory(title="Burglary", slug="burglary-elsewhere", order=1)
    made = asked(by_slug={"Burglary"})

    sheet = load_workbook(io.BytesIO(template.workbook(made)))["By quarter"]

    assert sheet["B5"].value == "burglary"


def test_figures_held_are_of_the_quarters_asked_for(every_state):
    made = filled((Q4,))

    assert len(made.held) == 11
    assert {key[3].isoformat() for key in made.held} == {"2022-01-01"}
    burglary = Indicator.objects.get(slug="burglary")
    assert made.figure(burglary, every_state.preston.pk, Q4) == (
        *("value", "provisional"),
        *(Decimal(1863), None),
    )
