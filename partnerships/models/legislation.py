from django.db import models
from simple_history.models import HistoricalRecords

from csa_portal.documents.dates import validate_partial_date
from partnerships.models.slugged import SlugManager


class Legislation(models.Model):
    """A statute, bill, guidance or national strategy, with where it stands and since when."""

    class Kind(models.TextChoices):
        ACT = "act", "Act"
        BILL = "bill", "Bill"
        REGULATIONS = "regulations", "Regulations"
        GUIDANCE = "guidance", "Statutory guidance"
        STRATEGY = "strategy", "National strategy or plan"

    class Status(models.TextChoices):
        EXPECTED = "expected", "Bill, not yet law"
        IN_FORCE = "in_force", "In force"
        AMENDED = "amended", "In force, amended"
        SUPERSEDED = "superseded", "Superseded"
        PUBLISHED = "published", "Published"

    title = models.CharField(max_length=200, unique=True)
    slug = models.SlugField(max_length=100, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    status = models.CharField(max_length=20, choices=Status)
    status_as_of = models.CharField(
        max_length=10,
        validators=[validate_partial_date],
        help_text="The day on which this status was known to hold.",
    )
    made_on = models.CharField(
        "Royal Assent, made or published",
        max_length=10,
        blank=True,
        validators=[validate_partial_date],
    )
    expected = models.CharField(
        max_length=100, blank=True, help_text="As announced, such as “autumn 2022”."
    )
    amended = models.CharField(max_length=200, blank=True)
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
    )
    subject = models.CharField(max_length=60)
    summary = models.TextField(blank=True)
    duty = models.TextField(
        "what it asks of partners", blank=True, help_text="In one or two sentences."
    )
    order = models.PositiveSmallIntegerField(default=0)
    url = models.URLField(blank=True)

    objects = SlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["order", "title"]
        verbose_name_plural = "legislation and national policy"

    def __str__(self):
        return self.title

    def natural_key(self):
        return (self.slug,)


class Provision(models.Model):
    """A section, part or regulation that gives a partner or a body its role."""

    legislation = models.ForeignKey(
        Legislation, on_delete=models.PROTECT, related_name="provisions"
    )
    slug = models.SlugField(max_length=100, unique=True)
    reference = models.CharField(max_length=60, help_text="Such as “section 5(1)”.")
    says = models.CharField(max_length=300)
    url = models.URLField(blank=True)

    objects = SlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["legislation", "reference"]

    def __str__(self):
        return f"{self.legislation}, {self.reference}"

    def natural_key(self):
        return (self.slug,)
