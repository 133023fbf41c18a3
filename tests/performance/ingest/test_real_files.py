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
        "ons-ward-population-mid-2020-lancashire.xlsx",
    ],
)
def test_other_real_files_are_not_taken_for_ours(records, analyst, name):
    upload = receive((DATA / name).read_bytes(), name, by=analyst)

    assert upload.findings.get().wrong == (
        "The file is a table, but not one that the portal knows."
    )


def whole(indicator):
    return {
        str(row.period): int(row.observation.value)
        for row in Current.objects.filter(
            indicator__slug=indicator, area__slug="pan-lancashire"
        ).select_related("observation", "period")
    }


def test_the_real_home_office_table_is_for_the_force(records, analyst):
    name = "home-office-prc-pfa-2017-18-lancashire.csv"
    upload = receive((DATA / name).read_bytes(), name, by=analyst)

    commit_upload(upload, by=analyst, reason="As published.")

    with (DATA / name).open() as file:
        rows = list(csv.DictReader(file))
    robbery = {
        f"Q{quarter} 2017/18": sum(
            int(row["Number of Offences"].strip().replace("-00", "0"))
            for row in rows
            if row["Offence Group"] == "Robbery" and row["Financial Quarter"] == quarter
        )
        for quarter in "1234"
    }
    assert whole("robbery-quarterly") == robbery
    assert not Current.objects.filter(area__slug="lancashire").exists()


def test_the_real_table_c2_is_counted_by_area(records, analyst, settings):
    settings.TODAY = "2025-11-01"
    name = "ons-table-c2-csp-year-ending-june-2025-england-wales.csv"
    upload = receive((DATA / name).read_bytes(), name, by=analyst)
    assert not upload.findings.errors().exists()

    commit_upload(upload, by=analyst, reason="As published.")

    held = {
        area: int(value)
        for area, value in Current.objects.filter(
            indicator__slug="robbery-twelve-months"
        ).values_list("area__slug", "observation__value")
    }
    assert len(held) == 15
    # Lancashire's own row of the table, Robbery: the 14 areas and what is unassigned.
    with (DATA / name.replace("england-wales", "lancashire")).open() as file:
        table = list(csv.reader(file))
    head = next(row for row in table if row[6].startswith("Total"))
    total = next(row for row in table if row[1] == "Lancashire" and not row[2] + row[3])
    robbery = int(total[head.index("Robbery")].replace(",", ""))
    assert sum(held.values()) == robbery


def test_the_real_populations_are_what_the_demonstration_holds(records, analyst):
    name = "ons-mid-year-population-2001-2020-lancashire.csv"
    upload = receive((DATA / name).read_bytes(), name, by=analyst)

    commit_upload(upload, by=analyst, reason="As published.")

    held = Current.objects.filter(indicator__slug="population")
    assert held.count() == 17 * 20
    burnley = held.get(area__slug="burnley", period__start__year=2020)
    assert burnley.observation.value == 89_344
