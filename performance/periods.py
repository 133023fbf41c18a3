"""Months, quarters and years as the portal counts them, and how people write them."""

import calendar
import datetime
import functools
import re
from dataclasses import dataclass
from typing import ClassVar, Self

FIRST_YEAR, LAST_YEAR = 1900, 2199
LONGEST_TEXT = 60  # characters

QUARTER_MONTHS = {
    1: "April to June",
    2: "July to September",
    3: "October to December",
    4: "January to March",
}


class NoSuchPeriod(ValueError):
    """The text or the parts name no period; its message says what would."""


@functools.total_ordering
@dataclass(frozen=True, eq=True)
class Period:
    """A span of whole months; ordered by start, then by end, then by kind."""

    kind: ClassVar[str]
    year: int

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise NoSuchPeriod(
                f"{self.year:04} is outside the years from {FIRST_YEAR} to {LAST_YEAR}."
            )

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Period):
            return NotImplemented
        return (self.start, self.end, self.kind) < (other.start, other.end, other.kind)

    def __str__(self) -> str:
        return self.label

    @property
    def months(self) -> tuple["Month", ...]:
        """The months it is made of, oldest first."""
        raise NotImplementedError

    @property
    def start(self) -> datetime.date:
        return self.months[0].start

    @property
    def end(self) -> datetime.date:
        """The last day, inside the period."""
        return self.months[-1].end

    @property
    def days(self) -> int:
        """The length in days: the exposure when two counts are compared."""
        return (self.end - self.start).days + 1

    @property
    def label(self) -> str:
        """The short name, as in a table: "Q4 2021/22"."""
        raise NotImplementedError

    @property
    def long_label(self) -> str:
        """The name in a sentence: "January to March 2022"."""
        first, last = self.months[0], self.months[-1]
        if first.year == last.year:
            return f"{first.name} to {last.name} {last.year}"
        return f"{first.label} to {last.label}"

    @property
    def previous(self) -> Self:
        """The period of the same kind that ends the day before this one starts."""
        raise NotImplementedError

    @property
    def next(self) -> Self:
        """The period of the same kind that starts the day after this one ends."""
        raise NotImplementedError

    @property
    def same_last_year(self) -> Self:
        """The period of the same kind twelve months earlier."""
        raise NotImplementedError


@dataclass(frozen=True, eq=True)
class Month(Period):
    """A calendar month."""

    kind = "month"
    month: int  # 1 to 12

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.month <= 12:
            raise NoSuchPeriod(
                f"There is no month {self.month}. "
                "Months go from 1 (January) to 12 (December)."
            )

    @classmethod
    def containing(cls, day: datetime.date) -> Self:
        return cls(day.year, day.month)

    def plus(self, months: int) -> Self:
        """The month so many months later, or earlier for a negative number."""
        years, month = divmod(self.month - 1 + months, 12)
        return type(self)(self.year + years, month + 1)

    @property
    def months(self) -> tuple["Month", ...]:
        return (self,)

    @property
    def start(self) -> datetime.date:
        return datetime.date(self.year, self.month, 1)

    @property
    def end(self) -> datetime.date:
        return datetime.date(
            self.year, self.month, calendar.monthrange(self.year, self.month)[1]
        )

    @property
    def name(self) -> str:
        """The month's name without its year: "January"."""
        return calendar.month_name[self.month]

    @property
    def label(self) -> str:
        return f"{self.name} {self.year}"

    @property
    def long_label(self) -> str:
        return self.label

    @property
    def short_label(self) -> str:
        """The name beside a mark on a chart: "Jan 2022"."""
        return f"{calendar.month_abbr[self.month]} {self.year}"

    @property
    def quarter(self) -> "Quarter":
        return Quarter.containing(self.start)

    @property
    def previous(self) -> Self:
        return self.plus(-1)

    @property
    def next(self) -> Self:
        return self.plus(1)

    @property
    def same_last_year(self) -> Self:
        return self.plus(-12)


