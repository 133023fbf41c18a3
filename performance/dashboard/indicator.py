"""One indicator in one quarter: its series, its areas, its definition and its history."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.urls import reverse

from csa_portal.documents.dates import today
from partnerships.models import User
from performance import sentences
from performance.charts import describe, svg
from performance.dashboard.reader import Reader, reader_for
from performance.dashboard.reading import indicators_for, read
from performance.dashboard.rows import (
    NOT_HELD,
    NOT_PUBLISHED,
    Row,
    Series,
    poorly_placed,
    rate_unit,
    row_of,
)
from performance.history import as_defined
from performance.models import Event, Indicator, Observation, PublishedQuarter
from performance.periods import FinancialYear, Month, Period, Quarter
from performance.statistics.position import Place
from priorities.outline import outline

CHART = "process-chart"
NOT_COMPLETE = "is not complete"
NO_LIMITS_NOTE = "No usual range is worked out for illustrative figures."


@dataclass(frozen=True)
class Cell:
    """A month in the table; ``why`` stands where there is no figure."""

    value: float | None
    why: str
    url: str = ""  # of the figure's history


@dataclass(frozen=True)
class Year:
    """A financial year's months, April first, with their sum where all are held."""

    label: str
    cells: tuple[Cell, ...]

    @property
    def total(self) -> float | None:
        values = [cell.value for cell in self.cells]
        return None if None in values else sum(values)


@dataclass(frozen=True)
class Fact:
    """One of the six facts: a value with its comparison, in words."""

    term: str
    value: str = ""
    note: str = ""
    change: sentences.Change | None = None
    status: sentences.Status | None = None


@dataclass(frozen=True)
class IssueLink:
    title: str
    url: str
    leads: str
    source: str


