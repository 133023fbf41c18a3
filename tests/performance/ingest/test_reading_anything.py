"""Whatever the bytes are, reading them ends in contents or in a sentence; and what is a
table of figures gives exactly what a naive reader gives."""

import csv
import io
import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from performance.ingest import parsing
from performance.ingest.readers import Refused
from performance.ingest.readings import Contents
from tests.performance.ingest.corpus import (
    book,
    good_text,
    older_excel,
    opendocument,
    zipped,
)
from tests.performance.ingest.small_county import saved, street_bytes, street_row

KINDS = ["", *parsing.SOURCES]
STARTS = [
    *(
        b"",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\xff\xfe",
        b"\xfe\xff",
    ),
    *(b"\xef\xbb\xbf", b"%PDF", b"<?xml ", b"indicator,area,period,value\n"),
    b"Crime ID,Month,Reported by,Falls within,LSOA code,LSOA name,Crime type\n",
    b"Code,Name,Mid-2020,Mid-2019\n",
    b"Financial Year,Financial Quarter,Force Name,Offence Code,Number of Offences\n",
    b"accident_index,date,local_authority_ons_district\n",
    b"Quarter,Q4 2021/22\nArea,Burglary,Status\n",
]


def read(data, kind=""):
    """What reading gives: contents that cross to the portal whole, or a sentence."""
    try:
        contents = parsing.read(data, kind)
    except Refused as refusal:
        problem = refusal.problem
        contents = Contents(problems=(problem,), unreadable=True)
    if contents.unreadable:
        assert all(each.wrong.endswith((".", "…")) for each in contents.problems)
        assert all(each.mend for each in contents.problems)
    again = Contents.unpacked(contents.packed())
    assert again.readings.equals(contents.readings)
    assert again.counts.equals(contents.counts)
    assert all(problem.wrong for problem in again.problems)
    return contents


@settings(max_examples=150)
@given(
    start=st.sampled_from(STARTS),
    rest=st.binary(max_size=400),
    kind=st.sampled_from(KINDS),
)
def test_any_bytes(start, rest, kind):
    read(start + rest, kind)


cells = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12
) | st.sampled_from(
    ["2022-01", "Q4 2021/22", "2020", "1,863", '"', "=1+1", "#REF!", ""]
)


@settings(max_examples=100)
@given(
    start=st.sampled_from(STARTS[8:]),
    rows=st.lists(st.lists(cells, max_size=7), max_size=8),
    kind=st.sampled_from(KINDS),
)
def test_any_table(start, rows, kind):
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    read(start + file.getvalue().encode(), kind)


WHOLE = {
    "xlsx": book(),
    "xls": older_excel(),
    "ods": opendocument(),
    "zip": zipped({"2022-01/a.csv": street_bytes(street_row()), "b.csv": good_text()}),
}


def damaged(data, seed):
    """The bytes with some changed, dropped or doubled, anywhere."""
    luck, data = random.Random(seed), bytearray(data)
    for _ in range(luck.randint(1, 6)):
        at, size = luck.randrange(len(data)), luck.choice([1, 1, 1, 4, 60])
        match luck.randrange(4):
            case 0:
                data[at : at + size] = luck.randbytes(size)
            case 1:
                del data[at : at + size]
            case 2:
                data[at:at] = data[at : at + size]
            case 3:
                data[at] ^= 1 << luck.randrange(8)
    return bytes(data)


seeds = st.integers(0, 2**32)


@pytest.mark.parametrize("kind", ["xlsx", "ods", "zip"])
@settings(max_examples=60)
@given(seed=seeds)
def test_any_damage(kind, seed):
    read(damaged(WHOLE[kind], seed))


@settings(max_examples=4)
@given(seed=seeds)
def test_any_damage_to_an_older_workbook(seed):
    """What it makes the reader ask for in memory ends the child, never the portal."""
    data = damaged(WHOLE["xls"], seed)

    contents = Contents.unpacked(parsing.parse(data, seconds=20, max_bytes=3 * 1024**3))

    assert contents.source == "workbook" or contents.problems[0].mend


@pytest.mark.parametrize("kind", WHOLE)
@settings(max_examples=15)
@given(share=st.floats(0, 1))
def test_any_cut(kind, share):
    read(WHOLE[kind][: int(share * len(WHOLE[kind]))])


# What is a table of figures

HEADER = ["indicator", "area", "period", "value", "denominator", "status"]
words = st.text(
    st.characters(categories=["Lu", "Ll", "Zs", "Pd"], max_codepoint=0x24F)
    | st.sampled_from(" '&,;()"),
    max_size=10,
)
values = st.integers(-5, 10**9).map(str) | st.sampled_from(
    ["missing", "1,863", " 12 ", "12%", "", "  ", "3.5"]
)
rows = st.tuples(
    words, words, st.sampled_from(["Q4 2021/22", ""]), values, values, words
)


@settings(max_examples=100)
@given(
    rows=st.lists(rows, min_size=1, max_size=8),
    order=st.permutations(range(len(HEADER))),
    delimiter=st.sampled_from(",;\t"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    above=st.integers(0, 2),
    spare=st.integers(0, 2),
)
def test_the_portals_csv_in_any_dialect_is_read_as_it_stands(
    rows, order, delimiter, quoting, line_end, encoding, above, spare
):
    file = io.StringIO()
    writer = csv.writer(
        file, delimiter=delimiter, quoting=quoting, lineterminator=line_end
    )
    empty = [""] * spare
    for row in (HEADER, *rows):
        writer.writerow([*(row[at] for at in order), *empty])
    data = (line_end * above + file.getvalue()).encode(encoding)

    contents = read(data)

    assume(not contents.stopped)  # words that look like somebody's name
    found = contents.readings.select(*HEADER, "row", "value_column").rows()
    assert found == [
        (*row, number, order.index(3) + 1)
        for number, row in enumerate(rows, start=above + 2)
        if row[3].strip() or row[4].strip()
    ]


sheet_cells = (
    st.none()
    | st.integers(-5, 10**9)
    | st.floats(0, 1e6).map(lambda value: round(value, 3))
    | st.sampled_from(["missing", "1,863", "12%", "#N/A"])
)


def as_shown(value):
    """A number of a sheet as people would type it."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    return str(value)


@settings(max_examples=60)
@given(
    table=st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(sheet_cells, min_size=width, max_size=width),
            min_size=1,
            max_size=6,
        )
    ),
    above=st.integers(0, 3),
    left=st.integers(0, 3),
)
def test_the_portals_workbook_anywhere_on_a_sheet_is_read_as_it_stands(
    table, above, left
):
    made = Workbook()
    sheet, top = made.active, above + 2
    sheet.cell(above + 1, left + 1, "Quarter")
    sheet.cell(above + 1, left + 2, "Q4 2021/22")
    names = ["Area", *(f"Measure {n}" for n in range(len(table[0])))]
    lines = [names, *([f"Place {n}", *row] for n, row in enumerate(table))]
    for row, line in enumerate(lines, start=top):
        for column, value in enumerate(line, start=left + 1):
            sheet.cell(row, column, value)

    contents = read(saved(made))

    columns = ("indicator", "area", "period", "value", "row", "value_column")
    assert contents.readings.select(columns).rows() == [
        (
            f"Measure {at}",
            f"Place {n}",
            "Q4 2021/22",
            as_shown(value),
            row,
            left + 2 + at,
        )
        for n, (row, line) in enumerate(enumerate(table, start=top + 1))
        for at, value in enumerate(line)
        if value is not None
    ]