@dataclass(frozen=True, eq=True)
class Quarter(Period):
    """A financial-year quarter; Q1 of 2025/26 is April to June 2025."""

    kind = "quarter"
    # ``year`` is the calendar year in which the financial year starts
    number: int  # 1 to 4

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.number not in QUARTER_MONTHS:
            raise NoSuchPeriod(
                f"There is no quarter {self.number}. "
                "Quarters go from Q1 (April to June) to Q4 (January to March)."
            )

    @classmethod
    def containing(cls, day: datetime.date) -> Self:
        year = day.year if day.month >= 4 else day.year - 1
        return cls(year, (day.month - 4) % 12 // 3 + 1)

    @classmethod
    def from_slug(cls, slug: str) -> Self:
        """Read an address, "2021-22-q4"; raises NoSuchPeriod for anything else."""
        if not (match := SLUG.fullmatch(slug)):
            raise NoSuchPeriod(
                f"{slug} is not the address of a quarter; one looks like 2021-22-q4."
            )
        return cls(_financial_year(match["year"], match["next"]), int(match["quarter"]))

    @property
    def slug(self) -> str:
        """Its part of an address: "2021-22-q4"."""
        return f"{self.year}-{(self.year + 1) % 100:02}-q{self.number}"

    @property
    def financial_year(self) -> "FinancialYear":
        return FinancialYear(self.year)

    @property
    def months(self) -> tuple[Month, ...]:
        first = Month(self.year, 4).plus(3 * (self.number - 1))
        return (first, first.plus(1), first.plus(2))

    @property
    def label(self) -> str:
        return f"Q{self.number} {self.financial_year.label}"

    @property
    def due(self) -> datetime.date:
        """The day by which its figures are due: the end of the following quarter.

        Source: The Crime and Disorder (Prescribed Information) Regulations 2007,
        SI 2007/1831.
        """
        return self.next.end

    @property
    def previous(self) -> Self:
        return type(self).containing(self.start - datetime.timedelta(days=1))

    @property
    def next(self) -> Self:
        return type(self).containing(self.end + datetime.timedelta(days=1))

    @property
    def same_last_year(self) -> Self:
        return type(self)(self.year - 1, self.number)


class _Year(Period):
    """Twelve months; its previous is its same-last-year, for no month is in both."""

    @property
    def previous(self) -> Self:
        return self._later(-1)

    @property
    def next(self) -> Self:
        return self._later(1)

    @property
    def same_last_year(self) -> Self:
        return self._later(-1)

    def _later(self, years: int) -> Self:
        return type(self)(self.year + years)


@dataclass(frozen=True, eq=True)
class FinancialYear(_Year):
    """April to March; ``year`` is the calendar year in which it starts."""

    kind = "financial_year"

    @classmethod
    def containing(cls, day: datetime.date) -> Self:
        return cls(Quarter.containing(day).year)

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        return tuple(Quarter(self.year, number) for number in QUARTER_MONTHS)

    @property
    def months(self) -> tuple[Month, ...]:
        return _twelve_months(Month(self.year, 4))

    @property
    def label(self) -> str:
        return f"{self.year}/{(self.year + 1) % 100:02}"


@dataclass(frozen=True, eq=True)
class CalendarYear(_Year):
    """January to December."""

    kind = "calendar_year"

    @classmethod
    def containing(cls, day: datetime.date) -> Self:
        return cls(day.year)

    @property
    def months(self) -> tuple[Month, ...]:
        return _twelve_months(Month(self.year, 1))

    @property
    def label(self) -> str:
        return f"{self.year}"


@dataclass(frozen=True, eq=True)
class RollingYear(_Year):
    """The twelve months that end in a month, as official tables publish them."""

    kind = "rolling_year"
    month: int  # the last month, 1 to 12; ``year`` is that month's

    def __post_init__(self) -> None:
        super().__post_init__()
        Month(self.year, self.month)

    @classmethod
    def ending(cls, month: Month) -> Self:
        return cls(month.year, month.month)

    @property
    def months(self) -> tuple[Month, ...]:
        return _twelve_months(Month(self.year, self.month).plus(-11))

    @property
    def label(self) -> str:
        return f"Year ending {self.months[-1].label}"

    def _later(self, years: int) -> Self:
        return type(self)(self.year + years, self.month)


KINDS: dict[str, type[Period]] = {
    period.kind: period
    for period in (Month, Quarter, FinancialYear, CalendarYear, RollingYear)
}
KIND_NAMES = {
    "month": "a month, as January 2022",
    "quarter": "a quarter, as Q4 2021/22",
    "financial_year": "a financial year, as 2021/22",
    "calendar_year": "a calendar year, as 2021",
    "rolling_year": "a year to a month, as Year ending March 2022",
}


@functools.cache
def of(kind: str, start: datetime.date) -> Period:
    """Rebuild a period from its kind and first day, as the database keeps them.

    Raises NoSuchPeriod for an unknown kind or a day on which no such period starts.
    """
    if kind not in KINDS:
        raise NoSuchPeriod(f"There is no kind of period called {kind}.")
    if kind == RollingYear.kind:
        period = RollingYear.ending(Month.containing(start).plus(11))
    else:
        period = KINDS[kind].containing(start)
    if period.start != start:
        raise NoSuchPeriod(f"No {kind.replace('_', ' ')} starts on {start:%d %B %Y}.")
    return period


def slug_of(period: Period) -> str:
    """The period's part of an address: 2022-01, 2021-22-q4, year-2021-22, 2021,
    to-2025-06."""
    match period:
        case Month():
            return f"{period.year}-{period.month:02}"
        case Quarter():
            return period.slug
        case FinancialYear():
            return f"year-{period.year}-{(period.year + 1) % 100:02}"
        case CalendarYear():
            return str(period.year)
        case RollingYear():
            return f"to-{period.year}-{period.month:02}"
    raise NoSuchPeriod(f"{period.label} has no address.")


def from_slug(slug: str) -> Period:
    """The period of an address; raises NoSuchPeriod."""
    if match := re.fullmatch(r"(to-)?(\d{4})-(\d{2})", slug, re.ASCII):
        kind = RollingYear if match[1] else Month
        return kind(int(match[2]), int(match[3]))
    if re.fullmatch(r"\d{4}", slug, re.ASCII):
        return CalendarYear(int(slug))
    if slug.startswith("year-"):
        return parse(slug.removeprefix("year-").replace("-", "/"), FinancialYear.kind)
    return Quarter.from_slug(slug)


def parse(text: str, kind: str | None = None) -> Period:
    """Read a period as people write it.

    "Q3 2021/22", "2021/22 Q3", "October to December 2021" are quarters; "2022-01",
    "Jan 2022" months; "2021/22" a financial year, "2020" a calendar year, "Year ending
    March 2022" a rolling year. With ``kind`` only that kind is accepted, and settles
    what "2011-12" is. Raises NoSuchPeriod, with a sentence to act on, for anything else.
    """
    if len(text) > LONGEST_TEXT:
        raise NoSuchPeriod("That is too long for a period. Write one as Q4 2021/22.")
    tidy = " ".join(text.replace("–", "-").replace("—", "-").split()).lower()
    if not tidy:
        raise NoSuchPeriod("The period is empty. Write one, such as Q4 2021/22.")
    period = _read(tidy, kind, text.strip())
    if kind is not None and period.kind != kind:
        raise NoSuchPeriod(
            f"{text.strip()} is not {KIND_NAMES[kind].split(',')[0]}. "
            f"Write {KIND_NAMES[kind]}."
        )
    return period


MONTH_NUMBERS = {
    spelling.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, spelling in enumerate(names)
    if spelling
} | {"sept": 9}

_MONTH = "|".join(sorted(MONTH_NUMBERS, key=len, reverse=True))
_YEARS = r"(?P<year>\d{4}) ?[/-] ?(?P<next>\d{4}|\d{2})"
_QUARTER = r"(?:q|qtr|quarter) ?(?P<quarter>\d{1,2})"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.ASCII)


