from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from partnerships.access import may
from partnerships.models import AreaGroup, Board, Partner, RoleAssignment
from partnerships.models.dated import ends_after_start
from partnerships.models.slugged import SlugManager
from performance.models.period import Period
from priorities.models import KeyIssue


class UnitCost(models.Model):
    """A published cost of one offence, used only where the offence is the same."""

    offence = models.CharField(max_length=100)
    slug = models.SlugField(max_length=100, unique=True)
    pounds = models.DecimalField(max_digits=12, decimal_places=2)
    price_base = models.CharField(max_length=20, help_text="Such as 2015/16.")
    source = models.CharField(max_length=300)
    note = models.CharField(max_length=300, blank=True)

    objects = SlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["offence"]

    def __str__(self):
        return f"{self.offence}: £{self.pounds:,.0f} at {self.price_base} prices"

    def natural_key(self):
        return (self.slug,)


PROTECTED = (
    Q(threshold__gt=0)
    | Q(whole_threshold__gt=0)
    | Q(rounding__gt=0)
    | Q(whole_rounding__gt=0)
)


class IndicatorQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those whose figures the reader may see: the public, public indicators.

        Which of their figures are hidden from the reader: ``with_true_values_for``.
        """
        return self if may(user, "read all dashboards") else self.filter(public=True)

    def with_true_values_for(self, user):
        """Those of which the reader sees every value as it is, small counts too."""
        if may(user, "upload every figure"):
            return self
        own = Indicator.objects.provided_by(user).values("pk")
        return self.filter(~PROTECTED | Q(pk__in=own))

    def provided_by(self, user):
        """The reader's own indicators as a data provider."""
        if not may(user, "upload figures"):
            return self.none()
        return self.filter(
            provider__in=RoleAssignment.objects.filter(
                user=user, role=RoleAssignment.Role.DATA_PROVIDER
            ).values("partner")
        )

    def uploadable_by(self, user):
        """Those for which the user may upload, see and withdraw figures."""
        return self if may(user, "upload every figure") else self.provided_by(user)


class IndicatorManager(models.Manager.from_queryset(IndicatorQuerySet)):
    def get_by_natural_key(self, slug):
        return self.get(slug=slug)


