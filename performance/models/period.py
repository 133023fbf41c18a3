from django.db import models
from django.db.models import F, Q

from performance import periods


class PeriodManager(models.Manager):
    def of(self, value: periods.Period) -> "Period":
        """The stored row of a period, made when it is first needed."""
        return self.get_or_create(
            kind=value.kind, start=value.start, defaults={"end": value.end}
        )[0]


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
