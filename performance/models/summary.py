from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from partnerships.access import may
from partnerships.models import Area, AreaGroup, AreaGroupMember
from performance.models.indicator import Indicator
from performance.models.period import Period
from performance.models.report import PublishedQuarter


class SummaryQuerySet(models.QuerySet):
    def true(self):
        """With every value as it is; not for every reader."""
        return self.filter(masked=False)

    def told_to(self, user):
        """Of each figure the row with what the reader may know of small counts."""
        true = Indicator.objects.with_true_values_for(user)
        return self.alias(is_true=Exists(true.filter(pk=OuterRef("indicator")))).filter(
            masked=~F("is_true")
        )

    def visible_to(self, user):
        """What the reader may see: the public, public indicators of published quarters.

        A longer period than a quarter is not for the public.
        """
        seen = self.told_to(user).filter(
            indicator__in=Indicator.objects.visible_to(user)
        )
        if may(user, "read all dashboards"):
            return seen
        published = PublishedQuarter.objects.filter(
            period__start__lte=OuterRef("period__start"),
            period__end__gte=OuterRef("period__end"),
        )
        return seen.filter(Exists(published))

    def with_figures(self):
        return self.exclude(state=Summary.State.NONE)

    def of_wholes(self):
        """Those of the area that an indicator's own group makes together."""
        return self.filter(area=F("indicator__group__whole"))

    def of_groups(self):
        """Those of wholes and of their areas; other groups of areas are left out."""
        member = AreaGroupMember.objects.filter(
            group=OuterRef("indicator__group"), area=OuterRef("area")
        )
        return self.filter(Q(area=F("indicator__group__whole")) | Exists(member))

    def with_place(self):
        """Each with its verdict in its indicator's own group, and that group's rate."""
        own = Position.objects.filter(
            summary=OuterRef("pk"), group=OuterRef("indicator__group")
        )
        return self.annotate(
            place=Subquery(own.values("verdict")),
            benchmark=Subquery(own.values("benchmark")),
        )


class Summary(models.Model):
    """What pages read: one indicator in one area and period, worked out from the current
    observations when an event touches what it depends on.

    Quarters are held for every area; months for areas that are made of others, whose
    monthly counts are sums. Rates are per ``indicator.rate_per`` residents of the period
    shown, never annualised.

    An indicator with a rule for small counts has two rows of each: the true one, and the
    ``masked`` one, which is worked out from what everybody may know and nothing else.
    ``hidden`` marks the figures that the two tell differently.
    """

    class State(models.TextChoices):
        COMPLETE = "complete", "Complete"
        INCOMPLETE = "incomplete", "Incomplete"
        NONE = "none", "No figures"
        HIDDEN = "hidden", "Hidden: a small count, or one that would give it away"

    class Change(models.TextChoices):
        CLEAR_RISE = "rise", "Clear rise"
        CLEAR_FALL = "fall", "Clear fall"
        NO_CLEAR_CHANGE = "none", "No clear change"
        NOT_COMPARED = "not_compared", "Not compared"

    class Variation(models.TextChoices):
        IMPROVING = "improving", "Improving"
        CONCERNING = "concerning", "Concerning"
        CHANGED = "changed", "Changed, no judgement"
        USUAL = "usual", "Within usual range"
        CANNOT_TELL = "cannot_tell", "Cannot tell yet"

    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, related_name="summaries", db_index=False
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="summaries", db_index=False
    )
    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, related_name="summaries", db_index=False
    )
    state = models.CharField(max_length=10, choices=State)
    masked = models.BooleanField(default=False)
    hidden = models.BooleanField(default=False)
    parts_held = models.PositiveSmallIntegerField(default=1)
    parts_expected = models.PositiveSmallIntegerField(default=1)
    provisional = models.BooleanField(default=False)

    value = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    in_areas = models.DecimalField(
        max_digits=16,
        decimal_places=4,
        null=True,
        help_text="Of a whole: the part that lies in its areas.",
    )
    unplaced = models.DecimalField(
        max_digits=16,
        decimal_places=4,
        null=True,
        help_text="Of a whole: the part without a place.",
    )
    population = models.PositiveBigIntegerField(null=True)
    population_year = models.PositiveSmallIntegerField(null=True)
    rate = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    low = models.DecimalField(
        "lower limit of the rate", max_digits=14, decimal_places=6, null=True
    )
    high = models.DecimalField(
        "upper limit of the rate", max_digits=14, decimal_places=6, null=True
    )

    last_year = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    change = models.CharField(
        max_length=15, choices=Change, default=Change.NOT_COMPARED
    )
    p_value = models.FloatField(null=True)
    previous = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    twelve_months = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    twelve_months_last_year = models.DecimalField(
        max_digits=16, decimal_places=4, null=True
    )
    variation = models.CharField(
        max_length=15, choices=Variation, default=Variation.CANNOT_TELL
    )
    trial_limits = models.BooleanField(default=False)
    cost = models.DecimalField(max_digits=16, decimal_places=0, null=True)

    objects = SummaryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "area", "period", "masked"], name="one_summary"
            ),
            models.CheckConstraint(
                condition=~Q(masked=True, hidden=True)
                | Q(state="hidden", value__isnull=True, rate__isnull=True),
                name="hidden_figure_is_told_to_nobody",
            ),
        ]
        indexes = [models.Index(fields=["period", "area"])]

    def __str__(self):
        return f"{self.indicator}, {self.area}, {self.period}: {self.value}"


class Position(models.Model):
    """Where a summary stands in a named group of areas of the same period."""

    class Verdict(models.TextChoices):
        HIGHER = "higher", "Higher"
        LOWER = "lower", "Lower"
        SIMILAR = "similar", "Similar"
        NOT_COMPARED = "not_compared", "Not compared"

    summary = models.ForeignKey(
        Summary, on_delete=models.CASCADE, related_name="positions", db_index=False
    )
    group = models.ForeignKey(
        AreaGroup, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    rank = models.PositiveSmallIntegerField(
        null=True, help_text="1 is the highest rate; ties share the best rank."
    )
    of = models.PositiveSmallIntegerField(default=0)
    quartile = models.PositiveSmallIntegerField(null=True)
    median = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    lowest = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    highest = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    benchmark = models.DecimalField(
        max_digits=14,
        decimal_places=6,
        null=True,
        help_text="The rate of the group's areas together.",
    )
    verdict = models.CharField(max_length=15, choices=Verdict)
    why_not = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["summary", "group"], name="one_position_in_a_group"
            )
        ]

    def __str__(self):
        return f"{self.summary}: {self.get_verdict_display()} in {self.group}"
