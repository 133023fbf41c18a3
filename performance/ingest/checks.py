"""From what a file says to figures, and everything wrong or odd on the way. Pure.

``resolve`` finds the indicator, area and period of each reading and its number;
``unusual`` sets the figures against those held. Neither stops at the first problem, and
neither guesses.
"""

import datetime
import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from performance import periods
from performance.ingest.findings import ERROR, NOTE, QUERY, Problem
from performance.ingest.readings import Cell, Contents, Reading, StreetRows

COUNTED = ("count", "population")  # whole numbers of things
STATES = {
    "missing": "missing",
    "not applicable": "not_applicable",
    "suppressed": "suppressed",
}
STATUSES = ("final", "provisional", "estimated")
LARGEST = Decimal(10) ** 12
PLACES = Decimal("0.0001")
MIN_HELD = 8  # figures before one is called unusual
TIMES_THE_USUAL = 3
MIN_AREAS_THE_SAME = 5

NUMBER = re.compile(
    r"[+-]?(\d+|\d{1,3}(,\d{3})+|\d{1,3}( \d{3})+)(\.\d+)?(e[+-]?\d{1,2})?",
    re.ASCII | re.IGNORECASE,
)
STREET_MONTH = re.compile(r"(19|20|21)\d\d-(0[1-9]|1[0-2])", re.ASCII)
SPREADSHEET_ERROR = re.compile(r"#[A-Z/0]+[!?A]?", re.ASCII)
SPREADSHEET_ERRORS = {
    "#REF!": "has lost what it points at",
    "#N/A": "found nothing",
    "#DIV/0!": "divides by nothing",
    "#VALUE!": "was given something that is no number",
    "#NAME?": "uses a name that does not exist",
    "#NUM!": "has no result",
    "#NULL!": "points at no cell",
}
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"))


@dataclass(frozen=True)
class Measure:
    """An indicator as the checks need it; ``areas`` are those it may have figures for."""

    pk: int
    title: str
    kind: str
    unit: str
    native_period: str
    source_kind: str
    source_name: str
    by_area: bool
    areas: frozenset[int]
    whole: int | None
    unplaced: int | None
    covers: str
    mine: bool


@dataclass(frozen=True)
class Known:
    """What the county's records know, by names as ``plain`` makes them."""

    today: datetime.date
    measures: Mapping[str, Measure] = field(default_factory=dict)
    areas: Mapping[str, int] = field(default_factory=dict)
    area_names: Mapping[int, str] = field(default_factory=dict)
    crime_types: Mapping[str, Measure | None] = field(default_factory=dict)
    forces: frozenset[str] = frozenset()
    force_name: str = ""
    source_kind: str = ""  # of the file, as Indicator.SourceKind has it


class Figure(NamedTuple):
    measure: Measure
    area: int
    period: periods.Period
    state: str
    status: str
    value: Decimal | None
    denominator: Decimal | None
    sheet: str
    row: int
    column: int


class Resolved(NamedTuple):
    figures: list[Figure]
    problems: list[Problem]


def plain(name: str) -> str:
    """A name as it is compared: without case, odd blanks and signs that cannot be seen."""
    return " ".join(name.translate(INVISIBLE).casefold().replace("&", " and ").split())


def resolve(contents: Contents, known: Known) -> Resolved:
    """The figures of a file, and every problem with them."""
    if contents.street:
        resolved = _street(contents.street, known)
    else:
        resolved = _Resolver(known).resolve(contents.readings)
    resolved.problems.extend(_other_source(resolved.figures, known))
    resolved.problems.extend(_unfinished(resolved.figures, known.today))
    return resolved


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


class NotANumber(ValueError):
    """The text is no number; its message is what is wrong, ``mend`` how to mend it."""

    def __init__(self, wrong: str, mend: str):
        super().__init__(wrong)
        self.mend = mend


WRITE_DIGITS = (
    "Write the figure in digits. If there is none, leave the cell empty or write "
    "missing, not applicable or suppressed."
)


