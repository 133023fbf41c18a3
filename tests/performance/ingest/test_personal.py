"""Files about people are known for what they are; files of counts are not taken for one.

Every name, number and address here is made up. NHS numbers are of the range 999, which is
never given out; telephone numbers of those that Ofcom keeps for stories.
"""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from csa_portal.documents import frozen
from partnerships.models import AuditEvent
from performance.ingest import parsing, personal, readers
from performance.ingest.checking import receive
from performance.ingest.commit import Blocked, commit_upload
from performance.ingest.findings import PERSONAL
from performance.models import Finding, Observation, Upload
from tests.factories import UploadFactory
from tests.performance.ingest.small_county import (
    csv_bytes,
    figures,
    make_county,
    street_bytes,
    street_row,
    workbook_bytes,
)

REAL = Path(__file__).parents[4] / "shared" / "data"
Q4 = "Q4 2021/22"
FIGURES = ("indicator", "area", "period", "value")


def told(*rows, header=FIGURES):
    """What is found about people in a CSV: what it looks like, and where."""
    contents = parsing.read(csv_bytes(*rows, header=header))
    if not contents.stopped:
        return []
    assert contents.unreadable
    assert contents.readings.is_empty()
    assert contents.counts.is_empty()
    assert {problem.rule for problem in contents.problems} == {PERSONAL}
    return [
        (
            problem.wrong.rsplit("looks like ")[-1].rstrip("."),
            problem.row,
            problem.column,
        )
        for problem in contents.problems
    ]


def noted(*notes):
    """Rows of the portal's own CSV with a column of notes."""
    rows = [("burglary", "Preston", Q4, n, note) for n, note in enumerate(notes)]
    return told(*rows, header=(*FIGURES, "comment"))


@pytest.mark.parametrize(
    ("header", "cell", "what"),
    [
        ("Surname", "Bloggs", "people's names"),
        ("Victim name", "J Bloggs", "people's names"),
        ("Victim initials", "JB", "people's names"),
        ("Name of the offender", "Bloggs", "people's names"),
        ("PNC ID", "00/000000A", "numbers that one person has each"),
        ("Date of birth", "03/05/1980", "dates of birth"),
        ("DateOfBirth", "29344", "dates of birth"),
        ("victim_dob", "1980-05-03", "dates of birth"),
        ("D.O.B.", "May 1980", "dates of birth"),
        ("Address", "The Cottage, Mill Hill", "home addresses"),
        ("Offender's address line 1", "The Cottage", "home addresses"),
        ("Home postcode", "ZZ1 1AB", "full postcodes"),
        ("Postcode", "ZZ11AB", "full postcodes"),
        ("NHS No.", "withheld by the trust", "NHS numbers"),
        ("E-mail", "see the other list", "e-mail addresses"),
        ("Telephone", "ex-directory", "telephone numbers"),
        ("National Insurance Number", "QQ 12 34 56", "National Insurance numbers"),
    ],
)
def test_a_header_that_names_what_one_person_has_stops_a_file(header, cell, what):
    found = told(("burglary", "Preston", Q4, 3, cell), header=(*FIGURES, header))

    assert found == [(what, 1, 5)]


@pytest.mark.parametrize(
    ("note", "what"),
    [
        ("write to joe.bloggs@example.com", "an e-mail address"),
        ("QQ 12 34 56 C", None),  # no such prefix is given out
        ("he is AB 12 34 56 C", "a National Insurance number"),
        ("ab123456c", "a National Insurance number"),
        ("call 07700 900123", "a telephone number"),
        ("+44 7700 900123", "a telephone number"),
        ("his is 999 000 0018", "an NHS number"),
        ("999 000 0019", None),  # the last digit is wrong
    ],
)
def test_one_cell_can_stop_a_file(note, what):
    assert noted(note, "none") == ([(what, 2, 5)] if what else [])


def nhs_number(nine):
    """A number of the range that is never given out, with its check digit worked out by
    hand below: for 999 000 001 it is 11 − (9·10 + 9·9 + 9·8 + 1·2) % 11 = 11 − 245 % 11 =
    11 − 3 = 8."""
    weights = range(10, 1, -1)
    total = sum(int(d) * w for d, w in zip(nine, weights, strict=True))
    return f"{nine}{(11 - total % 11) % 11}"