SLUG = _pattern(r"(?P<year>\d{4})-(?P<next>\d{2})-q(?P<quarter>[1-4])")
QUARTER_THEN_YEARS = _pattern(rf"{_QUARTER}(?: of|,)? {_YEARS}")
YEARS_THEN_QUARTER = _pattern(rf"{_YEARS}[ ,-]{{0,2}}{_QUARTER}")
QUARTER_WITH_ONE_YEAR = _pattern(
    rf"{_QUARTER}(?: of|,)?[ -](?P<year>\d{{4}})|(?P<year_first>\d{{4}})[ -]?(?:q|qtr|quarter) ?\d{{1,2}}"
)
THREE_MONTHS = _pattern(
    rf"(?P<first>{_MONTH})(?: to |-| - )(?P<last>{_MONTH}) (?P<year>\d{{4}})"
)
YEAR_TO = _pattern(
    rf"(?:(?:the )?(?:year|12 months|twelve months) (?:ending|ended|to)|y/?e) "
    rf"(?P<month>{_MONTH}) (?P<year>\d{{4}})"
)
NAMED_MONTH = _pattern(rf"(?P<month>{_MONTH})(?: |-|, )(?P<year>\d{{4}})")
EXCEL_MONTH = _pattern(rf"(?P<month>{_MONTH})-(?P<year>\d{{2}})")  # as Excel shows it
NUMBERED_MONTH = _pattern(r"(?P<month>\d{1,2})/(?P<year>\d{4})")
ISO_MONTH = _pattern(r"(?P<year>\d{4})-(?P<month>\d{2})")
TWO_YEARS = _pattern(_YEARS)
ONE_YEAR = _pattern(r"(?P<year>\d{4})")