def number(text: str) -> Decimal:
    """The number a cell holds, however people typed it; raises NotANumber.

    Blanks, thousands commas and a true minus sign are read; NaN, Infinity, a per cent
    sign and a decimal comma are not.
    """
    tidy = " ".join(text.translate(INVISIBLE).replace("\u2212", "-").split())
    if not NUMBER.fullmatch(tidy):
        if tidy.endswith("%"):
            raise NotANumber(
                "This is a per cent, not a number.",
                "Write how many there were, and what they are out of in its own column.",
            )
        raise NotANumber("This is not a number.", WRITE_DIGITS)
    value = Decimal(tidy.replace(",", "").replace(" ", "")) + 0  # -0 is 0
    if abs(value) >= LARGEST:
        raise NotANumber("This number is too large to be a figure.", WRITE_DIGITS)
    return value


def printed(value: Decimal) -> str:
    """1863.0000 as 1,863 and 4.2500 as 4.25."""
    if value == value.to_integral_value():
        return f"{value:,.0f}"
    return f"{value:,f}".rstrip("0")


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

    def resolve(self, readings: Iterable[Reading]) -> Resolved:
        held: dict[tuple, list[tuple[Figure, Reading]]] = defaultdict(list)
        for reading in readings:
            if figure := self.figure(reading):
                key = (figure.measure.pk, figure.area, figure.period)
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
        return Resolved([pairs[0][0] for pairs in held.values()], self.problems)

    def figure(self, reading: Reading) -> Figure | None:
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
                    cell, ERROR, "unknown-period", wrong.removesuffix(".") + ".", mend
                )
            return None
        if period.start > self.known.today:
            self.tell(
                cell,
                ERROR,
                "not-begun",
                f"{period.label} has not begun.",
                "Check the year, or wait until there are figures.",
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
        if area in measure.areas or measure.kind in ("population", "published_rate"):
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
        self.tell(cell, ERROR, "other-area", wrong, mend)
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
            )
            return None
        if denominator < value:
            self.tell(
                reading.denominator,
                ERROR,
                "part-above-whole",
                f"{printed(value)} out of {printed(denominator)} is more than all.",
                "Check both figures. They may be the wrong way round.",
            )
            return None
        return "value", value, denominator

    def number(self, cell: Cell, measure: Measure) -> Decimal | None:
        text = cell.text
        if self.broken(cell):
            return None
        if not text.strip():
            self.tell(cell, ERROR, "no-value", "There is no figure here.", WRITE_DIGITS)
            return None
        in_per_cent = measure.kind == "published_rate" and "%" in measure.unit
        if in_per_cent:
            text = text.strip().removesuffix("%")
        try:
            value = number(text)
        except NotANumber as error:
            self.tell(cell, ERROR, "not-a-number", str(error), error.mend)
            return None
        what = "rate" if measure.kind == "published_rate" else "count"
        if value < 0:
            self.tell(
                cell,
                ERROR,
                "negative",
                f"A {what} cannot be less than 0.",
                "Ask whoever supplied it. If it is not known, write missing.",
            )
            return None
        if what == "count" and value != value.to_integral_value():
            self.tell(
                cell,
                ERROR,
                "not-whole",
                "A count is a whole number.",
                "Write how many there were. A rate or an average is another indicator.",
            )
            return None
        if not re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", text, re.ASCII):
            self.tidied.append(cell)
        return value.quantize(PLACES)

    def broken(self, cell: Cell) -> bool:
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
            )
            return True
        return False


def _read_period(text: str, kind: str | None) -> periods.Period | str:
    """The period, or the sentence that says why there is none."""
    try:
        return periods.parse(text, kind)
    except periods.NoSuchPeriod as error:
        return str(error)


def _read_month(text: str) -> periods.Period | str:
    """The month of a street-level row, which has one way to be written."""
    if not STREET_MONTH.fullmatch(text):
        return f"{text or 'Nothing'} is not a month. The file has months as 2022-01."
    return periods.parse(text, "month")


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
            )


# Street-level crime


