"""From the counts of an official table to figures: codes to indicators, by set.

What is done with another force's rows, with areas nobody knows and with codes nobody has
set is told by the source's footprint. Pure: no Django.
"""

import datetime
import difflib
from collections.abc import Iterator, Mapping

import polars as pl

from performance import periods
from performance.ingest.findings import ERROR, NOTE, QUERY, Problem
from performance.ingest.known import FIGURES, Figures, Known, Measure, Resolved, plain
from performance.ingest.readings import Footprint

FORCE_CODE = "force: "  # before the name of a force among the codes of areas
NAMED = 4  # places outside that are named
UNKNOWN_TOLD = 50  # codes nobody has set that are named one by one

MEANING = {
    "code": pl.String,
    "measure": pl.Int64,
    "valid_from": pl.Date,
    "valid_until": pl.Date,
}


def resolve_counts(
    counts: pl.DataFrame, known: Known, footprint: Footprint
) -> Resolved:
    """The figures of a table of COUNTS, and every problem with it.

    A figure is the sum of all codes that mean its indicator in its period; where a part
    is missing or suppressed, so is the sum.
    """
    measures = {code.measure.pk: code.measure for code in known.codes if code.measure}
    problems = []
    if footprint.within_only:
        problems += _wrong_force(counts, known)
    if not measures:
        problems.append(_nothing_set(known, footprint))
    located = counts.join(
        _places(counts, known), on=["within", "area"], how="left", nulls_equal=True
    )
    spans, wrong_periods = _spans(counts, known, footprint)
    problems += wrong_periods
    problems += _unknown_codes(located, known, footprint)
    problems += [
        Problem(
            ERROR,
            "not-yours",
            f"{measure.title} is not yours to upload.",
            "Ask the analyst to upload this file.",
            about=measure.slug,
        )
        for measure in measures.values()
        if not measure.mine
    ]
    held = (
        located.join(_meanings(counts, known), on="code")
        .join(spans, on="period")
        .filter(
            (pl.col("valid_from").is_null() | (pl.col("valid_from") <= pl.col("start")))
            & (
                pl.col("valid_until").is_null()
                | (pl.col("valid_until") > pl.col("start"))
            )
        )
        .join(_unplaced(measures), on="measure")
        .with_columns(
            place=pl.when(pl.col("area").is_null() | (pl.col("area") != ""))
            .then("place")
            .when(pl.col("force") == pl.col("whole"))
            .then("unplaced")
        )
        .join(_own_areas(measures, known), on=["measure", "place"])
    )
    problems += _unplaced_and_outside(located, known, measures, footprint)
    frame = _summed(held)
    if footprint.whole_periods:
        frame = _filled(frame, measures, unplaced=footprint.within_only)
    mine = [measure.pk for measure in measures.values() if measure.mine]
    return Resolved(
        Figures(frame.filter(pl.col("measure").is_in(mine)), measures), problems
    )


def _summed(held: pl.DataFrame) -> pl.DataFrame:
    state = (
        pl.when((pl.col("state") == "suppressed").any())
        .then(pl.lit("suppressed"))
        .when((pl.col("state") == "missing").any())
        .then(pl.lit("missing"))
        .otherwise(pl.lit("value"))
    )
    first = pl.col("row").arg_min()
    return (
        held.group_by("measure", "place", "kind", "start", "end")
        .agg(
            state.alias("said"),
            pl.col("value").sum().cast(FIGURES["value"]),
            pl.col("sheet").get(first),
            pl.col("row").get(first),
            pl.col("column").get(first),
        )
        .select(
            "measure",
            area="place",
            kind="kind",
            start="start",
            end="end",
            state="said",
            status=pl.lit("final"),
            value=pl.when(pl.col("said") == "value").then("value"),
            denominator=pl.lit(None, dtype=FIGURES["denominator"]),
            sheet="sheet",
            row="row",
            column="column",
        )
        .sort("measure", "start", "area")
    )


def _filled(
    frame: pl.DataFrame, measures: Mapping[int, Measure], *, unplaced: bool
) -> pl.DataFrame:
    """Whole periods: a combination that the file lacks is 0 in each period that it holds
    anything for; ``unplaced`` says whether so is what has no place."""
    every = pl.DataFrame(
        [
            (measure.pk, area)
            for measure in measures.values()
            for area in sorted(measure.areas)
            if unplaced or area != measure.unplaced
        ],
        schema={"measure": pl.Int64, "area": pl.Int64},
        orient="row",
    ).join(frame.select("kind", "start", "end").unique(), how="cross")
    key = ["measure", "area", "kind", "start", "end"]
    return (
        every.join(frame, on=key, how="left")
        .with_columns(
            value=pl.when(pl.col("state").is_null())
            .then(pl.lit(0).cast(FIGURES["value"]))
            .otherwise("value"),
            state=pl.col("state").fill_null("value"),
            status=pl.col("status").fill_null("final"),
            sheet=pl.col("sheet").fill_null(""),
            row=pl.col("row").fill_null(0),
            column=pl.col("column").fill_null(0),
        )
        .select(*FIGURES)
        .sort("measure", "start", "area")
    )