def _read(tidy: str, kind: str | None, text: str) -> Period:
    for pattern in (QUARTER_THEN_YEARS, YEARS_THEN_QUARTER):
        if match := pattern.fullmatch(tidy):
            year = _financial_year(match["year"], match["next"])
            return Quarter(year, int(match["quarter"]))
    if match := QUARTER_WITH_ONE_YEAR.fullmatch(tidy):
        year = int(match["year"] or match["year_first"])
        raise NoSuchPeriod(
            f"{text} does not say which financial year. Write both its years, "
            f"as in Q3 {FinancialYear(year).label}."
        )
    if match := THREE_MONTHS.fullmatch(tidy):
        first = Month(int(match["year"]), MONTH_NUMBERS[match["first"]])
        quarter = first.quarter
        months = quarter.months
        if (months[0], months[-1].month) != (first, MONTH_NUMBERS[match["last"]]):
            raise NoSuchPeriod(
                f"{text} is not a quarter. Quarters are "
                f"{', '.join(QUARTER_MONTHS.values())}."
            )
        return quarter
    if match := YEAR_TO.fullmatch(tidy):
        return RollingYear(int(match["year"]), MONTH_NUMBERS[match["month"]])
    if match := NAMED_MONTH.fullmatch(tidy):
        return Month(int(match["year"]), MONTH_NUMBERS[match["month"]])
    if match := EXCEL_MONTH.fullmatch(tidy):
        return Month(2000 + int(match["year"]), MONTH_NUMBERS[match["month"]])
    if match := NUMBERED_MONTH.fullmatch(tidy):
        return Month(int(match["year"]), int(match["month"]))
    if match := ISO_MONTH.fullmatch(tidy):
        return _month_or_financial_year(match, kind, text)
    if match := TWO_YEARS.fullmatch(tidy):
        return FinancialYear(_financial_year(match["year"], match["next"]))
    if match := ONE_YEAR.fullmatch(tidy):
        return CalendarYear(int(match["year"]))
    raise NoSuchPeriod(
        f"{text} is not a period. Write a quarter as Q4 2021/22, a month as "
        "January 2022 or 2022-01, a financial year as 2021/22, a calendar year as 2021."
    )


def _month_or_financial_year(
    match: re.Match[str], kind: str | None, text: str
) -> Period:
    year, second = int(match["year"]), int(match["month"])
    follows = second == (year + 1) % 100
    if kind == FinancialYear.kind or (follows and second > 12):
        return FinancialYear(_financial_year(match["year"], match["month"]))
    if kind is None and follows and 1 <= second <= 12:
        raise NoSuchPeriod(
            f"{text} could be {Month(year, second).label} or the financial year "
            f"{FinancialYear(year).label}. Write one of these."
        )
    if second > 12:
        _financial_year(match["year"], match["month"])
    return Month(year, second)


def _financial_year(year: str, following: str) -> int:
    first = int(year)
    expected = str(first + 1)
    if following not in (expected, expected[2:]):
        raise NoSuchPeriod(
            f"{year}/{following} is not a financial year: "
            f"the year after {year} is {expected}, so write {year}/{expected[2:]}."
        )
    return first


def _twelve_months(first: Month) -> tuple[Month, ...]:
    return tuple(first.plus(number) for number in range(12))
