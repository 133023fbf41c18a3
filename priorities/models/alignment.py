from django.db import models
from simple_history.models import HistoricalRecords

from partnerships.models.slugged import SlugManager
from priorities.models.agreement import Agreement
from priorities.models.key_issue import KeyIssue


class PlanPriority(models.Model):
    """A priority of the Police and Crime Commissioner's Police and Crime Plan."""

    plan = models.CharField(max_length=150)
    title = models.CharField(max_length=150)
    slug = models.SlugField(max_length=100, unique=True)
    order = models.PositiveSmallIntegerField()

    objects = SlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["plan", "order"]
        verbose_name = "police and crime plan priority"
        verbose_name_plural = "police and crime plan priorities"

    def __str__(self):
        return self.title

    def natural_key(self):
        return (self.slug,)


class DistrictTheme(models.Model):
    """A theme of the district profiles of the strategic assessment."""

    title = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(max_length=100, unique=True)

    objects = SlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["title"]

    def __str__(self):
        return self.title

    def natural_key(self):
        return (self.slug,)


class AlignmentRowQuerySet(models.QuerySet):
    def for_table(self):
        """Whole rows in the published order, in two queries."""
        return self.select_related("key_issue", "plan_priority").prefetch_related(
            "district_themes"
        )


class AlignmentRowManager(models.Manager.from_queryset(AlignmentRowQuerySet)):
    def get_by_natural_key(self, edition, order):
        return self.get(agreement__edition=edition, order=order)


class AlignmentRow(models.Model):
    """A row of the alignment table as published; one may have no county key issue."""

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="alignment"
    )
    order = models.PositiveSmallIntegerField()
    key_issue = models.ForeignKey(
        KeyIssue,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="alignment",
    )
    plan_priority = models.ForeignKey(
        PlanPriority, on_delete=models.PROTECT, related_name="alignment"
    )
    district_themes = models.ManyToManyField(DistrictTheme, related_name="alignment")

    objects = AlignmentRowManager()
    history = HistoricalRecords(m2m_fields=[district_themes])

    class Meta:
        ordering = ["agreement", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "order"], name="alignment_row_has_its_place"
            )
        ]

    def __str__(self):
        return f"{self.key_issue or 'No key issue'}: {self.plan_priority}"

    def natural_key(self):
        return (self.agreement.edition, self.order)
