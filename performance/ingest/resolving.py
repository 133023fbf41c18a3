"""From readings to figures: whose, where, when and how many. Pure: no Django.

Nothing stops at the first problem, and nothing is guessed. Readings in which nothing is
odd are resolved together, by column; every other goes the exact way, one by one, which
alone has words for what is wrong.
"""

import datetime
import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

import polars as pl

from performance import periods
from performance.ingest.findings import ERROR, NOTE, Problem
from performance.ingest.known import (
    FIGURES,
    KEY,
    Figure,
    Figures,
    Known,
    Measure,
    Resolved,
    Total,
    plain,
)
from performance.ingest.numbers import PLACES, WRITE_DIGITS, NotANumber, number, printed
from performance.ingest.readings import Cell, Reading

STATES = {
    "missing": "missing",
    "not applicable": "not_applicable",
    "suppressed": "suppressed",
}
TOTALS = ("total", "grand total", "all areas", "county total")  # for the whole
STATUSES = ("final", "provisional", "estimated")
SPREADSHEET_ERROR = re.compile(r"#[A-Z/0]+[!?A]?", re.ASCII)
PLAIN_COUNT = r"^[0-9]{1,8}$"
MAX_ODD = 50_000  # readings that go the exact way
SPREADSHEET_ERRORS = {
    "#REF!": "has lost what it points at",
    "#N/A": "found nothing",
    "#DIV/0!": "divides by nothing",
    "#VALUE!": "was given something that is no number",
    "#NAME?": "uses a name that does not exist",
    "#NUM!": "has no result",
    "#NULL!": "points at no cell",
}


def resolve_readings(readings: pl.DataFrame, known: Known) -> Resolved:
    """The figures of a table of READINGS, and every problem with them.

    At most MAX_ODD readings are told what is wrong with them; that there are more is a
    problem of its own.
    """
    rows = readings.with_row_index("order")
    clean = _clean(rows, known)
    odd = rows.join(clean, on="order", how="anti")
    resolver = _Resolver(known)
    exact = list(resolver.each(odd.head(MAX_ODD)))
    keys = pl.concat([clean.select(KEY), _keys(exact)])
    repeated = keys.filter(pl.struct(KEY).is_duplicated())
    again = clean.join(repeated, on=KEY, how="semi").select("order")
    exact += resolver.each(rows.join(again, on="order", how="semi"))
    figures = resolver.settled(sorted(exact, key=lambda each: each[0]))
    if odd.height > MAX_ODD:
        resolver.problems.append(
            Problem(
                ERROR,
                "too-many",
                f"{odd.height - MAX_ODD:,} more figures are odd and were not looked at.",
                "Mend those that are listed, then upload the file again.",
            )
        )
    sure = clean.join(again, on="order", how="anti").select("order", *FIGURES)
    totals = resolver.settled_totals(pl.concat([sure.select(KEY), _keys(exact)]))
    settled = Figures.of([figure for _, figure in figures])
    frame = settled.frame.insert_column(
        0, pl.Series("order", [order for order, _ in figures], dtype=pl.UInt32)
    )
    return Resolved(
        Figures(
            pl.concat([sure, frame]).sort("order").drop("order"),
            {each.pk: each for each in known.measures.values()},
            totals,
        ),
        resolver.problems,
    )


def _keys(exact: Sequence[tuple[int, Figure, Reading]]) -> pl.DataFrame:
    return Figures.of([figure for _, figure, _ in exact]).frame.select(KEY)


