"""Every file of the corpus gets an answer in seconds; nothing bad is saved."""

import time

import pytest

from performance.ingest.checking import receive
from performance.ingest.commit import commit_upload
from performance.models import Current, Finding, Observation, Upload
from tests.performance.ingest.corpus import CASES
from tests.performance.ingest.small_county import make_county

SECONDS = 15  # for one file, on a slow machine that does other work

TAKEN = [case for case in CASES if case.taken]
TOLD = [case for case in CASES if not case.taken]


@pytest.fixture
def county(db):
    return make_county()


def sent(case):
    start = time.monotonic()
    upload = receive(case.make(), case.filename, by=None)
    assert time.monotonic() - start < SECONDS
    return upload


def named(cases):
    return [pytest.param(case, id=case.name) for case in cases]


@pytest.mark.parametrize("case", named(TOLD))
def test_a_bad_file_is_told_what_is_wrong_and_nothing_is_saved(case, county):
    upload = sent(case)

    errors = list(upload.findings.errors())
    assert errors, list(upload.findings.all())
    assert any(case.told in error.wrong + " " + error.mend for error in errors), [
        (error.wrong, error.mend) for error in errors
    ]
    assert all(error.wrong.endswith((".", "…")) for error in errors)
    assert not Observation.objects.exists()


@pytest.mark.parametrize("case", named(TAKEN))
def test_an_odd_but_valid_file_gives_exactly_its_figures(case, county):
    upload = sent(case)
    assert not upload.findings.errors().exists(), list(upload.findings.errors())
    said = [f"{each.wrong} {each.mend}" for each in upload.findings.all()]
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


@pytest.mark.parametrize("case", named(CASES))
def test_a_file_gets_a_page_and_the_portal_lives_on(case, county, analyst_client):
    upload = sent(case)

    page = analyst_client.get(upload.get_absolute_url())
    listed = analyst_client.get(upload.get_absolute_url() + "findings.csv")

    assert page.status_code == 200
    assert "Traceback" not in page.text
    assert listed.status_code == 200
    cells = [cell for line in listed.text.splitlines()[1:] for cell in line.split(",")]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


def test_a_sentence_is_there_for_every_finding(county):
    for case in TOLD:
        sent(case)

    assert not Finding.objects.filter(wrong="").exists()
    assert Upload.objects.count() == len(TOLD)
