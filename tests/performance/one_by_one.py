"""The rule of summaries and positions gone through one area and period at a time, from the
definitions in statistics: what is worked out by set must come to the same."""

from dataclasses import dataclass, field
from decimal import Decimal
from math import fsum

from performance.models import Indicator, Position, Summary
from performance.periods import Month, Quarter
from performance.series import NOTHING, Figure, Group
from performance.series import _add as add
from performance.series import _wholes as wholes
from performance.stacked import INVENTED, NO_RATE, VARIATIONS, VERDICTS
from performance.statistics import change, cost, intervals, position, process_control

SIDES = {process_control.Side.HIGH: 1, process_control.Side.LOW: -1}
LOOKED_BACK = ("last_year", "previous", "twelve_months", "twelve_months_last_year")


@dataclass
class OneByOne:
    """``figures`` and ``people`` are {(area, period): Figure}; ``poor`` are the native
    periods in which too many figures have no place."""

    indicator: Indicator
    group: Group
    figures: dict
    people: dict
    poor: set = field(default_factory=set)

    def __post_init__(self):
        held = sorted({period for _, period in self.figures})
        self.native = []
        while held and (not self.native or self.native[-1] < held[-1]):
            self.native.append(self.native[-1].next if self.native else held[0])
        self.quarters = list(
            dict.fromkeys(Quarter.containing(each.start) for each in self.native)
        )
        summed = self.indicator.kind != Indicator.Kind.PUBLISHED_RATE
        if summed and self.indicator.by_area:
            self.figures |= wholes(self.figures, self.group, self.native)
        if summed and self.indicator.native_period == "month":
            for quarter in self.quarters:
                for area in self.areas(quarter):
                    months = [self.at(area, month) for month in quarter.months]
                    self.figures[area, quarter] = add(months)
        years = {period for _, period in self.people}
        self.people |= wholes(self.people, self.group, years)

    def at(self, area, period) -> Figure:
        return self.figures.get((area, period), NOTHING)

    def parts(self, period):
        if self.indicator.native_period == "quarter":
            return (period,)
        return period.months

    def areas(self, quarter):
        ever = {member.area_id for member in self.group.members}
        seen = {a for a, p in self.figures if p in self.parts(quarter)}
        areas = {self.group.whole} | (ever & seen)
        if self.indicator.by_area:
            areas.update(self.group.areas_on(quarter.end))
        return sorted(areas - {self.group.unplaced, None})

    def comparable(self, area, period):
        return area == self.group.whole or self.poor.isdisjoint(self.parts(period))

    def population(self, area, period):
        until = Quarter.containing(period.start).year
        held = {p.year: f.value for (a, p), f in self.people.items() if a == area}
        years = [year for year, value in held.items() if value and year <= until]
        return (held[max(years)], max(years)) if years else (None, None)

    def rate(self, figure, residents):
        if figure.value is None or figure.value < 0:
            return None
        value, per = float(figure.value), self.indicator.rate_per
        if self.indicator.kind == Indicator.Kind.PUBLISHED_RATE:
            return intervals.Interval(value, value, value)
        if self.indicator.kind == Indicator.Kind.PROPORTION:
            whole = figure.denominator
            return intervals.proportion_interval(value, whole and float(whole), per)
        return intervals.rate_interval(value, residents and float(residents), per)

    def summaries(self):
        """{(area, kind, start): the row}."""
        rows = {}
        for quarter in self.quarters:
            for area in self.areas(quarter):
                rows[area, "quarter", quarter.start] = self.summary(area, quarter)
        if self.indicator.native_period == "month" and self.group.whole:
            for month in self.native:
                whole = self.group.whole
                rows[whole, "month", month.start] = self.summary(whole, month)
        return rows

    def summary(self, area, period):
        indicator, figure = self.indicator, self.at(area, period)
        residents, year = self.population(area, period)
        found = self.rate(figure, residents)
        row = dict.fromkeys((*LOOKED_BACK, "p_value", "cost", "low", "high"))
        row |= {
            "state": Summary.State.INCOMPLETE if figure.held else Summary.State.NONE,
            "parts_held": figure.held,
            "parts_expected": figure.expected,
            "provisional": figure.provisional,
            "value": figure.value,
            "in_areas": figure.in_areas,
            "unplaced": figure.unplaced,
            "population": residents,
            "population_year": year,
            "rate": found and stored(found.value),
            "change": Summary.Change.NOT_COMPARED,
            "variation": Summary.Variation.CANNOT_TELL,
            "trial_limits": False,
        }
        if figure.value is not None:
            row["state"] = Summary.State.COMPLETE
        if found and indicator.kind != Indicator.Kind.PUBLISHED_RATE:
            row |= {"low": stored(found.low), "high": stored(found.high)}
        if indicator.kind == Indicator.Kind.PROPORTION:
            row |= {"population": figure.denominator, "population_year": None}
        if not indicator.illustrative:
            row |= self.variation(area, period)
        if not indicator.illustrative and indicator.kind == Indicator.Kind.COUNT:
            row |= self.looked_back(area, period)
        return row

    def variation(self, area, period):
        parts = self.parts(period)
        last = parts[-1]
        plotted, month = [], self.native[0]
        while month <= last:
            plotted.append(self.measured(area, month))
            month = month.next
        chart = process_control.process_control(plotted)
        found = process_control.variation(
            chart, self.indicator.polarity, last=len(parts)
        )
        side = SIDES[found.signal.side] if found.signal else 0
        meaning = VARIATIONS[self.indicator.polarity].get(side, Summary.Variation.USUAL)
        if found.verdict is process_control.Verdict.CANNOT_TELL:
            meaning = Summary.Variation.CANNOT_TELL
        return {"variation": meaning, "trial_limits": found.trial}

    def measured(self, area, period):
        figure = self.at(area, period)
        if figure.value is None or not self.comparable(area, period):
            return None
        if self.indicator.kind == Indicator.Kind.COUNT:
            return float(figure.value)
        found = self.rate(figure, None)
        return found and found.value

    def twelve_months(self, area, period):
        last = period.months[-1]
        months = [last.plus(-number) for number in range(12)]
        parts = months
        if self.indicator.native_period == "quarter":
            parts = {Quarter.containing(month.start) for month in months}
        values = [self.at(area, part).value for part in parts]
        return None if None in values else sum(values)

    def looked_back(self, area, period):
        now, before = self.at(area, period), self.at(area, period.same_last_year)
        row = {
            "last_year": before.value,
            "previous": self.at(area, period.previous).value,
            "twelve_months": self.twelve_months(area, period),
            "twelve_months_last_year": self.twelve_months(area, period.same_last_year),
        }
        if now.value is not None and now.value >= 0 and self.indicator.unit_cost:
            pounds = self.indicator.unit_cost.pounds
            row["cost"] = cost.estimate(now.value, pounds)
        comparable = self.comparable(area, period)
        comparable &= self.comparable(area, period.same_last_year)
        counts = [each.value for each in (now, before)]
        if not comparable or None in counts or min(counts) < 0:
            return row
        found = change.change(
            *map(float, counts),
            days_now=period.days,
            days_before=period.same_last_year.days,
            polarity=self.indicator.polarity,
        )
        row["p_value"] = found.p
        if found.verdict is change.Verdict.CLEAR:
            rise = found.side is change.Side.HIGH
            row["change"] = (
                Summary.Change.CLEAR_RISE if rise else Summary.Change.CLEAR_FALL
            )
        elif found.verdict is change.Verdict.NOT_CLEAR:
            row["change"] = Summary.Change.NO_CLEAR_CHANGE
        return row

    def positions(self):
        """{(area, start): the row}."""
        rows = {}
        for quarter in self.quarters if self.indicator.by_area else ():
            areas = self.group.areas_on(quarter.end)
            for area, row in self.of_quarter(quarter, areas).items():
                rows[area, quarter.start] = row
        return rows

    def of_quarter(self, quarter, areas):
        indicator = self.indicator
        empty = dict.fromkeys(
            ("rank", "quartile", "median", "lowest", "highest", "benchmark")
        )
        not_compared = {"of": 0, "verdict": Position.Verdict.NOT_COMPARED}
        if indicator.illustrative:
            why = empty | not_compared | {"why_not": INVENTED}
            return dict.fromkeys(areas, why)
        if indicator.kind == Indicator.Kind.COUNT and indicator.denominator_id is None:
            return dict.fromkeys(areas, empty | not_compared | {"why_not": NO_RATE})
        rates = {
            area: self.rate(self.at(area, quarter), self.population(area, quarter)[0])
            for area in areas
        }
        places = position.positions({a: r and r.value for a, r in rates.items()})
        benchmark = self.benchmark(quarter, areas)
        rows = {}
        for area, place in places.items():
            found = rates[area]
            published = indicator.kind == Indicator.Kind.PUBLISHED_RATE
            compared = position.compare(
                None if published else found,
                benchmark,
                indicator.polarity,
                value=found and found.value,
            )
            rows[area] = {
                "rank": place.rank,
                "of": place.spread.areas,
                "quartile": place.quartile,
                "median": stored(place.spread.median),
                "lowest": stored(place.spread.lowest),
                "highest": stored(place.spread.highest),
                "benchmark": stored(benchmark),
                "verdict": VERDICTS[compared.place],
                "why_not": compared.reason or "",
            }
        return rows

    def benchmark(self, quarter, areas):
        if self.indicator.kind == Indicator.Kind.PUBLISHED_RATE:
            return None
        counts, people = [], []
        for area in areas:
            figure = self.at(area, quarter)
            if not figure.applicable:
                continue
            residents = self.population(area, quarter)[0]
            if self.indicator.kind == Indicator.Kind.PROPORTION:
                residents = figure.denominator
            if figure.value is None or not residents:
                return None
            counts.append(float(figure.value))
            people.append(float(residents))
        if not people or fsum(counts) < 0:
            return None
        return intervals.rate(fsum(counts), fsum(people), self.indicator.rate_per)


def stored(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(f"{number:.6f}")


def months_from(first: Month, number: int) -> list[Month]:
    return [first.plus(each) for each in range(number)]
