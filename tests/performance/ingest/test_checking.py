import pytest

from csa_portal.documents import frozen
from partnerships.models import AuditEvent, RoleAssignment
from performance.ingest.checking import receive
from performance.ingest.commit import Blocked, commit_upload
from performance.models import Current, Event, Observation, Upload
from tests.factories import IndicatorFactory
from tests.performance.ingest.small_county import (
    csv_bytes,
    figures,
    make_county,
    workbook_bytes,
)

Q4 = "Q4 2021/22"


@pytest.fixture
def county(db):
    return make_county()


def found(upload, level="error"):
    return [
        (finding.where, finding.text, finding.wrong)
        for finding in upload.findings.filter(level=level)
    ]


@pytest.mark.parametrize(
    ("row", "where", "sentence", "mend"),
    [
        (
            ("burglary", "Rosendale", Q4, "3"),
            "B2",
            "No area is called that.",
            "The nearest name is Rossendale. Type it so if it is meant. We have not "
            "guessed.",
        ),
        (
            ("burglary", "Atlantis", Q4, "3"),
            "B2",
            "No area is called that.",
            "The names are in the sheet “Areas” of the blank workbook.",
        ),
        (
            ("burglary", "", Q4, "3"),
            "B2",
            "The row names no area.",
            "Write the area's name, or delete the row.",
        ),
        (
            ("burglery", "Preston", Q4, "3"),
            "A2",
            "No indicator is called that.",
            "The nearest name is Burglary. Type it so if it is meant. We have not "
            "guessed.",
        ),
        (
            ("burglary", "Preston", "Q5 2021/22", "3"),
            "C2",
            "There is no quarter 5.",
            "Quarters go from Q1 (April to June) to Q4 (January to March).",
        ),
        (
            ("burglary", "Preston", "January 2022", "3"),
            "C2",
            "January 2022 is not a quarter.",
            "Write a quarter, as Q4 2021/22.",
        ),
        (
            ("burglary", "Preston", "Q4 2031/32", "3"),
            "C2",
            "Q4 2031/32 has not begun.",
            "Check the year, or wait until there are figures.",
        ),
        (
            ("burglary", "Preston", Q4, "-7"),
            "D2",
            "A count cannot be less than 0.",
            "Ask whoever supplied it. If it is not known, write missing.",
        ),
        (
            ("burglary", "Preston", Q4, "NaN"),
            "D2",
            "This is not a number.",
            "Write the figure in digits. If there is none, leave the cell empty or write "
            "missing, not applicable or suppressed.",
        ),
        (
            ("burglary", "Preston", Q4, "lots"),
            "D2",
            "This is not a number.",
            "Write the figure in digits. If there is none, leave the cell empty or write "
            "missing, not applicable or suppressed.",
        ),
        (
            ("burglary", "Preston", Q4, "12%"),
            "D2",
            "This is a per cent, not a number.",
            "Write how many there were, and what they are out of in its own column.",
        ),
        (
            ("burglary", "Preston", Q4, "3.5"),
            "D2",
            "A count is a whole number.",
            "Write how many there were. A rate or an average is another indicator.",
        ),
        (
            ("burglary", "Preston", Q4, "100000000"),
            "D2",
            "This number is too large to be a figure.",
            "Write the figure in digits. If there is none, leave the cell empty or write "
            "missing, not applicable or suppressed.",
        ),
        (
            ("burglary", "Preston", Q4, "=cmd|' /C calc'!A0"),
            "D2",
            "The cell holds a formula without its result.",
            "Open the workbook in a spreadsheet program, save it there and upload it "
            "again, or paste the results as values.",
        ),
        (
            ("burglary", "All Shire", Q4, "3"),
            "B2",
            "Burglary for All Shire is added up from its areas.",
            "Leave this figure out, and give one for each area.",
        ),
        (
            ("Repeat victims", "Preston", Q4, "3"),
            "D2",
            "Repeat victims needs what it is out of as well.",
            "Write it in the column beside it.",
        ),
    ],
)
def test_each_fault_is_told_with_its_cell_and_how_to_mend_it(
    county, analyst, row, where, sentence, mend
):
    upload = receive(csv_bytes(row), "figures.csv", by=analyst)

    (finding,) = upload.findings.errors()
    assert (finding.where, finding.wrong, finding.mend) == (where, sentence, mend)
    with pytest.raises(Blocked, match="Nothing was saved"):
        commit_upload(upload, by=analyst, reason="All is well.")
    assert not Observation.objects.exists()
    assert not Current.objects.exists()
    assert not Event.objects.exists()