def _street(rows: Sequence[StreetRows], known: Known) -> Resolved:
    """Whole months: what a month lacks is 0 in it."""
    problems = [*_wrong_force(rows, known)]
    measures = {each.pk: each for each in known.crime_types.values() if each}
    if not measures:
        problems.append(
            Problem(
                ERROR,
                "no-crime-types",
                "No crime type is set to an indicator.",
                "Set them in the records: source codes of data.police.uk.",
            )
        )
    within = {area for measure in measures.values() for area in measure.areas}
    months = {text: _read_month(text) for text in {row.month for row in rows}}
    problems += _wrong_months(rows, months, known.today)
    problems += _crime_types(rows, known)
    for measure in measures.values():
        if not measure.mine:
            problems.append(
                Problem(
                    ERROR,
                    "not-yours",
                    f"{measure.title} is not yours to upload.",
                    "Ask the analyst to upload this file.",
                )
            )
    counts: Counter[tuple[int, int, periods.Period]] = Counter()
    first: dict[tuple[int, int, periods.Period], int] = {}
    outside: Counter[str] = Counter()
    unplaced = 0
    for row in rows:
        area = known.areas.get(plain(row.district)) if row.district else None
        if not row.district:
            unplaced += row.rows
        elif area not in within:
            outside[row.district] += row.rows
            continue
        measure = known.crime_types.get(plain(row.crime_type))
        month = months[row.month]
        if not measure or isinstance(month, str):
            continue
        key = (measure.pk, measure.unplaced if area is None else area, month)
        counts[key] += row.rows
        first[key] = min(first.get(key, row.first_row), row.first_row)
    problems += _unplaced_and_outside(unplaced, outside, known)
    figures = [
        Figure(
            *(measure, area, month, "value", "final"),
            *(Decimal(counts[measure.pk, area, month]).quantize(PLACES), None, ""),
            *(first.get((measure.pk, area, month), 0), 0),
        )
        for measure in measures.values()
        if measure.mine
        for month in sorted(
            each for each in months.values() if not isinstance(each, str)
        )
        for area in sorted(measure.areas)
    ]
    return Resolved(figures, problems)


def _wrong_force(rows: Sequence[StreetRows], known: Known) -> Iterator[Problem]:
    if not known.forces:
        yield Problem(
            ERROR,
            "no-force",
            "No police force is recorded for the area of these figures.",
            "Record it among the partners, with the area it serves.",
        )
        return
    for row in rows:
        if plain(row.force) not in known.forces:
            force = row.force or "no force"
            yield Problem(
                ERROR,
                "wrong-force",
                f"A row is of {force}, and these figures are of {known.force_name}.",
                f"Choose {known.force_name} when you download the month from "
                "data.police.uk.",
                row.force,
                row=row.first_row,
                wrong_many=f"{{cells}} rows are of {force}, and these figures are of "
                f"{known.force_name}.",
                cells=row.rows,
            )


def _wrong_months(
    rows: Sequence[StreetRows],
    months: Mapping[str, periods.Period | str],
    today: datetime.date,
) -> Iterator[Problem]:
    for row in rows:
        month = months[row.month]
        if isinstance(month, str):
            wrong, _, mend = month.partition(". ")
            wrong = wrong.removesuffix(".") + "."
        elif month.start > today:
            wrong = f"{month.label} has not begun."
            mend = "Download the month again from data.police.uk."
        else:
            continue
        yield Problem(
            ERROR,
            "unknown-period",
            wrong,
            mend,
            row.month,
            row=row.first_row,
            cells=row.rows,
        )


def _crime_types(rows: Sequence[StreetRows], known: Known) -> Iterator[Problem]:
    names = {name: name.capitalize() for name in known.crime_types}
    for row in rows:
        name = plain(row.crime_type)
        if name not in known.crime_types:
            yield Problem(
                ERROR,
                "unknown-crime-type",
                "No crime type is called that.",
                _nearest_type(name, names),
                row.crime_type,
                row=row.first_row,
                cells=row.rows,
            )
        elif known.crime_types[name] is None:
            yield Problem(
                NOTE,
                "unused-crime-type",
                "Rows of this crime type are known and not used.",
                text=row.crime_type,
                row=row.first_row,
                wrong_many="{cells} rows of this crime type are known and not used.",
                cells=row.rows,
            )


def _nearest_type(name: str, names: Mapping[str, str]) -> str:
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    near = f"The nearest is {names[close[0]]}. " if close else ""
    return f"{near}We have not guessed: record what it means among the source codes."


