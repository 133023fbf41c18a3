from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Window
from django.db.models.functions import RowNumber

from partnerships.models import Area
from performance.models.hidden_figure import HiddenFigure
from performance.models.indicator import Indicator
from performance.models.period import Period
from performance.models.upload import Upload


class ObservationQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise TypeError("Observations are only ever inserted.")

    def delete(self):
        raise TypeError("Observations are only ever inserted.")

    def seal(self):
        """Take their values away for good: the one exception to only-inserted."""
        super().update(state=Observation.State.SEALED, value=None, denominator=None)

    def as_at(self, event: int):
        """What was current after a numbered event: of the uploads saved and not taken
        back by then, the figures of the one first saved last."""
        then = Event.objects.filter(number__lte=event)
        last = then.filter(upload=OuterRef("upload")).order_by("-number")
        saved_as = then.filter(upload=OuterRef("upload"), kind=Event.Kind.COMMIT)
        known = self.annotate(
            act=Subquery(last.values("kind")[:1]),
            place=Subquery(saved_as.values("number")[:1]),
        ).exclude(Q(act=None) | Q(act=Event.Kind.WITHDRAW))
        # A window may only be filtered in an outer query, which Django writes itself.
        return known.annotate(
            newest=Window(
                RowNumber(),
                partition_by=["indicator", "area", "period"],
                order_by=F("place").desc(),
            )
        ).filter(newest=1)


class Observation(models.Model):
    """One figure as one file gave it. Only ever inserted.

    ``value`` is the count (or the numerator of a proportion, or a published rate) in the
    indicator's unit; ``denominator`` is held for proportions only.
    """

    class State(models.TextChoices):
        VALUE = "value", "Value"
        MISSING = "missing", "missing"
        NOT_APPLICABLE = "not_applicable", "not applicable"
        SUPPRESSED = "suppressed", "suppressed at source"
        SEALED = "sealed", "sealed"

    class Status(models.TextChoices):
        FINAL = "final", "Final"
        PROVISIONAL = "provisional", "Provisional"
        ESTIMATED = "estimated", "Estimated"

    # Its constraint and its index below begin with what rows are looked up by.
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="observations", db_index=False
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    upload = models.ForeignKey(
        Upload, on_delete=models.PROTECT, related_name="observations", db_index=False
    )
    state = models.CharField(max_length=15, choices=State, default=State.VALUE)
    status = models.CharField(max_length=12, choices=Status, default=Status.FINAL)
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    denominator = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    sheet = models.CharField(max_length=100, blank=True)
    row = models.PositiveIntegerField(null=True)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["indicator", "area", "period"])]
        constraints = [
            models.UniqueConstraint(
                fields=["upload", "indicator", "area", "period"],
                name="upload_gives_a_figure_once",
            ),
            models.CheckConstraint(
                condition=Q(state="value", value__isnull=False)
                | Q(~Q(state="value"), value__isnull=True, denominator__isnull=True),
                name="observation_has_a_value_exactly_when_it_says_so",
            ),
        ]

    def __str__(self):
        return f"{self.indicator}, {self.area}, {self.period}: {self.value}"


class EventQuerySet(models.QuerySet):
    def latest_number(self) -> int:
        """The number of the last event; 0 before the first."""
        return self.aggregate(last=models.Max("number"))["last"] or 0

    def wait_for_writers(self) -> int:
        """The number of the last event, once every other writer of figures is done.

        Writers queue on the last event's row. One that waited finds a later event, and
        queues on that.
        """
        while True:
            locked = self.select_for_update().order_by("-number").first()
            last = self.latest_number()
            if locked is None or locked.number == last:
                return last


class Event(models.Model):
    """A numbered act that changes what is current: a commit, or one taken back."""

    class Kind(models.TextChoices):
        COMMIT = "commit", "Saved"
        WITHDRAW = "withdraw", "Taken back"
        REINSTATE = "reinstate", "Put back"

    number = models.PositiveIntegerField(unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.TextField(blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["upload"],
                condition=Q(kind="commit"),
                name="upload_is_committed_once",
            ),
            models.CheckConstraint(
                condition=~Q(kind="withdraw") | ~Q(reason=""),
                name="withdrawal_has_a_reason",
            ),
        ]

    def __str__(self):
        return f"Event {self.number}: {self.get_kind_display()}, {self.upload}"


# What a current row repeats of its observation is held to exist by the observation's own
# constraints; checking it again is most of the cost of a large upload.
OF_OBSERVATION = {"db_index": False, "db_constraint": False}


class CurrentQuerySet(models.QuerySet):
    def told_to(self, user):
        """Without the figures that the reader may not know."""
        true = Indicator.objects.with_true_values_for(user)
        hidden = HiddenFigure.objects.filter(
            indicator=models.OuterRef("indicator"),
            area=models.OuterRef("area"),
            period=models.OuterRef("period"),
        )
        return self.filter(Q(indicator__in=true) | ~models.Exists(hidden))


class Current(models.Model):
    """Which observation is current now, for one indicator, area and period."""

    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="current", **OF_OBSERVATION
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="current", **OF_OBSERVATION
    )
    period = models.ForeignKey(
        Period, on_delete=models.PROTECT, related_name="current", **OF_OBSERVATION
    )
    observation = models.OneToOneField(
        Observation, on_delete=models.PROTECT, related_name="current"
    )

    objects = CurrentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "area", "period"], name="one_current_observation"
            )
        ]

    def __str__(self):
        return str(self.observation)
