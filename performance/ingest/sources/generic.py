"""Any tidy table whose columns somebody has said once: a row an area and a period.

The indicators stand in a column of names beside one of values, or each in a column of
its own. What the columns are comes with the book, as performance.ingest.columns has it,
and a table is known by its header, on whatever row and sheet it stands.
"""

from collections.abc import Collection, Iterator, Sequence

import polars as pl

from performance.ingest.columns import (
    LOOK_IN_ROWS,
    OUT_OF,
    UNREAD,
    Columns,
    fingerprint,
    period_text,
)
from performance.ingest.findings import ERROR, NOTE, Problem
from performance.ingest.known import plain
from performance.ingest.readers import Book, Sheet
from performance.ingest.readings import READINGS, Contents
from performance.ingest.sources import figures_csv, workbook

KIND = "generic"
MAX_TOLD = 10_000  # faulty rows of a kind


def recognises(book: Book) -> bool:
    return bool(_known(book))


def read(book: Book) -> Contents:
    """Every sheet whose header is that of the first one with kept columns."""
    found = _known(book)
    if not found:
        return Contents(KIND, problems=(*book.problems, _nobody_said(book)))
    columns = found[0][2]
    tables, rows = [], 0
    problems = [*book.problems, _read_with(columns)]
    known = {sheet.name: header for sheet, header, each in found if each == columns}
    for sheet in book.sheets:
        if sheet.name not in known:
            if any(map(any, sheet.rows)):
                problems.append(_other_sheet(sheet))
            continue
        table, lines, odd = _figures(sheet, known[sheet.name], columns, book)
        tables.append(table)
        rows += lines
        problems += odd
    readings = pl.concat(tables)
    if readings.is_empty() and not any(each.level == ERROR for each in problems):
        problems.append(
            Problem(
                ERROR,
                "no-figures",
                "There are no figures under the header.",
                "Fill the columns of figures in, or say again what the columns are.",
            )
        )
    return Contents(
        KIND, rows, readings, problems=tuple(problems), columns=columns.version
    )


def is_ours(header: Sequence[str], indicators: Collection[str]) -> bool:
    """Whether a header is that of the portal's own CSV or workbook, which need nothing
    said; ``indicators`` are all titles and slugs as ``plain`` makes them."""
    names = {plain(text) for text in header if text}
    if names >= set(figures_csv.NEEDED):
        return True
    others = {
        name.removesuffix(workbook.OUT_OF).removesuffix(workbook.STATUS_OF).strip()
        for name in names - {"area", "status", *workbook.PERIOD_WORDS}
    }
    return "area" in names and bool(others) and others <= set(indicators)


def _known(book: Book) -> list[tuple[Sheet, int, Columns]]:
    """Sheets with a header that somebody has kept the columns of, and its row."""
    kept = {each.fingerprint: each for each in book.columns}
    if not kept:
        return []
    return [
        (sheet, *found)
        for sheet in book.sheets
        if (
            found := next(
                (
                    (number, kept[mark])
                    for number, row in enumerate(sheet.first(LOOK_IN_ROWS), start=1)
                    if (mark := fingerprint(row)) in kept
                ),
                None,
            )
        )
    ]


def _figures(
    sheet: Sheet, header: int, columns: Columns, book: Book
) -> tuple[pl.DataFrame, int, list[Problem]]:
    """READINGS of a sheet, the number of its rows, and what is odd about it."""
    width = len(columns.roles)
    frame = sheet.frame(after=header)
    frame = frame.with_columns(
        pl.lit(None, pl.String).alias(f"c{at}")
        for at in range(width)
        if f"c{at}" not in frame.columns
    )
    texts = [name for name in frame.columns if name != "row"]
    said = pl.sum_horizontal(
        (pl.col(name).fill_null("").str.strip_chars() != "").cast(pl.UInt32)
        for name in texts
    )
    frame = frame.with_columns(said=said).filter(pl.col("said") > 0)
    problems = list(_beyond(sheet, frame, width, book))
    if not book.is_workbook:
        frame, short = _cut_short(sheet, frame, columns)
        problems += short
    rows = frame.height
    frame, left_out = _left_out(frame, columns)
    problems += left_out
    frame = frame.with_columns(pl.col(f"c{at}").fill_null("") for at in range(width))
    frame = _with_period(frame, columns)
    pieces = [
        _piece(frame, sheet, header, columns, at, slug)
        for at, slug in columns.figures.items()
    ]
    if (at := columns.at("value")) is not None:
        pieces.append(_piece(frame, sheet, header, columns, at, None))
    table = pl.concat(pieces).sort("row", "value_column", maintain_order=True)
    empty = table.height
    table = table.filter(
        (pl.col("value").str.strip_chars() != "")
        | (pl.col("denominator").str.strip_chars() != "")
    )
    if empty := empty - table.height:
        problems.append(
            Problem(
                NOTE,
                "empty",
                "An empty cell says nothing: the figure held there stays.",
                wrong_many="{cells} empty cells say nothing: the figures held there stay.",
                cells=empty,
            )
        )
    return table, rows, problems