def _places(counts: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Which area each pair of force and area stands for: null for one nobody knows, and
    for what has no place, whose area depends on the indicator; beside the force's own.

    A force's name in a table may be a county's too, so it is looked up as a force.
    """
    rows = []
    for within, area in counts.select("within", "area").unique().rows():
        force = known.forces.get(
            plain(within), known.areas.get(plain(f"{FORCE_CODE}{within}"))
        )
        place = known.areas.get(plain(area)) if area else None
        rows.append((within, area, force if area is None else place, force))
    return pl.DataFrame(
        rows,
        schema={
            "within": pl.String,
            "area": pl.String,
            "place": pl.Int64,
            "force": pl.Int64,
        },
        orient="row",
    )


def _unplaced(measures: Mapping[int, Measure]) -> pl.DataFrame:
    """Where each indicator counts what has no place, and of which whole."""
    return pl.DataFrame(
        [
            (measure.pk, measure.unplaced, measure.whole)
            for measure in measures.values()
        ],
        schema={"measure": pl.Int64, "unplaced": pl.Int64, "whole": pl.Int64},
        orient="row",
    )


def _own_areas(measures: Mapping[int, Measure], known: Known) -> pl.DataFrame:
    """The areas each indicator takes figures for; a population those of any area."""
    areas = [
        (measure.pk, area)
        for measure in measures.values()
        for area in (
            known.area_names
            if measure.kind == "population"
            else measure.areas | measure.comparators | {measure.whole} - {None}
        )
    ]
    return pl.DataFrame(
        areas, schema={"measure": pl.Int64, "place": pl.Int64}, orient="row"
    )


def _spelt(counts: pl.DataFrame, column: str) -> pl.DataFrame:
    """The column's texts beside their plain form."""
    return pl.DataFrame(
        [(text, plain(text)) for text in counts[column].unique()],
        schema={column: pl.String, f"{column}_plain": pl.String},
        orient="row",
    )


def _meanings(counts: pl.DataFrame, known: Known) -> pl.DataFrame:
    """What the codes mean, as the file spells them."""
    meanings = pl.DataFrame(
        [
            (each.code, each.measure.pk, each.valid_from, each.valid_until)
            for each in known.codes
            if each.measure
        ],
        schema=MEANING,
        orient="row",
    )
    spelt = _spelt(counts, "code")
    return spelt.join(meanings, left_on="code_plain", right_on="code").drop(
        "code_plain"
    )


def _spans(
    counts: pl.DataFrame, known: Known, footprint: Footprint
) -> tuple[pl.DataFrame, list[Problem]]:
    """The periods of the file, and what is wrong with those that are none."""
    spans, problems = [], []
    seen = counts.group_by("period").agg(
        pl.col("rows").sum(), pl.col("sheet").first(), pl.col("row").min()
    )
    for text, rows, sheet, row in seen.sort("row").rows():
        period = _read_period(text, footprint.native, known.today)
        if not isinstance(period, str):
            spans.append((text, period.kind, period.start, period.end))
            continue
        wrong, _, mend = period.partition(". ")
        problems.append(
            Problem(
                ERROR,
                "unknown-period",
                wrong.removesuffix(".") + ".",
                mend,
                text,
                sheet,
                row,
                cells=rows,
            )
        )
    schema = {"period": pl.String, "kind": pl.String, "start": pl.Date, "end": pl.Date}
    return pl.DataFrame(spans, schema=schema, orient="row"), problems


def _read_period(text: str, native: str, today: datetime.date) -> periods.Period | str:
    """The period, or the sentence that says why there is none."""
    try:
        period = periods.parse(text, native)
    except periods.NoSuchPeriod as error:
        return str(error)
    if period.start > today:
        return (
            f"{period.label} has not begun. Today is {today.day} {today:%B %Y}. Download "
            "the file again from its publisher."
        )
    return period


def _nothing_set(known: Known, footprint: Footprint) -> Problem:
    return Problem(
        ERROR,
        "no-codes",
        f"No {footprint.code_word} is set to an indicator.",
        f"Set them in the records: source codes of {known.source_name}.",
    )


def _wrong_force(counts: pl.DataFrame, known: Known) -> Iterator[Problem]:
    if not known.forces:
        yield Problem(
            ERROR,
            "no-force",
            "No police force is recorded for the area of these figures.",
            "Record it among the partners, with the area it serves.",
        )
        return
    seen = counts.group_by("within").agg(pl.col("rows").sum(), pl.col("row").min())
    for within, rows, row in seen.sort("row").rows():
        if plain(within) in known.forces:
            continue
        force = within or "no force"
        yield Problem(
            ERROR,
            "wrong-force",
            f"A row is of {force}, and these figures are of {known.force_name}.",
            f"Choose {known.force_name} when you download the month from "
            "data.police.uk.",
            within,
            row=row,
            wrong_many=f"{{cells}} rows are of {force}, and these figures are of "
            f"{known.force_name}.",
            cells=rows,
        )


def _unknown_codes(
    located: pl.DataFrame, known: Known, footprint: Footprint
) -> Iterator[Problem]:
    """Codes that nobody has set, and those known and not used, in rows of the areas in
    use."""
    word = footprint.code_word
    names = {each.code: each.code.capitalize() for each in known.codes}
    used = {each.code for each in known.codes if each.measure}
    here = located.lazy().filter(
        pl.col("place").is_not_null()
        | ((pl.col("area") == "") & pl.col("force").is_not_null())
        if footprint.strangers == "ignored"
        else pl.lit(True)
    )
    seen = here.group_by("code").agg(
        pl.col("rows").sum(), pl.col("sheet").first(), pl.col("row").min()
    )
    told = 0
    for code, rows, sheet, row in seen.sort("row").collect().rows():
        name = plain(code)
        at = {"text": code, "sheet": sheet, "row": row, "cells": rows}
        if name not in names and footprint.unknown_codes != "ignored":
            told += 1
            if told > UNKNOWN_TOLD:
                continue
            yield Problem(
                ERROR if footprint.unknown_codes == "error" else QUERY,
                "unknown-code",
                f"No {word} is called that.",
                _nearest(name, names),
                **at,
            )
        elif name in names and name not in used and footprint.unknown_codes == "error":
            yield Problem(
                NOTE,
                "unused-code",
                f"Rows of this {word} are known and not used.",
                wrong_many=f"{{cells}} rows of this {word} are known and not used.",
                **at,
            )
    if told > UNKNOWN_TOLD:
        yield Problem(
            QUERY if footprint.unknown_codes == "query" else ERROR,
            "unknown-code",
            f"{told - UNKNOWN_TOLD:,} more are called what no {word} is.",
            "Record what they mean among the source codes. Codes change with the years.",
            cells=told - UNKNOWN_TOLD,
        )


def _nearest(name: str, names: Mapping[str, str]) -> str:
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    near = f"The nearest is {names[close[0]]}. " if close else ""
    return f"{near}We have not guessed: record what it means among the source codes."


def _unplaced_and_outside(
    located: pl.DataFrame,
    known: Known,
    measures: Mapping[int, Measure],
    footprint: Footprint,
) -> Iterator[Problem]:
    if footprint.strangers != "note":
        return
    within = {area for each in measures.values() for area in each.areas}
    coded = located.join(_spelt(located, "code"), on="code")
    nowhere = coded.filter(pl.col("area") == "")
    lost_to = {
        each.code: each.measure.covers
        for each in known.codes
        if each.measure and each.measure.unplaced is None
    }
    lost = nowhere.filter(pl.col("code_plain").is_in(list(lost_to)))
    if unplaced := nowhere["rows"].sum() - lost["rows"].sum():
        yield Problem(
            NOTE,
            "no-place",
            "A row has no place. It counts for the whole and for no area.",
            wrong_many="{cells} rows have no place. They count for the whole and for no "
            "area.",
            cells=unplaced,
        )
    for covers in dict.fromkeys(lost_to.values()):
        codes = [code for code, each in lost_to.items() if each == covers]
        rows = lost.filter(pl.col("code_plain").is_in(codes))["rows"].sum()
        if rows:
            yield Problem(
                NOTE,
                "no-place-lost",
                "A row has no place and is in no figure.",
                f"Nothing in {covers} stands for what has no place.",
                wrong_many="{cells} rows have no place and are in no figure.",
                cells=rows,
            )
    outside = (
        located.filter(
            (pl.col("area") != "")
            & (pl.col("place").is_null() | ~pl.col("place").is_in(list(within)))
        )
        .group_by("area")
        .agg(pl.col("rows").sum(), pl.col("row").min())
        .sort(["rows", "row"], descending=[True, False])
    )
    if outside.height:
        named = ", ".join(outside["area"].head(NAMED))
        rest = f" and {outside.height - NAMED} more" if outside.height > NAMED else ""
        yield Problem(
            NOTE,
            "outside",
            f"A row lies in a district outside the county and is in no figure: "
            f"{named}{rest}.",
            wrong_many="{cells} rows lie in districts outside the county and are in no "
            f"figure: {named}{rest}.",
            cells=outside["rows"].sum(),
        )
