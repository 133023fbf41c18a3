"""Street-level files: whole months from rows, and what no figure takes in."""

import pytest

from performance.ingest.checking import receive
from performance.ingest.commit import Blocked, commit_upload
from performance.models import Current, Observation
from tests.performance.ingest.small_county import make_county, street_bytes, street_row


@pytest.fixture
def county(db):
    return make_county()


def found(upload, level="error"):
    return [
        (finding.where, finding.text, finding.wrong)
        for finding in upload.findings.filter(level=level)
    ]


def test_a_month_is_whole_and_rows_without_a_place_are_the_wholes(county, analyst):
    data = street_bytes(
        street_row(), street_row(), street_row(place=""), street_row("Bolton 001A")
    )

    upload = receive(data, "anything.txt", by=analyst)
    commit_upload(upload, by=analyst)

    held = {
        (current.indicator.title, current.area.name): int(current.observation.value)
        for current in Current.objects.select_related(
            "indicator", "area", "observation"
        )
    }
    assert held == {
        ("Disorder", "Preston"): 2,
        ("Disorder", "Pendle"): 0,
        ("Disorder", "Rossendale"): 0,
        ("Disorder", "All Shire, no place recorded"): 1,
        ("Shop theft", "Preston"): 0,
        ("Shop theft", "Pendle"): 0,
        ("Shop theft", "Rossendale"): 0,
        ("Shop theft", "All Shire, no place recorded"): 0,
    }
    assert [wrong for _, _, wrong in found(upload, "note")] == [
        "A row has no place. It counts for the whole and for no area.",
        "A row lies in a district outside the county and is in no figure: Bolton.",
    ]


def test_a_month_loaded_again_replaces_the_month(county, analyst):
    first = street_bytes(street_row(), street_row("Pendle 001A", "Shoplifting"))
    commit_upload(receive(first, "first.csv", by=analyst), by=analyst)

    again = street_bytes(street_row(), street_row())
    commit_upload(
        receive(again, "again.csv", by=analyst), by=analyst, reason="Reissued"
    )

    values = dict(
        Current.objects.filter(observation__value__gt=0).values_list(
            "area__name", "observation__value"
        )
    )
    assert values == {"Preston": 2}


@pytest.mark.parametrize(
    ("row", "where", "sentence"),
    [
        (
            street_row(force="Greater Manchester Police"),
            "Row 2",
            "A row is of Greater Manchester Police, and these figures are of Shire "
            "Constabulary.",
        ),
        (street_row(kind="Shopliftin"), "Row 2", "No crime type is called that."),
        (
            street_row(month="2022-13"),
            "Row 2",
            "2022-13 is not a month.",
        ),
        (street_row(month="2031-01"), "Row 2", "January 2031 has not begun."),
        (
            street_row(place="Preston"),
            "I2",
            "An LSOA's name ends in a code such as 003A, and this does not.",
        ),
        (street_row()[:5], "Row 2", "The row has 5 cells and the header 12."),
    ],
)
def test_faults_of_a_street_level_file(county, analyst, row, where, sentence):
    upload = receive(street_bytes(row, street_row()), "street.csv", by=analyst)

    assert (where, sentence) in [(w, s) for w, _, s in found(upload)]
    with pytest.raises(Blocked):
        commit_upload(upload, by=analyst)
    assert not Observation.objects.exists()


def test_what_is_known_and_unused_and_what_repeats_is_noted(county, analyst):
    data = street_bytes(
        street_row(kind="Other crime"),
        street_row(crime_id="ab"),
        street_row(crime_id="ab"),
    )

    upload = receive(data, "street.csv", by=analyst)

    assert [wrong for _, _, wrong in found(upload, "note")] == [
        "A row repeats a Crime ID. Every row is counted.",
        "Rows of this crime type are known and not used.",
    ]


def test_rows_without_a_place_are_told_where_no_area_takes_them(county, analyst):
    county.group.unplaced = None
    county.group.save()
    data = street_bytes(street_row(), street_row(place=""), street_row(place=""))

    upload = receive(data, "street.csv", by=analyst)
    commit_upload(upload, by=analyst)

    assert found(upload, "note") == [
        ("", "", "2 rows have no place and are in no figure.")
    ]
    assert upload.findings.get().cells == 2
    assert sum(current.observation.value for current in Current.objects.all()) == 1