def test_an_nhs_number_is_known_by_its_check_digit():
    assert nhs_number("999000001") == "9990000018"

    assert noted("9990000018", "9990000026", "9990000034") == [("an NHS number", 2, 5)]


def test_ten_digits_are_nhs_numbers_when_nearly_all_of_a_column_check():
    good = [nhs_number(f"99900{n:04}") for n in range(1000, 1012)]
    good = [each for each in good if len(each) == 10]

    assert noted(*good) == [("an NHS number", 2, 5)]
    assert noted(*(str(9990000000 + 7 * n) for n in range(30))) == []


@pytest.mark.parametrize(
    ("notes", "what"),
    [
        (["ZZ1 1AA", "ZZ1 1AB", "ZZ2 9XY", "Z1 1AA", "ZZ10 1AA"], "a full postcode"),
        (["01632 960001", "01632 960002", "(01632) 960003"], "a telephone number"),
        (["1 High Street", "22b Mill Lane", "Flat 3, 4 Old Road"], "a home address"),
        (["Mr Bloggs", "Mrs Bloggs"], "a person's name"),
        (["Jane Bloggs", "David Roe-Doe", "Doe, Susan"], "a person's name"),
        ([f"team{n}@council.gov.uk" for n in range(3)], "an e-mail address"),
    ],
)
def test_what_one_cell_may_say_by_chance_several_do_not(notes, what):
    assert noted(*notes) == [(what, 2, 5)]
    assert noted(notes[0]) == []


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        # ways to report a crime, with how often
        (("Area", "Telephone", "E-mail", "In person"), [("Preston", 12, 3, "1,204")]),
        (("Channel", "Count"), [("Telephone", 12), ("E-mail", 4), ("Address", 5)]),
        # places that sound like people
        (
            ("Code", "Name", "2020"),
            [("E1", "Preston", 3), ("E2", "West Lancashire", 4)],
        ),
        (
            ("Ward", "2020"),
            [("Victoria", 1), ("St Thomas", 2), ("Charlotte Street", 3)],
        ),
        (("Postcode sector", "Crimes"), [("PR1 2", 4), ("PR1 3", 5)]),
        (("Postcode", "Crimes"), [("PR1", 4), ("PR2", 5)]),
        # complete data, in per cent
        (("Force", "Date of birth", "NHS number"), [("Shire", "98%", "12.5 %")]),
        # whom to ask, and whom to call
        (
            ("Notes", ""),
            [("Contact: crimestats@ons.gov.uk", ""), ("020 7946 0000", "")],
        ),
        # figures that look like numbers of something else
        (("Area", "Rate"), [("Preston", "0.07912345678"), ("Pendle", "0.0712345678")]),
        (("Area", "Code"), [("Preston", "E07000123"), ("Pendle", "E07000122")]),
    ],
)
def test_counts_are_not_taken_for_people(header, cells):
    book = readers.read(csv_bytes(*cells, header=header))

    assert personal.found(book, None) == []


def test_a_publishers_own_table_is_looked_at_by_its_headers_only():
    rows = [street_row() for _ in range(3)]
    for row in rows:
        row[6] = "1 High Street"  # Location
    assert not parsing.read(street_bytes(*rows)).stopped

    lines = street_bytes(*rows).decode().splitlines()
    added = "\n".join(
        [lines[0] + ",Victim surname", *(f"{x},Bloggs" for x in lines[1:])]
    )
    (problem,) = parsing.read(added.encode()).problems
    assert (problem.wrong, problem.row, problem.column) == (
        "The column under this looks like people's names.",
        1,
        13,
    )


def test_another_sheet_beside_a_publishers_table_is_looked_through():
    book = readers.read(street_bytes(street_row()))
    notes = readers.read(csv_bytes(("ring 07700 900123", 1), header=("Notes", "n")))
    book.sheets.append(notes.sheets[0])

    found = personal.found(book, parsing.SOURCES["street"].recognises)

    assert [(each.row, each.column) for each in found] == [(2, 1)]


def test_a_workbook_is_looked_through_on_every_sheet():
    data = workbook_bytes(
        ("Preston", 3, "Bloggs"), head=("Area", "Burglary", "Surname")
    )

    (problem,) = parsing.read(data).problems

    assert (problem.sheet, problem.row, problem.column) == ("Figures", 5, 3)


