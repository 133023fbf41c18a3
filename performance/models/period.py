from collections.abc import Collection

from django.db import models
from django.db.models import F, Q

from performance import periods


class PeriodManager(models.Manager):
    def of(self, value: periods.Period) -> "Period":
        """The stored row of a period, made when it is first needed."""
        return self.get_or_create(
            kind=value.kind, start=value.start, defaults={"end": value.end}
        )[0]

    def stored(self, values: Collection[periods.Period]) -> dict[periods.Period, int]:
        """The primary keys of periods, made where they are not stored yet; at most two
        statements."""
        if not values:
            return {}
        self.bulk_create(
            [
                Period(kind=each.kind, start=each.start, end=each.end)
                for each in sorted(values, key=lambda each: (each.start, each.kind))
            ],
            ignore_conflicts=True,
        )
        rows = self.filter(start__in={each.start for each in values})
        keys = {
            (kind, start): pk
            for pk, kind, start in rows.values_list("pk", "kind", "start")
        }
        return {each: keys[each.kind, each.start] for each in values}


class Period(models.Model):
    """A stretch of time that figures are for; both days are inside it."""

    class Kind(models.TextChoices):
        MONTH = "month", "Month"
        QUARTER = "quarter", "Quarter"
        FINANCIAL_YEAR = "financial_year", "Financial year"
        CALENDAR_YEAR = "calendar_year", "Calendar year"
        ROLLING_YEAR = "rolling_year", "Rolling year"

    kind = models.CharField(max_length=15, choices=Kind)
    start = models.DateField()
    end = models.DateField()

    objects = PeriodManager()

    class Meta:
        ordering = ["start", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "start"], name="period_is_stored_once"
            ),
            models.CheckConstraint(
                condition=Q(end__gt=F("start")), name="period_ends_after_start"
            ),
        ]

    def __str__(self):
        return self.value.label

    @property
    def value(self) -> periods.Period:
        """The period as the pure value that knows its label and neighbours."""
        return periods.of(self.kind, self.start)
