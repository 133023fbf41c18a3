"""The parts of addresses that name an edition or a period, and nothing else."""

from performance import periods
from performance.periods import Quarter


class EditionConverter:
    """The term of an agreement: 2022-2025."""

    regex = r"\d{4}-\d{4}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class QuarterConverter:
    """A quarter of a financial year: 2021-22-q3."""

    regex = r"\d{4}-\d{2}-q[1-4]"

    def to_python(self, value: str) -> Quarter:
        """ValueError (so 404) for years that do not follow each other."""
        return Quarter.from_slug(value)

    def to_url(self, value: Quarter) -> str:
        return value.slug


class PeriodConverter:
    """A period of any kind: 2022-01, 2021-22-q4, year-2021-22, 2021, to-2025-06."""

    regex = r"\d{4}|(to-)?\d{4}-\d{2}|year-\d{4}-\d{2}|\d{4}-\d{2}-q[1-4]"

    def to_python(self, value: str) -> periods.Period:
        return periods.from_slug(value)

    def to_url(self, value: periods.Period) -> str:
        return periods.slug_of(value)