def test_a_file_with_an_open_quote_is_looked_through_by_line():
    data = b'indicator,area\nburglary,"Preston\nx,joe.bloggs@example.com\n'

    (problem,) = parsing.read(data).problems

    assert (problem.wrong, problem.row) == ("This looks like an e-mail address.", 3)


@pytest.mark.skipif(not REAL.exists(), reason="the real files are not here")
def test_no_real_file_is_taken_for_one_about_people():
    """Not even when every cell is looked at."""
    for path in sorted(REAL.iterdir()):
        book = readers.read(path.read_bytes())
        assert personal.found(book, None) == [], path.name


# What becomes of such a file


SECRET = "joe.bloggs@example.com"


@pytest.fixture
def county(db):
    return make_county()


def everything_kept():
    """The bytes of every file in the storage, and every text the portal holds of uploads."""
    kept = []
    for top in ("kept", "read"):
        if default_storage.exists(top):
            for folder in default_storage.listdir(top)[0]:
                for name in default_storage.listdir(f"{top}/{folder}")[1]:
                    with default_storage.open(f"{top}/{folder}/{name}") as file:
                        kept.append(file.read())
    rows = [*Finding.objects.values(), *Upload.objects.values()]
    return kept, repr([*rows, *AuditEvent.objects.values()])


@pytest.fixture
def about_people():
    return csv_bytes(
        ("burglary", "Preston", Q4, 3, SECRET),
        ("burglary", "Pendle", Q4, 4, "07700 900123"),
        header=(*FIGURES, "comment"),
    )


def test_a_file_about_people_is_stopped_and_nothing_of_it_is_kept(
    county, analyst, about_people, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        upload = receive(about_people, "figures.csv", by=analyst)

    assert upload.state == Upload.State.STOPPED
    assert (upload.size, upload.sha256) == (
        len(about_people),
        frozen.digest(about_people),
    )
    assert [(f.where, f.wrong, f.text) for f in upload.findings.all()] == [
        ("E2", "This looks like an e-mail address.", ""),
        ("E3", "This looks like a telephone number.", ""),
    ]
    with pytest.raises(frozen.NotKept):
        frozen.read(upload.sha256)
    kept, rows = everything_kept()
    assert not [data for data in kept if SECRET.encode() in data]
    assert SECRET not in rows
    assert "900123" not in rows
    with pytest.raises(Blocked, match="about people"):
        commit_upload(upload, by=analyst)
    assert not Observation.objects.exists()


def test_a_stopped_file_cannot_be_fetched_in_any_form(
    county, analyst, about_people, analyst_client
):
    upload = receive(about_people, "figures.csv", by=analyst)
    address = upload.get_absolute_url()

    page = analyst_client.get(address)

    assert "This file is about people, and was not kept" in page.text
    assert "Download the file" not in page.text
    assert SECRET not in page.text
    assert "This looks like an e-mail address." in page.text
    for name in ("file/", "marked/", "changes.csv"):
        assert analyst_client.get(address + name).status_code == 404
    assert SECRET not in analyst_client.get(address + "findings.csv").text
    assert not AuditEvent.objects.filter(act=AuditEvent.Act.DOWNLOAD).exists()


def test_a_table_nobody_knows_is_stopped_before_its_first_row_is_repeated(
    county, analyst
):
    data = b"Bloggs,Joe,joe.bloggs@example.com\nDoe,Jane,jane.doe@example.com\n"

    upload = receive(data, "people.csv", by=analyst)

    assert upload.state == Upload.State.STOPPED
    assert "Bloggs" not in everything_kept()[1]


def test_an_earlier_upload_of_the_same_bytes_is_left_to_be_sealed(
    county, analyst, about_people
):
    """Kept before the check knew better: its saved figures need where they came from."""
    frozen.keep(about_people)
    earlier = UploadFactory(sha256=frozen.digest(about_people), state="committed")

    upload = receive(about_people, "figures.csv", by=analyst)

    assert frozen.read(upload.sha256) == about_people
    told = upload.findings.get(rule="kept-before")
    assert told.wrong == (
        f"The very same file was uploaded before, as number {earlier.pk}, and is kept."
    )
    assert told.mend == "Ask an officer and an administrator to seal it."


def test_a_file_of_counts_is_kept(county, analyst):
    upload = receive(figures(Preston=3), "figures.csv", by=analyst)

    assert upload.state == Upload.State.CHECKED
    assert frozen.read(upload.sha256) == figures(Preston=3)