def _clean(rows: pl.DataFrame, known: Known) -> pl.DataFrame:
    """FIGURES of the rows in which nothing is odd, each with its ``order``.

    A plain count for an indicator, area and period that are known, with a status; a
    proportion with a whole that is no smaller. Whatever is unsure is left out.
    """
    counted = {
        each.pk: each
        for each in known.measures.values()
        if each.mine and each.kind in ("count", "population", "proportion")
    }
    measures = pl.DataFrame(
        [
            (text, measure.pk, measure.native_period, measure.kind == "proportion")
            for text in rows["indicator"].unique()
            if (measure := known.measures.get(plain(text))) and measure.pk in counted
        ],
        schema={
            "indicator": pl.String,
            "measure": pl.Int64,
            "kind": pl.String,
            "is_share": pl.Boolean,
        },
        orient="row",
    )
    areas = pl.DataFrame(
        [
            (text, area)
            for text in rows["area"].unique()
            if (area := known.areas.get(plain(text))) is not None
        ],
        schema={"area_text": pl.String, "area": pl.Int64},
        orient="row",
    )
    covered = pl.DataFrame(
        [
            (measure.pk, area)
            for measure in counted.values()
            for area in (
                known.area_names
                if measure.kind == "population"
                else measure.areas | measure.comparators
            )
        ],
        schema={"measure": pl.Int64, "area": pl.Int64},
        orient="row",
    )
    found = rows.rename({"area": "area_text"}).join(measures, on="indicator")
    spans = pl.DataFrame(
        [
            (text, kind, period.start, period.end)
            for text, kind in found.select("period", "kind").unique().rows()
            if not isinstance(period := _read_period(text, kind), str)
            and period.start <= known.today
        ],
        schema={
            "period": pl.String,
            "kind": pl.String,
            "start": pl.Date,
            "end": pl.Date,
        },
        orient="row",
    )
    statuses = pl.DataFrame(
        [
            (text, status)
            for text in rows["status"].unique()
            if (status := plain(text) or "final") in STATUSES
        ],
        schema={"status": pl.String, "said": pl.String},
        orient="row",
    )
    number = pl.col("value").str.contains(PLAIN_COUNT)
    whole = pl.col("denominator").str.contains(PLAIN_COUNT)
    return (
        found.filter(
            number
            & pl.when("is_share").then(whole).otherwise(pl.col("denominator") == "")
        )
        .join(areas, on="area_text")
        .join(covered, on=["measure", "area"])
        .join(spans, on=["period", "kind"])
        .join(statuses, on="status")
        .with_columns(
            pl.col("value").cast(FIGURES["value"]),
            pl.when("is_share").then("denominator").cast(FIGURES["denominator"]),
            state=pl.lit("value"),
            status="said",
            column="value_column",
        )
        .filter(
            ~pl.col("is_share")
            | ((pl.col("denominator") >= pl.col("value")) & (pl.col("denominator") > 0))
        )
        .select("order", *FIGURES)
    )