def test_every_fault_of_a_workbook_is_told_at_once_in_its_cells(county, analyst):
    data = workbook_bytes(
        ("Preston", 1, -7),
        ("Rosendale", 2, 3),
        ("Pendle", 733, 5),
        ("Pendle", 773, 6),
        ("Rossendale", "#REF!", "#REF!"),
    )

    upload = receive(data, "figures.xlsx", by=analyst)

    assert found(upload) == [
        ("C6", "-7", "A count cannot be less than 0."),
        ("A7", "Rosendale", "No area is called that."),
        (
            "B10 to C10",
            "#REF!",
            "2 cells hold a formula that has lost what it points at.",
        ),
        (
            "A8 to A9",
            "Pendle",
            "Pendle is there twice, with 733 and 773 (Burglary, Q4 2021/22, and 1 more "
            "figures).",
        ),
    ]
    assert set(upload.findings.values_list("sheet", flat=True)) == {"Figures"}


def test_a_quarter_that_does_not_exist_is_told_once_for_the_whole_sheet(
    county, analyst
):
    data = workbook_bytes(("Preston", 1, 2), ("Pendle", 3, 4), quarter="Q5 2021/22")

    upload = receive(data, "figures.xlsx", by=analyst)

    assert found(upload) == [("B3", "Q5 2021/22", "There is no quarter 5.")]


def test_a_missing_column_is_told(county, analyst):
    data = csv_bytes(("burglary", "Preston", 3), header=("indicator", "area", "value"))

    upload = receive(data, "figures.csv", by=analyst)

    assert found(upload) == [
        ("Row 1", "indicator, area, value", "The column “period” is missing.")
    ]


def test_a_comma_inside_a_number_is_told(county, analyst):
    data = b"indicator,area,period,value\nburglary,Preston,Q4 2021/22,1,863\n"

    upload = receive(data, "figures.csv", by=analyst)

    assert found(upload) == [
        (
            "Row 2",
            "burglary,Preston,Q4 2021/22,1,863",
            "The row has 5 cells and the header 4.",
        )
    ]


def test_a_repeated_key_is_told_and_not_guessed(county, analyst):
    data = csv_bytes(
        ("burglary", "Pendle", Q4, 733), ("Burglary", "pendle", "2021/22 Q4", 773)
    )

    upload = receive(data, "figures.csv", by=analyst)

    assert found(upload) == [
        (
            "B2 to B3",
            "Pendle",
            "Pendle is there twice, with 733 and 773 (Burglary, Q4 2021/22).",
        )
    ]


def test_words_and_parts_are_read(county, analyst):
    header = ("indicator", "area", "period", "value", "denominator", "status")
    data = csv_bytes(
        ("repeat-victims", "Preston", Q4, "3", "12", "provisional"),
        ("burglary", "Pendle", Q4, "Not applicable", "", ""),
        ("burglary", "Preston", Q4, "", "", ""),
        header=header,
    )
    upload = receive(data, "figures.csv", by=analyst)

    commit_upload(upload, by=analyst)

    assert list(
        Observation.objects.order_by("area__name").values_list(
            "area__name", "state", "status", "value", "denominator", "row"
        )
    ) == [
        ("Pendle", "not_applicable", "final", None, None, 3),
        ("Preston", "value", "provisional", 3, 12, 2),
    ]
    assert found(upload, "note") == [
        ("", "", "An empty value says nothing: the figure held there stays."),
        (
            "",
            "",
            "No figure for Pendle and Rossendale, though others of the 3 areas have one.",
        ),
        (
            "",
            "",
            "No figure for Preston and Rossendale, though others of the 3 areas have one.",
        ),
    ]


@pytest.mark.parametrize(
    ("value", "denominator", "sentence"),
    [
        ("5", "3", "5 out of 3 is more than all."),
        ("0", "0", "Nothing can be a part of 0."),
        ("missing", "3", "There is something to count it out of, and no figure."),
    ],
)
def test_parts_are_compared_with_their_whole(
    county, analyst, value, denominator, sentence
):
    data = csv_bytes(
        ("repeat-victims", "Preston", Q4, value, denominator),
        header=("indicator", "area", "period", "value", "denominator"),
    )

    upload = receive(data, "figures.csv", by=analyst)

    assert [wrong for _, _, wrong in found(upload)] == [sentence]


def test_a_name_that_differs_by_a_blank_or_an_unseen_sign_is_the_same(county, analyst):
    data = csv_bytes(("\u200fBurglary", "Preston\u00a0", Q4, "3"))

    upload = receive(data, "figures.csv", by=analyst)

    assert found(upload) == []
    assert upload.figures_read == 1


def test_a_file_is_kept_under_its_hash_and_the_upload_is_audited(county, analyst):
    data = figures(Preston=3)

    upload = receive(data, r"C:\Users\x\<b>.csv", by=analyst)

    assert frozen.read(upload.sha256) == data
    assert (upload.filename, upload.covers, upload.state) == (
        "_b_.csv",
        "Q4 2021/22",
        Upload.State.CHECKED,
    )
    assert AuditEvent.objects.get().act == AuditEvent.Act.UPLOAD


