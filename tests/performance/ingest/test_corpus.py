"""Every file of the corpus gets an answer in seconds; nothing bad is saved."""

import csv
import io
import time

import pytest
from openpyxl import load_workbook

from performance.ingest.checking import receive
from performance.ingest.commit import commit_upload
from performance.models import Current, Observation
from tests.performance.ingest.corpus import CASES
from tests.performance.ingest.small_county import csv_bytes, figures, make_county

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
SECONDS = 15  # for one file, on a slow machine that does other work

TAKEN = [case for case in CASES if case.taken]
TOLD = [case for case in CASES if not case.taken]


@pytest.fixture
def county(db):
    return make_county()


def sent(case, client):
    """The upload of a case, which was answered in seconds, with a sentence for each
    finding, with a page and with a list that is safe to open."""
    start = time.monotonic()
    upload = receive(case.make(), case.filename, by=None)
    assert time.monotonic() - start < SECONDS
    findings = list(upload.findings.all())
    assert all(each.wrong.endswith((".", "…")) for each in findings)

    page = client.get(upload.get_absolute_url())
    listed = client.get(upload.get_absolute_url() + "findings.csv")

    assert page.status_code == 200
    assert "Traceback" not in page.text
    assert listed.status_code == 200
    assert not begins_as_a_formula(listed.text)
    return upload, findings


def begins_as_a_formula(text):
    """The cells of a CSV that a spreadsheet program would take for a formula."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    return [cell for row in rows for cell in row if cell.startswith(FORMULAS)]


def named(cases):
    return [pytest.param(case, id=case.name) for case in cases]


@pytest.mark.parametrize("case", named(TOLD))
def test_a_bad_file_is_told_what_is_wrong_and_nothing_is_saved(
    case, county, analyst_client
):
    _, findings = sent(case, analyst_client)

    errors = [each for each in findings if each.level == "error"]
    assert errors, findings
    assert any(case.told in error.wrong + " " + error.mend for error in errors), [
        (error.wrong, error.mend) for error in errors
    ]
    assert not Observation.objects.exists()


@pytest.mark.parametrize("case", named(TAKEN))
def test_an_odd_but_valid_file_gives_exactly_its_figures(case, county, analyst_client):
    upload, findings = sent(case, analyst_client)
    assert not [each for each in findings if each.level == "error"], findings
    said = [f"{each.wrong} {each.mend}" for each in findings]
    assert any(case.said in each for each in said) or not case.said, said

    commit_upload(upload, by=None, reason="As sent.")

    held = {
        current.area.name: (
            current.observation.state
            if current.observation.value is None
            else int(current.observation.value)
        )
        for current in Current.objects.select_related("area", "observation")
    }
    assert held == case.taken


def test_case_names_are_told_apart():
    assert len({case.name for case in CASES}) == len(CASES)


# Formulas out of every export


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r="])
def test_what_begins_as_a_formula_comes_back_as_text(sign, county, analyst_client):
    """In the lists, in the marked workbook and in a figure's history."""
    formula = f"{sign}cmd|' /C calc'!A0"
    bad = receive(csv_bytes(("burglary", formula, "Q4 2021/22", 3)), "bad.csv", by=None)
    good = receive(figures(Preston=3), f"{formula}.csv", by=None)
    address = bad.get_absolute_url()

    listed = analyst_client.get(address + "findings.csv").text
    changes = analyst_client.get(good.get_absolute_url() + "changes.csv").text
    marked = b"".join(analyst_client.get(address + "marked/").streaming_content)
    commit_upload(good, by=None, reason=formula)
    history = analyst_client.get(
        "/performance/indicators/burglary/figures/preston/2021-22-q4/history.csv"
    ).text

    assert "calc" in listed
    assert "calc" in history
    for text in (listed, changes, history):
        assert not begins_as_a_formula(text)
    cells = [
        cell
        for sheet in load_workbook(io.BytesIO(marked)).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert [cell for cell in cells if "calc" in str(cell.value)]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