class Indicator(models.Model):
    """What is measured: its definition, owner, source and how it may be judged."""

    class Kind(models.TextChoices):
        COUNT = "count", "Count"
        PROPORTION = "proportion", "Proportion"
        PUBLISHED_RATE = "published_rate", "Published rate"
        POPULATION = "population", "Population"

    class Polarity(models.TextChoices):
        LOWER = "lower", "Lower is better"
        HIGHER = "higher", "Higher is better"
        NEUTRAL = "neutral", "Neither way is judged"

    class SourceKind(models.TextChoices):
        WORKBOOK = "workbook", "The portal's workbook"
        STREET = "street", "data.police.uk street-level crime"
        HOME_OFFICE = "home_office", "Home Office police recorded crime"
        ONS_CSP = "ons_csp", "ONS Table C2, by Community Safety Partnership"
        ONS_POPULATION = "ons_population", "ONS mid-year population estimates"
        STATS19 = "stats19", "STATS19 road collisions and casualties"
        GENERIC = "generic", "Another table"

    class StatusLabel(models.TextChoices):
        ACCREDITED = "accredited", "Accredited official statistics"
        OFFICIAL = "official", "Official statistics, not accredited"
        MANAGEMENT = "management", "Management information"
        ILLUSTRATIVE = "illustrative", "Illustrative, not real figures"

    title = models.CharField(max_length=150)
    slug = models.SlugField(max_length=100, unique=True)
    family = models.CharField(
        max_length=100,
        blank=True,
        help_text="Shared by indicators of one subject from different publishers.",
    )
    order = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=15, choices=Kind, default=Kind.COUNT)
    unit = models.CharField(
        max_length=60, help_text="In the plural, such as “recorded crimes”."
    )
    polarity = models.CharField(max_length=10, choices=Polarity)
    native_period = models.CharField(max_length=15, choices=Period.Kind)
    source_kind = models.CharField(max_length=15, choices=SourceKind)
    numerator = models.TextField("what is counted")
    denominator = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="denominator_of",
        help_text="The population that a rate is worked out on.",
    )
    rate_per = models.PositiveIntegerField(default=1000)
    group = models.ForeignKey(
        AreaGroup,
        on_delete=models.PROTECT,
        related_name="indicators",
        help_text="The areas it covers and compares.",
    )
    comparators = models.ManyToManyField(
        AreaGroup,
        related_name="compared_indicators",
        blank=True,
        help_text="Other groups that its areas are ranked in, such as all partnerships.",
    )
    by_area = models.BooleanField(
        default=True, help_text="Off where only a figure for the whole is collected."
    )
    source = models.CharField(max_length=200)
    source_url = models.URLField(blank=True)
    licence = models.CharField(max_length=100, blank=True)
    owner = models.CharField("owner (post)", max_length=100)
    provider = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="indicators",
        help_text="The partner whose figures these are.",
    )
    status_label = models.CharField(max_length=15, choices=StatusLabel)
    why_it_matters = models.TextField()
    what_would_mislead = models.TextField(
        help_text="One caveat a line; they are printed as a list."
    )
    method = models.TextField(blank=True)
    public = models.BooleanField(default=False)
    headline = models.BooleanField(default=True)
    illustrative = models.BooleanField(default=False)
    threshold = models.PositiveSmallIntegerField(
        "hide counts of its areas below", default=0, help_text="0 hides none."
    )
    rounding = models.PositiveSmallIntegerField(
        "round counts of its areas to",
        default=0,
        help_text="Such as 5, for those who may not see small counts; 0 rounds none.",
    )
    whole_threshold = models.PositiveSmallIntegerField(
        "hide counts of the whole below", default=0, help_text="0 hides none."
    )
    whole_rounding = models.PositiveSmallIntegerField(
        "round counts of the whole to", default=0, help_text="0 rounds none."
    )
    unit_cost = models.ForeignKey(
        UnitCost, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    no_cost_because = models.CharField(
        max_length=100, default="No published unit cost", blank=True
    )
    heading = models.CharField(
        max_length=100,
        blank=True,
        help_text="Groups indicators that belong to no key issue.",
    )
    key_issues = models.ManyToManyField(
        KeyIssue, through="IndicatorKeyIssue", related_name="indicators"
    )

    objects = IndicatorManager()
    history = HistoricalRecords(m2m_fields=[comparators])

    class Meta:
        ordering = ["order", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(illustrative=True, status_label="illustrative")
                | Q(Q(illustrative=False), ~Q(status_label="illustrative")),
                name="illustrative_indicator_is_labelled_so",
                violation_error_message="An illustrative indicator carries the status "
                "“illustrative”, and no other indicator does.",
            ),
            models.CheckConstraint(
                condition=Q(rate_per__gt=0), name="rate_is_per_something"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["count", "proportion"]) | ~PROTECTED,
                name="only_counts_are_small",
                violation_error_message="Only counts and proportions can be hidden or "
                "rounded as small counts.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("performance:indicator", args=[self.slug])

    def natural_key(self):
        return (self.slug,)

    @property
    def protected(self) -> bool:
        """Whether some of its figures may be hidden or rounded for some readers."""
        return any(
            (self.threshold, self.rounding, self.whole_threshold, self.whole_rounding)
        )

    @property
    def caveats(self) -> list[str]:
        return [line for line in self.what_would_mislead.splitlines() if line.strip()]


class IndicatorKeyIssueManager(models.Manager):
    def get_by_natural_key(self, indicator, key_issue):
        return self.get(indicator__slug=indicator, key_issue__slug=key_issue)


class IndicatorKeyIssue(models.Model):
    """Why an indicator stands under a key issue, and since when."""

    class Source(models.TextChoices):
        AGREEMENT = "agreement", "The agreement"
        ALIGNMENT = "alignment", "The alignment table"
        OFFICER = "officer", "An officer's choice"

    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, related_name="issue_links"
    )
    key_issue = models.ForeignKey(
        KeyIssue, on_delete=models.PROTECT, related_name="indicator_links"
    )
    source = models.CharField(max_length=10, choices=Source)
    lead = models.ForeignKey(
        Board,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Only where a record names one board for this indicator.",
    )
    valid_from = models.DateField("from", null=True, blank=True)
    valid_until = models.DateField("until", null=True, blank=True)

    objects = IndicatorKeyIssueManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["key_issue", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "key_issue"], name="indicator_is_under_issue_once"
            ),
            ends_after_start("indicator_key_issue"),
        ]

    def __str__(self):
        return f"{self.indicator} under {self.key_issue}"

    def natural_key(self):
        return (self.indicator.slug, self.key_issue.slug)


class SourceCodeManager(models.Manager):
    def get_by_natural_key(self, source_kind, code, indicator):
        return self.get(
            source_kind=source_kind, code=code, indicator__slug=indicator or None
        )


class SourceCode(models.Model):
    """How a source's own code or crime type becomes an indicator.

    A code may count in several indicators, and an indicator may be the sum of several
    codes. Codes change: one holds for periods that begin between its two days.
    """

    source_kind = models.CharField(max_length=15, choices=Indicator.SourceKind)
    code = models.CharField(max_length=150)
    indicator = models.ForeignKey(
        Indicator,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="source_codes",
        help_text="Empty for a code that is known and not used.",
    )
    valid_from = models.DateField("from", null=True, blank=True)
    valid_until = models.DateField("until", null=True, blank=True)

    objects = SourceCodeManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["source_kind", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_kind", "code", "indicator"],
                name="source_code_counts_once_in_an_indicator",
            ),
            ends_after_start("source_code"),
        ]

    def __str__(self):
        return f"{self.code} → {self.indicator or 'not used'}"

    def get_absolute_url(self):
        return reverse("performance:source_code", args=[self.pk])

    def natural_key(self):
        return (
            self.source_kind,
            self.code,
            self.indicator.slug if self.indicator else "",
        )
