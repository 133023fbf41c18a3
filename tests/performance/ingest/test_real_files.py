"""The published files themselves, where they are to be had."""

import csv
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from csa_portal.records import load_records
from performance.ingest.checking import receive
from performance.ingest.commit import commit_upload
from performance.models import Current, Observation

DATA = Path(__file__).parents[4] / "shared" / "data"
MONTHS = [DATA / f"2022-0{number}-lancashire-street.csv" for number in (1, 2, 3)]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not all(path.exists() for path in MONTHS), reason="the real files are not here"
    ),
]


@pytest.fixture
def records():
    load_records(django_settings.BASE_DIR / "fixtures")


def test_the_real_quarter_gives_exactly_its_counts(records, analyst):
    data = b"".join(path.read_bytes() for path in MONTHS)

    upload = receive(data, "quarter.csv", by=analyst)
    commit_upload(upload, by=analyst)

    assert upload.rows_read == 48_644
    notes = [finding.wrong for finding in upload.findings.notes()]
    assert (
        "1,839 rows have no place. They count for the whole and for no area." in notes
    )
    assert [
        note for note in notes if note.startswith("135 rows lie in districts outside")
    ]
    burglary = dict(
        Current.objects.filter(indicator__slug="burglary").values_list(
            "pk", "observation__value"
        )
    )
    unplaced = Current.objects.filter(
        indicator__slug="burglary", area__kind="unplaced"
    ).values_list("observation__value", flat=True)
    assert (sum(burglary.values()), sum(unplaced)) == (1_955, 134)


def test_the_real_january_matches_the_counts_made_of_it(records, analyst):
    upload = receive(MONTHS[0].read_bytes(), "january.csv", by=analyst)
    commit_upload(upload, by=analyst)

    with (DATA / "derived-street-counts-by-district-month.csv").open() as file:
        counted = {
            (row["District in LSOA name"], row["Crime type"]): int(row["Rows"])
            for row in csv.DictReader(file)
            if row["Month"] == "2022-01"
        }
    held = {
        (area if kind != "unplaced" else "", code): int(value)
        for area, kind, code, value in Observation.objects.filter(
            value__gt=0
        ).values_list(
            "area__name", "area__kind", "indicator__source_codes__code", "value"
        )
    }
    districts = {district for district, _ in held}
    assert held == {key: rows for key, rows in counted.items() if key[0] in districts}
    assert len(held) > 150


@pytest.mark.parametrize(
    "name",
    [
        "lancashire_asb_2022-01_to_2022-03.tab",
        "ons-mid-year-population-2001-2020-lancashire.csv",
        "ons-ward-population-mid-2020-lancashire.xlsx",
        "stats19-2012-collisions-lancashire-part.csv",
        "home-office-prc-pfa-2017-18-lancashire.csv",
        "ons-table-c2-csp-year-ending-june-2025-lancashire.csv",
    ],
)
def test_other_real_files_are_not_taken_for_ours(records, analyst, name):
    upload = receive((DATA / name).read_bytes(), name, by=analyst)

    assert upload.findings.get().wrong == (
        "The file is a table, but not one that the portal knows."
    )
