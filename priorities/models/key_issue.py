from django.db import models
from django.urls import reverse
from simple_history.models import HistoricalRecords

from csa_portal.documents.dates import validate_partial_date
from partnerships.models import Board, Provision
from partnerships.models.slugged import SlugManager
from priorities.models.agreement import Agreement, Version


class Priority(models.Model):
    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="priorities"
    )
    title = models.CharField(max_length=150)
    slug = models.SlugField(max_length=100, unique=True)
    order = models.PositiveSmallIntegerField()
    summary = models.TextField(blank=True)

    objects = SlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["agreement", "order"]
        verbose_name_plural = "priorities"

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("priorities:priority", args=[self.slug])

    def natural_key(self):
        return (self.slug,)


class KeyIssue(models.Model):
    """A lasting issue; its title and priority belong to each version of an agreement."""

    name = models.CharField(max_length=100)
    slug = models.SlugField(
        max_length=100, unique=True, help_text="Never used again for another issue."
    )
    valid_from = models.CharField(
        max_length=10, blank=True, validators=[validate_partial_date]
    )
    valid_until = models.CharField(
        max_length=10, blank=True, validators=[validate_partial_date]
    )
    successors = models.ManyToManyField(
        "self", symmetrical=False, related_name="predecessors", blank=True
    )

    objects = SlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """The page that joins the issue with its figures; the site's own address."""
        return reverse("key_issue", args=[self.slug])

    def natural_key(self):
        return (self.slug,)


class VersionKeyIssueManager(models.Manager):
    def get_by_natural_key(self, edition, version, key_issue):
        return self.get(
            version__agreement__edition=edition,
            version__number=version,
            key_issue__slug=key_issue,
        )


class VersionKeyIssue(models.Model):
    """A key issue as one version of an agreement has it."""

    version = models.ForeignKey(
        Version, on_delete=models.CASCADE, related_name="key_issues"
    )
    key_issue = models.ForeignKey(
        KeyIssue, on_delete=models.PROTECT, related_name="in_versions"
    )
    priority = models.ForeignKey(
        Priority, on_delete=models.PROTECT, related_name="key_issues"
    )
    title = models.CharField(max_length=150)
    order = models.PositiveSmallIntegerField()
    body = models.TextField(help_text="Markdown, in the agreement's section 7.")
    limbs = models.ManyToManyField(
        Provision,
        blank=True,
        related_name="+",
        verbose_name="statutory limbs it serves",
        help_text="Left empty until an officer has settled them.",
    )

    objects = VersionKeyIssueManager()
    history = HistoricalRecords(m2m_fields=[limbs])

    class Meta:
        ordering = ["version", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "key_issue"], name="key_issue_is_in_a_version_once"
            )
        ]

    def __str__(self):
        return self.title

    def natural_key(self):
        return (
            self.version.agreement.edition,
            self.version.number,
            self.key_issue.slug,
        )


class SubPriority(models.Model):
    """A narrower aim inside a key issue; proposed ones say so, with the date."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        AGREED = "agreed", "Agreed"

    key_issue = models.ForeignKey(
        KeyIssue, on_delete=models.CASCADE, related_name="sub_priorities"
    )
    title = models.CharField(max_length=150)
    slug = models.SlugField(max_length=100, unique=True)
    order = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status)
    status_as_of = models.CharField(max_length=10, validators=[validate_partial_date])
    settled_by = models.ForeignKey(
        Board, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["key_issue", "order"]
        verbose_name_plural = "sub-priorities"

    def __str__(self):
        return self.title

    def natural_key(self):
        return (self.slug,)


class KeyIssueFact(models.Model):
    """Something the agreement records about a key issue: its history, reach, a review."""

    class Kind(models.TextChoices):
        HISTORY = "history", "History"
        REACH = "reach", "Reach"
        PEER_REVIEW = "peer_review", "Peer review"
        WORK_PLAN = "work_plan", "Work plan"
        FUNDING = "funding", "Funding"
        TREND = "trend", "Trend"
        MEASURES = "measures", "Measures in use"

    key_issue = models.ForeignKey(
        KeyIssue, on_delete=models.CASCADE, related_name="facts"
    )
    slug = models.SlugField(max_length=100, unique=True)
    kind = models.CharField(max_length=15, choices=Kind)
    when = models.CharField(
        max_length=10, blank=True, validators=[validate_partial_date]
    )
    statement = models.TextField()
    order = models.PositiveSmallIntegerField()

    objects = SlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["key_issue", "order"]

    def __str__(self):
        return self.statement

    def natural_key(self):
        return (self.slug,)


class Programme(models.Model):
    """An approach or programme. It belongs to a priority, not to a key issue."""

    priority = models.ForeignKey(
        Priority, on_delete=models.CASCADE, related_name="programmes"
    )
    title = models.CharField(max_length=150)
    slug = models.SlugField(max_length=100, unique=True)
    order = models.PositiveSmallIntegerField()
    summary = models.TextField(help_text="One or two sentences for tables.")
    body = models.TextField(blank=True)
    lead = models.ForeignKey(
        Board,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="programmes",
    )
    lead_note = models.CharField(
        max_length=150, blank=True, help_text="What is recorded where there is no lead."
    )
    in_approach = models.BooleanField("listed in section 7", default=True)
    in_summary = models.BooleanField("listed in the executive summary", default=False)
    other_name = models.CharField(max_length=150, blank=True)

    objects = SlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["priority", "order"]

    def __str__(self):
        return self.title

    def natural_key(self):
        return (self.slug,)


class Theme(models.Model):
    """A cross-cutting theme, to be addressed in each key issue as appropriate."""

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="themes"
    )
    title = models.CharField(max_length=150)
    slug = models.SlugField(max_length=100, unique=True)
    order = models.PositiveSmallIntegerField()

    objects = SlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["agreement", "order"]

    def __str__(self):
        return self.title

    def natural_key(self):
        return (self.slug,)


class TopicOutside(models.Model):
    """A topic the agreement names that is not a key issue, and why it is not."""

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="topics_outside"
    )
    title = models.CharField(max_length=150)
    slug = models.SlugField(max_length=100, unique=True)
    order = models.PositiveSmallIntegerField()
    why = models.TextField()
    board = models.ForeignKey(
        Board, on_delete=models.PROTECT, null=True, blank=True, related_name="topics"
    )

    objects = SlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["agreement", "order"]
        verbose_name = "topic outside the key issues"
        verbose_name_plural = "topics outside the key issues"

    def __str__(self):
        return self.title

    def natural_key(self):
        return (self.slug,)
