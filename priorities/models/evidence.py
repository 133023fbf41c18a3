from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from csa_portal.documents.dates import validate_partial_date
from partnerships.models import Area, Board, Partner
from partnerships.models.slugged import SlugManager
from priorities.models.agreement import Agreement
from priorities.models.key_issue import KeyIssue, Programme


class Achievement(models.Model):
    """Something the agreement says was achieved in the term before."""

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="achievements"
    )
    title = models.CharField(max_length=150)
    slug = models.SlugField(max_length=100, unique=True)
    order = models.PositiveSmallIntegerField()
    body = models.TextField()
    bodies = models.ManyToManyField(Partner, blank=True, related_name="achievements")

    objects = SlugManager()
    history = HistoricalRecords(m2m_fields=[bodies])

    class Meta:
        ordering = ["agreement", "order"]

    def __str__(self):
        return self.title

    def natural_key(self):
        return (self.slug,)


class QuotedFigure(models.Model):
    """A figure the agreement quotes, typed: how much, of what, when, how exactly.

    ``amount`` is in ``unit``: pounds are whole pounds, per cent is 0 to 100. A fraction
    said in words ("half") is kept in ``as_published`` with its per cent as the amount.
    """

    class Unit(models.TextChoices):
        POUNDS = "pounds", "£"
        PEOPLE = "people", "people"
        PER_CENT = "per_cent", "%"
        COUNT = "count", "number"
        YEARS = "years", "years"

    class Qualifier(models.TextChoices):
        EXACTLY = "exactly", ""
        ABOUT = "about", "about"
        OVER = "over", "over"
        AT_LEAST = "at_least", "at least"
        ABOUT_OR_MORE = "about_or_more", "about, likely more"

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="figures"
    )
    slug = models.SlugField(max_length=100, unique=True)
    order = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    unit = models.CharField(max_length=10, choices=Unit)
    qualifier = models.CharField(
        max_length=15, choices=Qualifier, default=Qualifier.EXACTLY
    )
    as_published = models.CharField(max_length=60)
    period = models.CharField(
        max_length=60, blank=True, help_text="As published; empty where none is given."
    )
    starts = models.CharField(
        max_length=10, blank=True, validators=[validate_partial_date]
    )
    ends = models.CharField(
        max_length=10, blank=True, validators=[validate_partial_date]
    )
    source = models.CharField(max_length=200, blank=True)
    section_number = models.PositiveSmallIntegerField()
    achievement = models.ForeignKey(
        Achievement,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="figures",
    )
    part_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts"
    )
    same_as = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="also_quoted_as",
        help_text="The same award or count, quoted another way.",
    )

    objects = SlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["agreement", "order"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="quoted_figure_is_not_negative",
                violation_error_message="A quoted figure cannot be below 0.",
            ),
            models.CheckConstraint(
                condition=~Q(part_of=F("id")),
                name="quoted_figure_is_not_its_own_part",
                violation_error_message="A figure cannot be a part of itself.",
            ),
        ]

    def __str__(self):
        return f"{self.what}: {self.as_published}"

    def natural_key(self):
        return (self.slug,)


class StrategicAssessment(models.Model):
    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="assessments"
    )
    title = models.CharField(max_length=150)
    slug = models.SlugField(max_length=100, unique=True)
    starts_year = models.PositiveSmallIntegerField()
    ends_year = models.PositiveSmallIntegerField()
    months_of_work = models.PositiveSmallIntegerField(null=True, blank=True)
    summary = models.TextField()

    objects = SlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-starts_year"]

    def __str__(self):
        return self.title

    def natural_key(self):
        return (self.slug,)


class AssessmentStep(models.Model):
    """A consultation, survey or endorsement behind the assessment."""

    class Kind(models.TextChoices):
        WORKSHOPS = "workshops", "Workshops"
        SURVEY = "survey", "Survey"
        ENDORSEMENT = "endorsement", "Endorsement"

    assessment = models.ForeignKey(
        StrategicAssessment, on_delete=models.CASCADE, related_name="steps"
    )
    slug = models.SlugField(max_length=100, unique=True)
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=15, choices=Kind)
    when = models.CharField(
        max_length=10, blank=True, validators=[validate_partial_date]
    )
    what = models.CharField(max_length=300)
    by = models.ForeignKey(
        Board, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["assessment", "order"]

    def __str__(self):
        return self.what

    def natural_key(self):
        return (self.slug,)


class LocalProfileManager(models.Manager):
    def get_by_natural_key(self, assessment, area):
        return self.get(assessment__slug=assessment, area__slug=area)


class LocalProfile(models.Model):
    """A district's own profile, beside the county's assessment."""

    assessment = models.ForeignKey(
        StrategicAssessment, on_delete=models.CASCADE, related_name="profiles"
    )
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="profiles")
    url = models.URLField(blank=True)

    objects = LocalProfileManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["assessment", "area"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "area"], name="an_area_has_one_profile"
            )
        ]

    def __str__(self):
        return f"{self.area} profile"

    def natural_key(self):
        return (self.assessment.slug, self.area.slug)


class Decision(models.Model):
    """What a board decided, what the choices were and what came of it."""

    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="decisions")
    slug = models.SlugField(max_length=100, unique=True)
    when = models.CharField(max_length=10, validators=[validate_partial_date])
    title = models.CharField(max_length=200)
    options = models.TextField(blank=True)
    outcome = models.TextField()
    with_bodies = models.ManyToManyField(
        Partner,
        blank=True,
        related_name="decisions",
        verbose_name="together with",
    )
    section_number = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = SlugManager()
    history = HistoricalRecords(m2m_fields=[with_bodies])

    class Meta:
        ordering = ["when"]

    def __str__(self):
        return self.title

    def natural_key(self):
        return (self.slug,)


class Commitment(models.Model):
    """What the agreement promises to do again and again: a review, a report."""

    class Interval(models.TextChoices):
        MONTHLY = "monthly", "every month"
        QUARTERLY = "quarterly", "every quarter"
        ANNUAL = "annual", "every year"

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="commitments"
    )
    slug = models.SlugField(max_length=100, unique=True)
    order = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=200)
    interval = models.CharField(
        max_length=10,
        choices=Interval,
        blank=True,
        help_text="Empty where the agreement names none; never guessed.",
    )
    as_published = models.CharField(max_length=60)
    owner = models.ForeignKey(
        Board, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    post = models.CharField(max_length=100, blank=True)
    receives = models.ForeignKey(
        Board, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["agreement", "order"]

    def __str__(self):
        return self.what

    def natural_key(self):
        return (self.slug,)


class ExternalLink(models.Model):
    """A link to another site: its text stays when the site is gone."""

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="links"
    )
    slug = models.SlugField(max_length=100, unique=True)
    order = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    url = models.URLField(blank=True, help_text="Empty where only the text is known.")
    section_number = models.PositiveSmallIntegerField()
    key_issue = models.ForeignKey(
        KeyIssue, on_delete=models.PROTECT, null=True, blank=True, related_name="links"
    )
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="links"
    )
    checked_on = models.DateField(null=True, blank=True)
    works = models.BooleanField(
        null=True, blank=True, help_text="As found when it was last checked."
    )

    objects = SlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["agreement", "order"]
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_on__isnull=True, works__isnull=True)
                | Q(checked_on__isnull=False, works__isnull=False),
                name="link_check_has_date_and_result",
                violation_error_message="Give both the day of the check and its "
                "result, or neither.",
            )
        ]

    def __str__(self):
        return self.text

    def natural_key(self):
        return (self.slug,)