def _unplaced_and_outside(
    unplaced: int, outside: Counter[str], known: Known
) -> Iterator[Problem]:
    if unplaced:
        yield Problem(
            NOTE,
            "no-place",
            "A row has no place. It counts for the whole and for no area.",
            wrong_many="{cells} rows have no place. They count for the whole and for no "
            "area.",
            cells=unplaced,
        )
    if outside:
        named = [name for name, _ in outside.most_common(4)]
        rest = (
            f" and {len(outside) - len(named)} more" if outside.keys() - named else ""
        )
        yield Problem(
            NOTE,
            "outside",
            f"A row lies in a district outside the county and is in no figure: "
            f"{', '.join(named)}{rest}.",
            wrong_many="{cells} rows lie in districts outside the county and are in no "
            f"figure: {', '.join(named)}{rest}.",
            cells=outside.total(),
        )


# What is odd about figures


def _other_source(figures: Iterable[Figure], known: Known) -> Iterator[Problem]:
    others = [each for each in figures if each.measure.source_kind != known.source_kind]
    for source in sorted({figure.measure.source_name for figure in others}):
        theirs = [each for each in others if each.measure.source_name == source]
        titles = sorted({figure.measure.title for figure in theirs})
        more = f" and {len(titles) - 3} more" if len(titles) > 3 else ""
        verb = "comes" if len(titles) == 1 else "come"
        yield Problem(
            NOTE,
            "other-source",
            f"{', '.join(titles[:3])}{more} usually {verb} from another kind of file: "
            f"{source}.",
            cells=len(theirs),
        )


def _unfinished(figures: Iterable[Figure], today: datetime.date) -> Iterator[Problem]:
    for figure in figures:
        if figure.period.end >= today and figure.measure.kind != "population":
            yield Problem(
                QUERY,
                "not-over",
                f"{figure.period.label} is not over yet.",
                "Are these figures complete, and should they count as final?",
                sheet=figure.sheet,
                row=figure.row,
                column=figure.column,
            )


History = Mapping[tuple[int, int], Mapping[datetime.date, Decimal]]


def unusual(
    figures: Sequence[Figure], history: History, known: Known
) -> Iterator[Problem]:
    """Queries about figures unlike those held.

    ``history`` has the current values by indicator and area, then by the first day of
    their period.
    """
    for figure in figures:
        if figure.value is None or figure.measure.kind != "count":
            continue
        held = history.get((figure.measure.pk, figure.area), {})
        values = [value for day, value in held.items() if day != figure.period.start]
        if len(values) < MIN_HELD:
            continue
        low, high, value = min(values), max(values), figure.value
        if value > TIMES_THE_USUAL * high and value >= 10:
            wrong = f"{value:,.0f} is far above the usual."
        elif not value and low >= 5:
            wrong = "Zero, for the first time."
        elif value * TIMES_THE_USUAL < low and low >= 30:
            wrong = f"{value:,.0f} is far below the usual."
        else:
            continue
        kind = figure.measure.native_period.replace("_", " ")
        yield Problem(
            QUERY,
            "unusual",
            wrong,
            f"{figure.measure.title} in {known.area_names[figure.area]} has been between "
            f"{low:,.0f} and {high:,.0f} in each of the {len(values)} {kind}s held.",
            f"{value:,.0f}",
            figure.sheet,
            figure.row,
            figure.column,
        )
    yield from _same_as_before(figures, history)


def _same_as_before(figures: Sequence[Figure], history: History) -> Iterator[Problem]:
    """Every area has its earlier figure again: perhaps a copied column."""
    columns: dict[tuple[Measure, periods.Period], list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.value is not None and figure.measure.kind == "count":
            columns[figure.measure, figure.period].append(figure)
    for (measure, period), column in columns.items():
        before = period.previous
        same = all(
            history.get((measure.pk, figure.area), {}).get(before.start) == figure.value
            for figure in column
        )
        if (
            not same
            or len(column) < MIN_AREAS_THE_SAME
            or not any(f.value for f in column)
        ):
            continue
        for figure in column:
            yield Problem(
                QUERY,
                "same-as-before",
                f"All {len(column)} figures are the same as for {before.label}.",
                f"{measure.title}, {period.label}: was the earlier column copied?",
                sheet=figure.sheet,
                row=figure.row,
                column=figure.column,
            )