def test_an_unreadable_file_is_refused_and_kept(county, analyst):
    upload = receive(b"%PDF-1.7", "figures.xlsx", by=analyst)

    assert upload.state == Upload.State.REFUSED
    assert frozen.read(upload.sha256) == b"%PDF-1.7"
    assert found(upload) == [("", "", "This is a PDF, not a workbook or a CSV file.")]
    with pytest.raises(Blocked, match="could not be read"):
        commit_upload(upload, by=analyst)


def test_a_thousand_faults_are_two_hundred_findings(county, analyst):
    rows = [("burglary", "Preston", Q4, f"x{n}") for n in range(1000)]

    upload = receive(csv_bytes(*rows), "figures.csv", by=analyst)

    assert upload.findings.count() == 200
    assert upload.findings.last().wrong == "801 more errors are not listed."


def test_the_analyst_may_overrule_what_a_file_is_taken_for(county, analyst):
    upload = receive(figures(Preston=3), "figures.csv", by=analyst, kind="street")

    assert [wrong for _, _, wrong in found(upload)][:1] == [
        "The column “Month” is missing."
    ]


def test_a_data_provider_uploads_only_their_own_indicators(county, user_with):
    provider = user_with(RoleAssignment.Role.DATA_PROVIDER, partner=county.police)
    data = csv_bytes(("burglary", "Preston", Q4, 1), ("robbery", "Preston", Q4, 1))

    upload = receive(data, "figures.csv", by=provider)

    assert found(upload) == [("A3", "robbery", "Robbery is not yours to upload.")]
    with pytest.raises(Blocked):
        commit_upload(upload, by=provider)


def test_a_figure_far_from_those_held_is_a_query(county, analyst):
    quarters = [f"Q{n} {y}" for y in ("2019/20", "2020/21") for n in (1, 2, 3, 4)]
    held = csv_bytes(*(("burglary", "Preston", quarter, 60) for quarter in quarters))
    commit_upload(receive(held, "held.csv", by=analyst), by=analyst)

    upload = receive(figures(Preston="720"), "figures.csv", by=analyst)

    (query,) = upload.findings.queries()
    assert (query.where, query.wrong, query.mend) == (
        "D2",
        "720 is far above the usual.",
        "Burglary in Preston has been between 60 and 60 in each of the 8 quarters held.",
    )


def test_areas_left_out_are_told_together(county, analyst):
    data = csv_bytes(
        *(("burglary", "Preston", quarter, 3) for quarter in ("Q2 2021/22", Q4)),
        *(("robbery", area, Q4, 3) for area in ("Preston", "Rossendale")),
        *(("repeat-victims", area, Q4, "") for area in ("Preston", "Pendle")),
    )

    upload = receive(data, "figures.csv", by=analyst)

    assert list(
        upload.findings.filter(rule="coverage").values_list(
            "level", "wrong", "mend", "cells"
        )
    ) == [
        (
            "note",
            "No figure for Pendle and Rossendale, though others of the 3 areas have one.",
            "Burglary, Q2 2021/22 and 1 more. A figure held there stays.",
            4,
        ),
        (
            "note",
            "No figure for Pendle, though others of the 3 areas have one.",
            "Robbery, Q4 2021/22. A figure held there stays.",
            1,
        ),
    ]


def test_an_area_with_a_fault_is_not_called_left_out(county, analyst):
    upload = receive(figures(Preston=3, Pendle=-7), "figures.csv", by=analyst)

    assert not upload.findings.filter(rule="coverage").exists()


def test_an_indicator_of_another_source_is_a_note(county, analyst):
    areas = ("Preston", "Pendle", "Rossendale")
    data = csv_bytes(*(("disorder", area, "2022-01", 3) for area in areas))

    upload = receive(data, "figures.csv", by=analyst)

    assert [wrong for _, _, wrong in found(upload, "note")] == [
        "Disorder usually comes from another kind of file: data.police.uk street-level "
        "crime."
    ]


def test_checking_costs_the_same_however_many_figures(
    county, analyst, django_assert_max_num_queries
):
    rows = [
        (indicator, area, f"Q{n} {year}", 5)
        for indicator in ("burglary", "robbery")
        for area in ("Preston", "Pendle", "Rossendale")
        for year in ("2018/19", "2019/20", "2020/21")
        for n in (1, 2, 3, 4)
    ]
    IndicatorFactory.create_batch(5, group=county.group)

    with django_assert_max_num_queries(25):
        few = receive(csv_bytes(*rows[:3]), "few.csv", by=analyst)
    with django_assert_max_num_queries(25):
        many = receive(csv_bytes(*rows), "many.csv", by=analyst)

    assert (few.figures_read, many.figures_read) == (3, 72)
    assert not many.findings.exists()