class _Resolver:
    """Reads of one file; names and periods are looked up once each."""

    def __init__(self, known: Known):
        self.known = known
        self.problems: list[Problem] = []
        self.tidied: list[Cell] = []
        self.measures: dict[str, Measure | None] = {}
        self.areas: dict[str, int | None] = {}
        self.periods: dict[tuple[str, str], periods.Period | str] = {}
        self.titles = {plain(m.title): m.title for m in known.measures.values()}
        self.names = {plain(name): name for name in known.area_names.values()}
        self.told: set[tuple[str, int, int, str]] = set()
        self.totals: list[tuple[Total, Reading]] = []

    def each(self, rows: pl.DataFrame) -> Iterator[tuple[int, Figure, Reading]]:
        """The figures of rows, told one by one what is wrong with them."""
        for row in rows.iter_rows(named=True):
            reading = Reading.of(row)
            if figure := self.figure(reading):
                yield row["order"], figure, reading

    def settled(
        self, exact: Iterable[tuple[int, Figure, Reading]]
    ) -> list[tuple[int, Figure]]:
        """The first of each figure with its order; says which are there again."""
        held: dict[tuple, list[tuple[Figure, Reading]]] = defaultdict(list)
        first = []
        for order, figure, reading in exact:
            key = (figure.measure.pk, figure.area, figure.period)
            if key not in held:
                first.append((order, figure))
            held[key].append((figure, reading))
        self.problems += _repeats(held, self.known)
        if self.tidied:
            self.problems.append(
                Problem(
                    NOTE,
                    "tidied",
                    "A number typed as text was read as a number.",
                    text=self.tidied[0].text,
                    sheet=self.tidied[0].sheet,
                    wrong_many="{cells} numbers typed as text, such as this, were read "
                    "as numbers.",
                    cells=len(self.tidied),
                )
            )
        return first

    def settled_totals(self, keys: pl.DataFrame) -> list[Total]:
        """The totals that stand beside a part of theirs; any other is told that it is
        no figure of its own."""
        given = set(keys.select("measure", "area", "start").iter_rows())
        totals = []
        for total, reading in self.totals:
            parts = parts_of(total)
            if any((total.measure.pk, *part) in given for part in parts):
                totals.append(total)
            else:
                self.figure_of_its_own(reading)
        return totals

    def total(self, reading: Reading) -> Total | None:
        """The reading as the sum of others, when it can only be that."""
        measure = self.known.measures.get(plain(reading.indicator.text))
        if measure is None or not measure.mine or measure.kind != "count":
            return None
        named = plain(reading.area.text)
        area = measure.whole if named in TOTALS else self.known.areas.get(named)
        period = _read_period(reading.period.text, measure.native_period)
        longer = isinstance(period, str)
        if longer:
            period = _read_period(reading.period.text, None)
        is_whole = measure.by_area and area == measure.whole not in measure.comparators
        if isinstance(period, str) or area is None or not (longer or is_whole):
            return None
        if not is_whole and area not in measure.areas:
            return None
        try:
            value = number(reading.value.text)
        except NotANumber:
            return None
        at = reading.value
        return Total(measure, area, period, value, at.sheet, at.row, at.column)

    def figure(self, reading: Reading) -> Figure | None:
        if total := self.total(reading):
            self.totals.append((total, reading))
            return None
        return self.figure_of_its_own(reading)

    def figure_of_its_own(self, reading: Reading) -> Figure | None:
        measure = self.measure(reading.indicator)
        area = self.area(reading.area)
        period = self.period(reading.period, measure)
        status = self.status(reading.status)
        if measure is None:
            return None
        if area is not None and not self.covers(measure, area, reading):
            area = None
        numbers = self.numbers(measure, reading)
        if None in (area, period, status, numbers):
            return None
        state, value, denominator = numbers
        at = reading.value
        return Figure(
            *(measure, area, period, state, status, value, denominator),
            *(at.sheet, at.row, at.column),
        )

    def tell(self, cell: Cell, level: str, rule: str, wrong: str, mend: str, **more):
        """Say something about a cell, once, however many readings share it."""
        key = (cell.sheet, cell.row, cell.column, wrong)
        if key not in self.told:
            self.told.add(key)
            self.problems.append(about(cell, level, rule, wrong, mend, **more))

    def measure(self, cell: Cell) -> Measure | None:
        if cell.text not in self.measures:
            self.measures[cell.text] = self.known.measures.get(plain(cell.text))
        measure = self.measures[cell.text]
        if measure is None:
            if cell.text.strip():
                wrong = "No indicator is called that."
                mend = nearest(cell.text, self.titles, "Indicators")
            else:
                wrong = "The row names no indicator."
                mend = "Write the indicator's name, or delete the row."
            if not self.broken(cell):
                self.tell(cell, ERROR, "unknown-indicator", wrong, mend)
        elif not measure.mine:
            self.tell(
                cell,
                ERROR,
                "not-yours",
                f"{measure.title} is not yours to upload.",
                "Leave it out, or ask the analyst to upload it.",
            )
            return None
        return measure

    def area(self, cell: Cell) -> int | None:
        if cell.text not in self.areas:
            self.areas[cell.text] = self.known.areas.get(plain(cell.text))
        area = self.areas[cell.text]
        if area is None and not self.broken(cell):
            if cell.text.strip():
                wrong = "No area is called that."
                mend = nearest(cell.text, self.names, "Areas")
            else:
                wrong = "The row names no area."
                mend = "Write the area's name, or delete the row."
            self.tell(cell, ERROR, "unknown-area", wrong, mend)
        return area

    def period(self, cell: Cell, measure: Measure | None) -> periods.Period | None:
        kind = measure.native_period if measure else ""
        key = (cell.text, kind)
        if key not in self.periods:
            self.periods[key] = _read_period(cell.text, kind or None)
        period = self.periods[key]
        if isinstance(period, str):
            wrong, _, mend = period.partition(". ")
            if not self.broken(cell):
                self.tell(
                    *(cell, ERROR, "unknown-period"),
                    *(wrong.removesuffix(".") + ".", mend),
                    about=measure.slug if measure else "",
                )
            return None
        if period.start > self.known.today:
            self.tell(
                cell,
                ERROR,
                "not-begun",
                f"{period.label} has not begun.",
                "Check the year, or wait until there are figures.",
                about=measure.slug if measure else "",
            )
            return None
        return period

    def status(self, cell: Cell) -> str | None:
        text = plain(cell.text) or "final"
        if text in STATUSES:
            return text
        if not self.broken(cell):
            self.tell(
                cell,
                ERROR,
                "unknown-status",
                "No status is called that.",
                "Write final, provisional or estimated, or leave it empty for final.",
            )
        return None

    def covers(self, measure: Measure, area: int, reading: Reading) -> bool:
        """Whether the indicator has figures for an area; says so where it has none.

        Populations and published rates are held for comparison too, so for any area.
        """
        if area in measure.areas | measure.comparators:
            return True
        if measure.kind in ("population", "published_rate"):
            return True
        name = self.known.area_names[area]
        if area == measure.whole and measure.by_area:
            wrong = f"{measure.title} for {name} is added up from its areas."
            mend = "Leave this figure out, and give one for each area."
        elif not measure.by_area:
            wrong = f"{measure.title} is one figure for the whole, not one for {name}."
            mend = (
                f"Give it for {self.known.area_names.get(measure.whole, 'the whole')}."
            )
        else:
            wrong = f"{measure.title} is not collected for {name}."
            mend = f"It is collected for {measure.covers}. Leave this figure out."
        cell = reading.area if measure.by_area else reading.value
        self.tell(cell, ERROR, "other-area", wrong, mend, about=measure.slug)
        return False

    def numbers(
        self, measure: Measure, reading: Reading
    ) -> tuple[str, Decimal | None, Decimal | None] | None:
        """State, value and denominator of a reading, or None when one is wrong."""
        if state := STATES.get(plain(reading.value.text)):
            if reading.denominator.text.strip():
                self.tell(
                    reading.denominator,
                    ERROR,
                    "denominator-without-value",
                    "There is something to count it out of, and no figure.",
                    "Leave this cell empty as well.",
                    about=measure.slug,
                )
                return None
            return state, None, None
        value = self.number(reading.value, measure)
        if not reading.denominator.text.strip():
            if measure.kind == "proportion":
                self.tell(
                    reading.value,
                    ERROR,
                    "no-denominator",
                    f"{measure.title} needs what it is out of as well.",
                    "Write it in the column beside it.",
                    about=measure.slug,
                )
                return None
            return None if value is None else ("value", value, None)
        if measure.kind != "proportion":
            self.tell(
                reading.denominator,
                ERROR,
                "unwanted-denominator",
                f"{measure.title} is not a part of something.",
                "Leave this cell empty.",
                about=measure.slug,
            )
            return None
        denominator = self.number(reading.denominator, measure)
        if value is None or denominator is None:
            return None
        if not denominator:
            self.tell(
                reading.denominator,
                ERROR,
                "part-of-nothing",
                "Nothing can be a part of 0.",
                "If there was nothing to count it out of, write not applicable.",
                about=measure.slug,
            )
            return None
        if denominator < value:
            self.tell(
                reading.denominator,
                ERROR,
                "part-above-whole",
                f"{printed(value)} out of {printed(denominator)} is more than all.",
                "Check both figures. They may be the wrong way round.",
                about=measure.slug,
            )
            return None
        return "value", value, denominator

    def number(self, cell: Cell, measure: Measure) -> Decimal | None:
        text = cell.text
        if self.broken(cell, measure.slug):
            return None
        if not text.strip():
            self.tell(
                cell,
                ERROR,
                "no-value",
                "There is no figure here.",
                WRITE_DIGITS,
                about=measure.slug,
            )
            return None
        in_per_cent = measure.kind == "published_rate" and "%" in measure.unit
        if in_per_cent:
            text = text.strip().removesuffix("%")
        try:
            value = number(text)
        except NotANumber as error:
            self.tell(
                *(cell, ERROR, "not-a-number", str(error), error.mend),
                about=measure.slug,
            )
            return None
        what = "rate" if measure.kind == "published_rate" else "count"
        if value < 0:
            self.tell(
                cell,
                ERROR,
                "negative",
                f"A {what} cannot be less than 0.",
                "Ask whoever supplied it. If it is not known, write missing.",
                about=measure.slug,
            )
            return None
        if what == "count" and value != value.to_integral_value():
            self.tell(
                cell,
                ERROR,
                "not-whole",
                "A count is a whole number.",
                "Write how many there were. A rate or an average is another indicator.",
                about=measure.slug,
            )
            return None
        if not re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", text, re.ASCII):
            self.tidied.append(cell)
        return value.quantize(PLACES)

    def broken(self, cell: Cell, about: str = "") -> bool:
        """Whether a spreadsheet shows the cell as an error or has lost its result."""
        text = cell.text.strip()
        if SPREADSHEET_ERROR.fullmatch(text):
            why = SPREADSHEET_ERRORS.get(text, "has an error")
            self.tell(
                cell,
                ERROR,
                "spreadsheet-error",
                f"The formula in this cell {why}.",
                "Open the workbook the figures came from, copy the results and paste "
                "them here as values.",
                wrong_many=f"{{cells}} cells hold a formula that {why}.",
                about=about,
            )
            return True
        if text.startswith("="):
            self.tell(
                cell,
                ERROR,
                "bare-formula",
                "The cell holds a formula without its result.",
                "Open the workbook in a spreadsheet program, save it there and upload it "
                "again, or paste the results as values.",
                about=about,
            )
            return True
        return False