def _piece(
    frame: pl.DataFrame,
    sheet: Sheet,
    header: int,
    columns: Columns,
    value: int,
    slug: str | None,
) -> pl.DataFrame:
    """READINGS of one column of figures; ``slug`` None where another names them."""

    def text(at: int | None) -> pl.Expr:
        return pl.lit("") if at is None else pl.col(f"c{at}")

    def place(at: int | None) -> pl.Expr:
        return pl.lit(0 if at is None else at + 1)

    whole = columns.at("denominator" if slug is None else f"{OUT_OF}{slug}")
    named = columns.at("indicator") if slug is None else value
    when = columns.at("period")
    if when is None:
        when = columns.at("quarter")
    if when is None:
        when = columns.at("month")
    area, status = columns.at("area"), columns.at("status")
    return frame.select(
        indicator=text(named) if slug is None else pl.lit(slug),
        area=pl.lit(columns.area) if area is None else text(area),
        period="period",
        value=text(value),
        denominator=text(whole),
        status=text(status),
        sheet=pl.lit(sheet.name),
        row="row",
        value_column=place(value),
        denominator_column=place(whole),
        area_column=place(area),
        period_column=place(when),
        indicator_column=place(named),
        status_column=place(status),
        indicator_row="row" if slug is None else pl.lit(header),
        period_row="row",
    ).cast(READINGS)


def _with_period(frame: pl.DataFrame, columns: Columns) -> pl.DataFrame:
    """The frame with the text of each row's period, from one cell or from two."""
    if (at := columns.at("period")) is not None:
        return frame.with_columns(period=pl.col(f"c{at}"))
    quarterly = columns.at("quarter") is not None
    year = f"c{columns.at('year')}"
    part = f"c{columns.at('quarter' if quarterly else 'month')}"
    pairs = [
        (*pair, period_text(*pair, quarterly=quarterly))
        for pair in frame.select(year, part).unique().rows()
    ]
    schema = {year: pl.String, part: pl.String, "period": pl.String}
    read = pl.DataFrame(pairs, schema=schema, orient="row")
    return frame.join(read, on=[year, part], how="left", maintain_order="left")


def _left_out(
    frame: pl.DataFrame, columns: Columns
) -> tuple[pl.DataFrame, list[Problem]]:
    """The frame without the rows that the kept columns leave out, and a note of them."""
    at = columns.at("area")
    if at is None:
        return frame, []
    leave = {plain(text) for text in columns.leave_out}
    area = f"c{at}"
    texts = [
        text
        for text in frame[area].unique()
        if text is not None and plain(text) in leave
    ]
    kept = frame.filter(~pl.col(area).is_in(texts).fill_null(False))
    left = frame.height - kept.height
    if not left:
        return kept, []
    return kept, [
        Problem(
            NOTE,
            "left-out",
            "A row is left out, as was said of this table.",
            text=", ".join(sorted(text.strip() for text in texts)),
            wrong_many="{cells} rows are left out, as was said of this table.",
            cells=left,
        )
    ]


def _beyond(
    sheet: Sheet, frame: pl.DataFrame, width: int, book: Book
) -> Iterator[Problem]:
    """Cells right of the last name: in a text they may be the rest of a parted number."""
    names = [
        name for name in frame.columns if name[0] == "c" and int(name[1:]) >= width
    ]
    if not names:
        return
    beyond = frame.filter(
        pl.any_horizontal(
            pl.col(name).fill_null("").str.strip_chars() != "" for name in names
        )
    )
    if book.is_workbook:
        if beyond.height:
            yield Problem(
                NOTE,
                "other-column",
                "Cells right of the table are kept with the file, not read as figures.",
                sheet=sheet.name,
                cells=beyond.height,
            )
        return
    for row in beyond.head(MAX_TOLD)["row"]:
        yield Problem(
            ERROR,
            "too-many-cells",
            f"The row has more cells than the header, which has {width}.",
            "A comma inside a number or a name parts it: write 1863 for 1,863, or put the "
            "text in quotation marks.",
            sheet=sheet.name,
            row=row,
        )


def _cut_short(
    sheet: Sheet, frame: pl.DataFrame, columns: Columns
) -> tuple[pl.DataFrame, list[Problem]]:
    """The rows of a text that reach as far as they must, and what is wrong with others.

    A row of one cell, such as a source line below the table, is no row of figures.
    """
    last = max(at for at, role in enumerate(columns.roles) if role and role != UNREAD)
    short = pl.col(f"c{last}").is_null()
    cut = frame.filter(short & (pl.col("said") > 1))
    lone = frame.filter(short & (pl.col("said") == 1))
    problems = [
        Problem(
            ERROR,
            "too-few-cells",
            "The row ends before its last figure.",
            "If it is the last row, the file was cut short: save it again from the program "
            "that made it.",
            sheet=sheet.name,
            row=row,
        )
        for row in cut.head(MAX_TOLD)["row"]
    ]
    if lone.height:
        problems.append(
            Problem(
                NOTE,
                "no-figures-in-row",
                "A row with one cell is kept with the file, not read as figures.",
                text=lone[0, "c0"] or "",
                sheet=sheet.name,
                wrong_many="{cells} rows with one cell are kept with the file, not read "
                "as figures.",
                cells=lone.height,
            )
        )
    return frame.filter(~short), problems


def _read_with(columns: Columns) -> Problem:
    return Problem(
        NOTE,
        "kept-columns",
        f"Read with the columns kept as “{columns.name}”.",
        f"Every row is about {columns.area}." if columns.area else "",
    )


def _other_sheet(sheet: Sheet) -> Problem:
    return Problem(
        NOTE,
        "other-sheet",
        "Kept with the file, not read as figures.",
        sheet=sheet.name,
    )


def _nobody_said(book: Book) -> Problem:
    first = next(
        (
            row
            for sheet in book.sheets
            for row in sheet.first(LOOK_IN_ROWS)
            if any(map(str.strip, row))
        ),
        [],
    )
    return Problem(
        ERROR,
        "unknown-columns",
        "Nobody has said yet what the columns of this table are.",
        "Say so on this page, and the file is read again.",
        ", ".join(filter(None, first)),
    )