@dataclass(frozen=True)
class IndicatorPage:
    indicator: Indicator
    quarter: Quarter
    reader: Reader
    row: Row
    issues: tuple[IssueLink, ...]
    history: tuple[Event, ...]
    poorly_placed: dict[Month, float]

    @property
    def published(self) -> bool:
        return self.quarter in self.reader.published

    @property
    def place(self) -> str:
        whole = self.indicator.group.whole
        return whole.name if whole else self.indicator.group.name

    @property
    def previous(self) -> Quarter | None:
        return self.reader.before(self.quarter)

    @property
    def next(self) -> Quarter | None:
        return self.reader.after(self.quarter)

    @cached_property
    def reading(self) -> tuple[sentences.Phrase, ...]:
        row, series = self.row, self.row.series
        if not row.complete:
            if row.hidden:
                words = sentences.hidden(self.quarter)
            elif series and row.parts:
                words = sentences.incomplete(self.quarter, series.missing, series.held)
            else:
                words = f"No figures for {self.quarter.long_label}."
            return (sentences.Phrase(words),)
        judged = not self.indicator.illustrative
        areas = row.areas if judged and row.areas and row.areas.plot else None
        return sentences.indicator_reading(
            row.value,
            self.indicator.unit,
            row.change,
            "Illustrative, not real figures." if not judged else f"{row.why_not}.",
            series.words() if series and judged else "",
            areas.names(Place.HIGHER) if areas else (),
            len(areas.rows) if areas else 0,
        )

    @property
    def facts(self) -> list[Fact]:
        """Six facts; one that cannot be had says why."""
        row, summary = self.row, self.row.summary
        if not row.complete:
            return []
        return [
            Fact(
                sentences.capital(self.indicator.unit),
                describe.figure(row.value),
                "Provisional" if summary.provisional else "",
            ),
            self._rate(),
            Fact("Same quarter last year", note=row.why_not, change=row.change),
            self._quarter_before(),
            self._twelve_months(),
            Fact("Against its usual range", status=row.status)
            if not self.indicator.illustrative
            else Fact("Against its usual range", "Not judged"),
        ]

    def _rate(self) -> Fact:
        summary = self.row.summary
        if self.row.rate is None:
            return Fact("Rate", "No rate", "No population to work it out on")
        return Fact(
            f"Rate per {self.indicator.rate_per:,} residents",
            sentences.rate(float(summary.rate)),
            f"Residents at mid-{summary.population_year}",
        )

    def _quarter_before(self) -> Fact:
        term, before = "Quarter before", self.quarter.previous
        summary = self.row.summary
        if self.indicator.illustrative:
            return Fact(term, "Not worked out")
        if not self.reader.may_see(before):
            return Fact(term, NOT_PUBLISHED.capitalize())
        if summary.previous is None:
            return Fact(term, "None to compare", f"{before.long_label} {self._lacking}")
        found = sentences.change(
            float(summary.value), float(summary.previous), "", "neutral"
        )
        note = "Not tested: seasons differ"
        return Fact(term, note=note, change=replace(found, verdict="", kind=""))

    def _twelve_months(self) -> Fact:
        summary, last = self.row.summary, self.quarter.months[-1]
        term = f"Twelve months to {last.label}"
        year = [last.plus(-months) for months in range(12)]
        if self.indicator.illustrative:
            return Fact(term, "Not worked out")
        if not all(map(self.reader.may_see, year)):
            return Fact(term, "Not published in full")
        if summary.twelve_months is None:
            return Fact(term, "None to show", f"A part of it {self._lacking}")
        earlier = [month.plus(-12) for month in year]
        total = describe.figure(float(summary.twelve_months))
        if summary.twelve_months_last_year is None or not all(
            map(self.reader.may_see, earlier)
        ):
            return Fact(term, total, "No earlier full year to compare")
        found = sentences.change(
            float(summary.twelve_months),
            float(summary.twelve_months_last_year),
            "",
            "neutral",
        )
        return Fact(term, total, found.than("the twelve months before"))

    @property
    def _lacking(self) -> str:
        return "is hidden or not complete" if self.indicator.protected else NOT_COMPLETE

    @cached_property
    def chart(self) -> describe.ProcessChart | None:
        series = self.row.series
        if not series:
            return None
        noun = series.periods[0].kind.replace("_", " ")
        unit = f"{sentences.capital(self.indicator.unit)} a {noun}"
        if self.indicator.illustrative:
            unit = f"{unit}, illustrative, not real figures"
        chart = describe.process_chart(
            id=CHART,
            subject=f"{self.indicator.title} in {self.place}",
            unit=unit,
            periods=series.periods,
            chart=series.control,
            polarity=self.indicator.polarity,
            quarter=self.quarter,
            gap_reasons=series.reasons,
            of_counts=self.indicator.kind == Indicator.Kind.COUNT,
        )
        if self.indicator.illustrative:
            reading = f"{self.indicator.title}: illustrative, not real figures."
            chart = replace(chart, reading=reading, limits_note=NO_LIMITS_NOTE)
        return chart

    @property
    def wide(self) -> svg.Svg:
        return svg.process_chart(self.chart, svg.WIDE)

    @property
    def medium(self) -> svg.Svg:
        return svg.process_chart(self.chart, svg.MEDIUM)

    @property
    def narrow(self) -> svg.Svg:
        return svg.process_chart(self.chart, svg.NARROW)

    @property
    def legend(self) -> list[tuple[svg.Svg, str]]:
        if self.indicator.illustrative:
            return []
        return [(svg.icon(mark, 16), words) for mark, words in self.chart.legend]

    @property
    def figure(self) -> dict[str, Any]:
        from performance.charts import plotly  # noqa: PLC0415 -- slow import

        return plotly.process_chart(self.chart)

    @property
    def unit_words(self) -> str:
        """What the areas' table measures: "Rate per 1,000 residents"."""
        return rate_unit(self.indicator)

    @property
    def month_names(self) -> list[str]:
        months = FinancialYear(self.quarter.year).months
        return [month.short_label.split()[0] for month in months]

    @property
    def monthly(self) -> bool:
        series = self.row.series
        return bool(series) and isinstance(series.periods[0], Month)

    @property
    def years(self) -> list[Year]:
        """Financial years of months, from that of the first figure to the quarter's."""
        series = self.row.series
        if not series:
            return []
        first = series.periods[0].months[0].quarter.year
        return [
            Year(year.label, tuple(self._cell(series, month) for month in year.months))
            for year in map(FinancialYear, range(first, self.quarter.year + 1))
        ]

    @property
    def turned(self) -> list[tuple[str, list[Cell]]]:
        """The same months by years, for a narrow screen."""
        columns = [year.cells for year in self.years]
        return list(
            zip(self.month_names, map(list, zip(*columns, strict=True)), strict=True)
        )

    def _cell(self, series: Series, month: Month) -> Cell:
        if month not in series.periods:
            return Cell(None, NOT_HELD)
        point = series.control.points[series.periods.index(month)]
        return self._linked(month, point.value, series.reasons.get(month, ""))

    def _linked(self, period: Period, value: float | None, why: str) -> Cell:
        whole = self.indicator.group.whole
        if value is None or whole is None:
            return Cell(value, why)
        key = [self.indicator.slug, whole.slug, period]
        return Cell(value, why, reverse("performance:figure", args=key))

    @property
    def points(self) -> list[tuple[Period, Cell]]:
        """The series of an indicator that is not monthly, newest first."""
        series = self.row.series
        pairs = zip(series.periods, series.control.points, strict=True)
        return [
            (period, self._linked(period, point.value, series.reasons.get(period, "")))
            for period, point in reversed(list(pairs))
        ]

    @property
    def areas_reading(self) -> str:
        areas = self.row.areas
        if not areas.plot:
            return f"The {len(areas.rows)} areas"
        above, below = (len(areas.names(p)) for p in (Place.HIGHER, Place.LOWER))
        verb = "is" if above == 1 else "are"
        return (
            f"{above} of the {len(areas.rows)} areas {verb} above the rate of all "
            f"{len(areas.rows)} together, {below} below"
        )

    @property
    def reconciled(self) -> str:
        """How the areas' counts make the whole's; empty where they are all of it."""
        summary = self.row.summary
        if not summary or summary.unplaced is None or summary.in_areas is None:
            return ""
        parts = (summary.in_areas, summary.unplaced, summary.value)
        return sentences.reconciled(*map(float, parts))

    @property
    def head(self) -> svg.Svg:
        return svg.interval_head(self.row.areas.plot)

    @property
    def cautions(self) -> list[str]:
        """What the records themselves tell to beware of, before the written caveats."""
        notes = []
        if self.indicator.protected:
            notes += sentences.small_counts(
                self.indicator.threshold,
                self.indicator.rounding,
                self.indicator.whole_threshold,
                self.indicator.whole_rounding,
            )
        compared = (*self.quarter.same_last_year.months, *self.quarter.months)
        few = {m: self.poorly_placed[m] for m in compared if m in self.poorly_placed}
        if few and not self.indicator.illustrative:
            unit, enough = self.indicator.unit, settings.PLACED_ENOUGH
            notes.append(sentences.few_placed(unit, few, enough))
        return notes