def parts_of(total: Total) -> list[tuple[int, datetime.date]]:
    """The areas and first days of the figures that a total is the sum of, without what
    has no place; none where its period is no longer one than the indicator's own."""
    measure = total.measure
    areas = {total.area}
    if measure.by_area and total.area == measure.whole:
        areas = measure.areas - {measure.unplaced}
    return [(area, start) for start in _starts(total) for area in sorted(areas)]


def _starts(total: Total) -> list[datetime.date]:
    """The first days of the indicator's own periods inside a total's."""
    native, period = total.measure.native_period, total.period
    if period.kind == native:
        return [period.start]
    months = [month.start for month in period.months]
    if native == "month":
        return months
    if native == "quarter" and len(months) == 12 and period.start.month % 3 == 1:
        return months[::3]
    return []


def about(problem_at: Cell, level: str, rule: str, wrong: str, mend: str, **more):
    return Problem(
        level,
        rule,
        wrong,
        mend,
        problem_at.text,
        problem_at.sheet,
        problem_at.row,
        problem_at.column,
        **more,
    )


def _read_period(text: str, kind: str | None) -> periods.Period | str:
    """The period, or the sentence that says why there is none."""
    try:
        return periods.parse(text, kind)
    except periods.NoSuchPeriod as error:
        return str(error)


