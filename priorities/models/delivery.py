from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from csa_portal.documents.dates import validate_partial_date
from partnerships.models import Board
from partnerships.models.slugged import SlugManager
from priorities.models.agreement import Agreement
from priorities.models.key_issue import KeyIssue


class Strategy(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_FORCE = "in_force", "In force"
        TO_BE_REVISED = "to_be_revised", "To be revised"
        PLANNED = "planned", "Planned"
        NOT_RECORDED = "not_recorded", "No status recorded"

    title = models.CharField(max_length=150)
    slug = models.SlugField(max_length=100, unique=True)
    status = models.CharField(
        max_length=15, choices=Status, default=Status.NOT_RECORDED
    )
    starts = models.CharField(
        max_length=10, blank=True, validators=[validate_partial_date]
    )
    ends = models.CharField(
        max_length=10, blank=True, validators=[validate_partial_date]
    )
    dates_from_title = models.BooleanField(
        default=False, help_text="The dates were read from the years in the title."
    )
    owner = models.ForeignKey(
        Board,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="strategies",
    )
    unnamed = models.BooleanField(
        default=False,
        help_text="Stands for several strategies the agreement does not name.",
    )
    summary = models.TextField(blank=True)
    url = models.URLField(blank=True)

    objects = SlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["title"]
        verbose_name_plural = "strategies"

    def __str__(self):
        return self.title

    def natural_key(self):
        return (self.slug,)

    def lapses_inside(self, agreement: Agreement) -> bool:
        """Whether the strategy's last year comes before the agreement's."""
        return bool(self.ends) and int(self.ends[:4]) < agreement.ends_year


class StrategyAimManager(models.Manager):
    def get_by_natural_key(self, strategy, order):
        return self.get(strategy__slug=strategy, order=order)


class StrategyAim(models.Model):
    strategy = models.ForeignKey(
        Strategy, on_delete=models.CASCADE, related_name="aims"
    )
    order = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)

    objects = StrategyAimManager()

    class Meta:
        ordering = ["strategy", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["strategy", "order"], name="strategy_aim_has_its_place"
            )
        ]

    def __str__(self):
        return self.text

    def natural_key(self):
        return (self.strategy.slug, self.order)


class FrameworkColumn(models.TextChoices):
    STRATEGIC_GROUP = "strategic_group", "Strategic groups"
    STRATEGY = "strategy", "Strategies and plans"
    DELIVERY = "delivery", "Delivered by"


class FrameworkEntryManager(models.Manager):
    def get_by_natural_key(self, edition, key_issue, column, order):
        return self.get(
            agreement__edition=edition,
            key_issue__slug=key_issue,
            column=column,
            order=order,
        )


class FrameworkEntry(models.Model):
    """One line of a cell of the delivery framework: a board or a strategy."""

    Column = FrameworkColumn

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="framework"
    )
    key_issue = models.ForeignKey(
        KeyIssue, on_delete=models.PROTECT, related_name="framework"
    )
    column = models.CharField(max_length=20, choices=FrameworkColumn)
    order = models.PositiveSmallIntegerField()
    board = models.ForeignKey(
        Board, on_delete=models.PROTECT, null=True, blank=True, related_name="framework"
    )
    strategy = models.ForeignKey(
        Strategy,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="framework",
    )
    as_published = models.CharField(max_length=200)

    objects = FrameworkEntryManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["agreement", "key_issue", "column", "order"]
        verbose_name_plural = "framework entries"
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "key_issue", "column", "order"],
                name="framework_entry_has_its_place",
            ),
            models.CheckConstraint(
                condition=Q(
                    column="strategy", strategy__isnull=False, board__isnull=True
                )
                | Q(~Q(column="strategy"), strategy__isnull=True, board__isnull=False),
                name="framework_entry_fits_its_column",
                violation_error_message="Name a strategy in the column of strategies, "
                "and a board in the other two; never both.",
            ),
        ]

    def __str__(self):
        return f"{self.key_issue}: {self.board or self.strategy}"

    def natural_key(self):
        return (
            self.agreement.edition,
            self.key_issue.slug,
            self.column,
            self.order,
        )


class FrameworkGapManager(models.Manager):
    def get_by_natural_key(self, edition, key_issue, column):
        return self.get(
            agreement__edition=edition, key_issue__slug=key_issue, column=column
        )


class FrameworkGap(models.Model):
    """An empty cell of the framework, kept as a fact with its reason and owner."""

    class Reason(models.TextChoices):
        NOT_STATED = "not_stated", "not stated"
        NONE_EXISTS = "none_exists", "none exists"
        NOT_YET_IDENTIFIED = "not_yet_identified", "not yet identified"
        NOT_PUBLISHED = "not_published", "not published"
        NOT_APPLICABLE = "not_applicable", "not applicable"

    Column = FrameworkColumn

    agreement = models.ForeignKey(
        Agreement, on_delete=models.CASCADE, related_name="gaps"
    )
    key_issue = models.ForeignKey(
        KeyIssue, on_delete=models.PROTECT, related_name="gaps"
    )
    column = models.CharField(max_length=20, choices=FrameworkColumn)
    reason = models.CharField(max_length=20, choices=Reason, default=Reason.NOT_STATED)
    explanation = models.TextField()
    owner = models.ForeignKey(
        Board, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_on = models.CharField(max_length=10, validators=[validate_partial_date])
    look_again_by = models.DateField(null=True, blank=True)

    objects = FrameworkGapManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["agreement", "key_issue", "column"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "key_issue", "column"],
                name="framework_gap_is_recorded_once",
            )
        ]

    def __str__(self):
        return f"{self.key_issue}: no {self.get_column_display().lower()} recorded"

    def natural_key(self):
        return (self.agreement.edition, self.key_issue.slug, self.column)
