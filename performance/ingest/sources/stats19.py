"""STATS19 road collisions and casualties of the Department for Transport.

https://www.data.gov.uk/dataset/cb7ae6f0-4be6-4935-9277-47e5ce24a11f/road-accidents-safety-data.
People killed or seriously injured are casualties of severity 1 or 2; a casualty's district
and date are those of its collision, so both files are needed, as two sheets or two files
of a .zip. The district is the ONS code of the council's district, which editions from 2020
on hold and earlier ones hold as the highway authority.
"""

import datetime

import polars as pl

from performance.ingest.findings import ERROR, NOTE, Problem
from performance.ingest.readers import Book, Sheet
from performance.ingest.readings import COUNTS, Contents, Footprint
from performance.periods import Quarter

KIND = "stats19"
FOOTPRINT = Footprint(native="quarter", whole_periods=True, code_word="severity")
KILLED_OR_SERIOUS = "ksi"
INDEX = ("accident_index", "collision_index")
DISTRICT = (
    "local_authority_ons_district",
    "local_authority_highway",
    "local_authority_(highway)",
)
SEVERITY = "casualty_severity"
SEVERE = ("1", "2")
DATES = ("%d/%m/%Y", "%Y-%m-%d")


def recognises(book: Book) -> bool:
    return any(
        _column(sheet, INDEX) is not None
        and (
            _column(sheet, ("date",)) is not None
            or _column(sheet, (SEVERITY,)) is not None
        )
        for sheet in book.sheets
    )


def read(book: Book) -> Contents:
    collisions = _sheet(book, "date")
    casualties = _sheet(book, SEVERITY)
    if collisions is not None and _column(collisions, DISTRICT) is None:
        return _refused(
            book,
            collisions,
            "no-district",
            "The collisions do not say in which district they happened.",
            "The column local_authority_ons_district is missing. Download the collisions "
            "of the year again from the Department for Transport, with all columns.",
        )
    if collisions is None or casualties is None:
        lacking = "collisions" if collisions is None else "casualties"
        return _refused(
            book,
            None,
            "no-counterpart",
            f"The file of {lacking} is missing.",
            "People killed or seriously injured are in the casualties, their district and "
            "date in the collisions. Choose both files together, or upload them in one .zip.",
        )
    places, problems = _places(collisions)
    hurt = casualties.frame(after=1).select(
        index=_text(casualties, INDEX), severity=_text(casualties, (SEVERITY,))
    )
    joined = hurt.filter(pl.col("severity").is_in(SEVERE)).join(
        places, on="index", how="left"
    )
    if lost := joined["area"].null_count():
        problems.append(
            Problem(
                NOTE,
                "no-collision",
                "A casualty's collision is not in the file; it is in no figure.",
                wrong_many="{cells} casualties' collisions are not in the file; they are "
                "in no figure.",
                cells=lost,
            )
        )
    counts = (
        joined.drop_nulls("area")
        .group_by("area", "period")
        .agg(pl.len().cast(pl.Int64).alias("value"), pl.col("row").min())
        .with_columns(
            within=pl.lit(""),
            code=pl.lit(KILLED_OR_SERIOUS),
            state=pl.lit("value"),
            rows=pl.col("value").cast(pl.UInt32),
            sheet=pl.lit(collisions.name),
            column=pl.lit(0, dtype=pl.UInt32),
        )
        .sort("period", "area")
    )
    # A district and quarter with collisions and nobody badly hurt is a nought; so are
    # quarters that the file covers.
    return Contents(
        KIND,
        hurt.height,
        counts=counts.select(*COUNTS),
        problems=(*book.problems, *problems),
    )


def _places(collisions: Sheet) -> tuple[pl.DataFrame, list[Problem]]:
    """Each collision's district and quarter, and the dates that are none."""
    table = collisions.frame(after=1).select(
        "row",
        index=_text(collisions, INDEX),
        area=_text(collisions, DISTRICT),
        date=_text(collisions, ("date",)),
    )
    quarters, problems = {}, []
    for text, row in table.group_by("date").agg(pl.col("row").min()).sort("row").rows():
        day = _day(text)
        if day is not None:
            quarters[text] = Quarter.containing(day).label
            continue
        problems.append(
            Problem(
                ERROR,
                "bad-date",
                "This is not a date.",
                "The file has them as 09/01/2012 or 2012-01-09.",
                text,
                collisions.name,
                row,
                (_column(collisions, ("date",)) or 0) + 1,
            )
        )
    known = table.filter(
        pl.col("date").is_in(list(quarters)) & ~pl.col("area").is_in(["", "-1"])
    ).with_columns(
        period=pl.col("date").replace_strict(quarters, return_dtype=pl.String)
        if quarters
        else pl.lit("")
    )
    return known.select("index", "area", "period", "row"), problems


def _day(text: str) -> datetime.date | None:
    for pattern in DATES:
        try:
            return datetime.datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    return None


def _sheet(book: Book, name: str) -> Sheet | None:
    return next(
        (
            sheet
            for sheet in book.sheets
            if _column(sheet, INDEX) is not None and _column(sheet, (name,)) is not None
        ),
        None,
    )


def _column(sheet: Sheet, names: tuple[str, ...]) -> int | None:
    """Where the first of some columns stands, from 0."""
    head = [
        text.strip().lower().lstrip("\ufeff") for row in sheet.first(1) for text in row
    ]
    return next((head.index(name) for name in names if name in head), None)


def _text(sheet: Sheet, names: tuple[str, ...]) -> pl.Expr:
    return pl.col(f"c{_column(sheet, names)}").fill_null("").str.strip_chars()


def _refused(
    book: Book, sheet: Sheet | None, rule: str, wrong: str, mend: str
) -> Contents:
    at = {"sheet": sheet.name, "row": 1} if sheet else {}
    problem = Problem(ERROR, rule, wrong, mend, **at)
    return Contents(KIND, problems=(*book.problems, problem))