def nearest(text: str, names: Mapping[str, str], sheet: str) -> str:
    """How to mend a name that nothing is called."""
    close = difflib.get_close_matches(plain(text), names, n=1, cutoff=0.7)
    if close:
        return (
            f"The nearest name is {names[close[0]]}. Type it so if it is meant. We have "
            "not guessed."
        )
    return f"The names are in the sheet “{sheet}” of the blank workbook."


def _repeats(
    held: Mapping[tuple, Sequence[tuple[Figure, Reading]]], known: Known
) -> Iterator[Problem]:
    """Figures given more than once; those of the same cells in one problem."""
    together: dict[tuple[Cell, ...], list[Sequence[tuple[Figure, Reading]]]]
    together = defaultdict(list)
    for pairs in held.values():
        if len(pairs) > 1:
            cells = tuple(reading.area for _, reading in pairs)
            if len(set(cells)) == 1:  # one row, two columns of a name
                cells = tuple(reading.indicator for _, reading in pairs)
            together[cells].append(pairs)
    for cells, repeated in together.items():
        figure = repeated[0][0][0]
        measures = {pairs[0][0].measure.slug for pairs in repeated}
        texts = [other.value.text.strip() for _, other in repeated[0]]
        times = "twice" if len(texts) == 2 else f"{len(texts)} times"
        what = f"{figure.measure.title}, {figure.period.label}"
        given = (
            f"each time with {texts[0]}"
            if len(set(texts)) == 1
            else f"with {', '.join(texts[:-1])} and {texts[-1]}"
        )
        more = f", and {len(repeated) - 1:,} more figures" if repeated[1:] else ""
        for cell in cells:
            yield Problem(
                ERROR,
                "repeated",
                f"{known.area_names[figure.area]} is there {times}, {given} "
                f"({what}{more}).",
                "Keep the right one and delete the other. We have not guessed.",
                cells[0].text,
                cell.sheet,
                cell.row,
                cell.column,
                about=figure.measure.slug if len(measures) == 1 else "",
            )
