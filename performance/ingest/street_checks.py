"""From rows of a street-level file to figures: whole months, and what a month lacks is 0.

Pure: no Django.
"""

import datetime
import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from performance import periods
from performance.ingest.findings import ERROR, NOTE, Problem
from performance.ingest.known import Figure, Known, Resolved, plain
from performance.ingest.numbers import PLACES
from performance.ingest.readings import StreetRows

STREET_MONTH = re.compile(r"(19|20|21)\d\d-(0[1-9]|1[0-2])", re.ASCII)


def resolve_street(rows: Sequence[StreetRows], known: Known) -> Resolved:
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
    lost: Counter[str] = Counter()
    for row in rows:
        area = known.areas.get(plain(row.district)) if row.district else None
        measure = known.crime_types.get(plain(row.crime_type))
        if not row.district and measure and measure.unplaced is None:
            lost[measure.covers] += row.rows
            continue
        if not row.district:
            unplaced += row.rows
        elif area not in within:
            outside[row.district] += row.rows
            continue
        month = months[row.month]
        if not measure or isinstance(month, str):
            continue
        key = (measure.pk, measure.unplaced if area is None else area, month)
        counts[key] += row.rows
        first[key] = min(first.get(key, row.first_row), row.first_row)
    problems += _unplaced_and_outside(unplaced, lost, outside)
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


def _read_month(text: str) -> periods.Period | str:
    """The month of a street-level row, which has one way to be written."""
    if not STREET_MONTH.fullmatch(text):
        return f"{text or 'Nothing'} is not a month. The file has months as 2022-01."
    return periods.parse(text, "month")


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
    unplaced: int, lost: Counter[str], outside: Counter[str]
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
    for covers, rows in lost.items():
        yield Problem(
            NOTE,
            "no-place-lost",
            "A row has no place and is in no figure.",
            f"Nothing in {covers} stands for what has no place.",
            wrong_many="{cells} rows have no place and are in no figure.",
            cells=rows,
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