def indicator_page(
    user: User | AnonymousUser,
    slug: str,
    quarter: Quarter | None = None,
    as_at: str = "",
) -> IndicatorPage:
    """Everything an indicator's page prints; at most nine queries.

    Raises Http404 for an indicator or a quarter that is not for this reader, NotKnownThen
    for a moment that is none. Without a quarter it is the latest with figures of the
    indicator; ``as_at`` is a day or a report, as ``history.as_at`` reads it.
    """
    day = today()
    every = list(indicators_for(user, day))
    indicator = next((each for each in every if each.slug == slug), None)
    if indicator is None:
        raise Http404(slug)
    reader = reader_for(user, indicator)
    if quarter and not reader.may_see(quarter):
        raise Http404(quarter.slug)
    quarter = quarter or reader.latest or Quarter.containing(day).previous
    if as_at and reader.may_see(quarter):
        reader = reader.looking_back(as_at, quarter)
        every = as_defined(every, reader.moment)
    alike = [each for each in every if each.unit == indicator.unit]
    figures = read(reader, quarter, [indicator], alike=alike)
    months = figures.of_wholes
    row = row_of(
        indicator,
        quarter,
        reader,
        summaries=figures.of_quarter,
        months=[month for month in months if month.indicator_id == indicator.pk],
    )
    return IndicatorPage(
        indicator=indicator,
        quarter=quarter,
        reader=reader,
        row=row,
        issues=_issues(indicator, day),
        history=tuple(history_of(indicator, reader)),
        poorly_placed=poorly_placed(months).get(indicator.unit, {}),
    )


def _issues(indicator: Indicator, day: datetime.date) -> tuple[IssueLink, ...]:
    """The key issues it stands under, by the titles of today's agreement."""
    links = {link.key_issue_id: link for link in indicator.issue_links.all()}
    if not links:
        return ()
    return tuple(
        IssueLink(
            issue.title,
            issue.url,
            _leads(links[issue.key_issue], issue.boards, issue.deliverers),
            links[issue.key_issue].get_source_display(),
        )
        for heading in outline(day)
        for issue in heading.issues
        if issue.key_issue in links
    )


def _leads(link, boards: Sequence[str], deliverers: Sequence[str]) -> str:
    if link.lead:
        return f"Led by {link.lead}."
    return sentences.leads(boards, deliverers)


def history_of(indicator: Indicator, reader: Reader):
    """The events that gave or took figures of the indicator, newest first.

    The public sees those that touched a published quarter.
    """
    given = Observation.objects.filter(upload=OuterRef("upload"), indicator=indicator)
    if not reader.sees_all:
        given = given.filter(
            Exists(
                PublishedQuarter.objects.filter(
                    period__start__lte=OuterRef("period__start"),
                    period__end__gte=OuterRef("period__end"),
                )
            )
        )
    return (
        Event.objects.filter(Exists(given))
        .select_related("upload", "by")
        .order_by("-number")
    )
