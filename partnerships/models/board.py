from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from csa_portal.documents.dates import validate_partial_date
from partnerships.models.area import Area
from partnerships.models.dated import DatedQuerySet, ends_after_start
from partnerships.models.legislation import Provision
from partnerships.models.partner import Partner
from partnerships.models.slugged import DatedSlugManager


class Board(models.Model):
    """A board, group or network in which partners work together."""

    class Kind(models.TextChoices):
        COUNTY_STRATEGY_GROUP = "county_strategy_group", "County strategy group"
        STRATEGIC = "strategic", "Strategic board or group"
        TACTICAL = "tactical", "Tactical or task group"
        DELIVERY = "delivery", "Delivery group"
        DISTRICT_CSP = "district_csp", "District community safety partnership"
        SCRUTINY = "scrutiny", "Scrutiny committee"
        NETWORK = "network", "Network or movement"

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        ACTIVE = "active", "Active"
        UNDER_REVIEW = "under_review", "Under review"
        ENDED = "ended", "Ended"

    name = models.CharField(max_length=150, unique=True)
    short_name = models.CharField(max_length=60, blank=True)
    slug = models.SlugField(max_length=100, unique=True)
    kind = models.CharField(max_length=25, choices=Kind)
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)
    established = models.CharField(
        max_length=10, blank=True, validators=[validate_partial_date]
    )
    stands_for_several = models.BooleanField(
        default=False,
        help_text="One record for several bodies of a kind, such as “District CSPs”.",
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="boards"
    )
    host = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="hosts"
    )
    statutory_root = models.ForeignKey(
        Provision, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    purpose = models.TextField(blank=True)
    topic = models.CharField(
        max_length=100,
        blank=True,
        help_text="What it deals with, for a body outside the key issues.",
    )
    valid_from = models.DateField("active from", null=True, blank=True)
    valid_until = models.DateField("active until", null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="succeeded",
    )

    objects = DatedSlugManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]
        constraints = [ends_after_start("board")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("partnerships:board", args=[self.slug])

    def natural_key(self):
        return (self.slug,)


class BoardAliasManager(models.Manager):
    def get_by_natural_key(self, name):
        return self.get(name=name)


class BoardAlias(models.Model):
    """Another name the same board goes by, or went by."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=150, unique=True)
    former = models.BooleanField("a former name", default=False)
    where = models.CharField(
        max_length=100, blank=True, help_text="Where it is used, such as “section 8”."
    )

    objects = BoardAliasManager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "board aliases"

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.name,)


class BoardRelationManager(models.Manager.from_queryset(DatedQuerySet)):
    def get_by_natural_key(self, lower, upper, kind):
        return self.get(lower__slug=lower, upper__slug=upper, kind=kind)


class BoardRelation(models.Model):
    """A line of the accountability map, from the lower body to the upper one."""

    class Kind(models.TextChoices):
        ACCOUNTABLE_TO = "accountable_to", "answers to"
        REPORTS_TO = "reports_to", "reports to"
        PART_OF = "part_of", "is part of"
        LINKS_INTO = "links_into", "links into"
        DELIVERS_FOR = "delivers_for", "delivers for"

    lower = models.ForeignKey(
        Board, on_delete=models.CASCADE, related_name="relations_up"
    )
    upper = models.ForeignKey(
        Board, on_delete=models.CASCADE, related_name="relations_down"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    interval = models.CharField(
        max_length=60,
        blank=True,
        help_text="How often, if it is recorded. “Regularly” is not an interval.",
    )
    as_published = models.CharField(
        max_length=200, blank=True, help_text="The document's own words."
    )
    valid_from = models.DateField("from", null=True, blank=True)
    valid_until = models.DateField("until", null=True, blank=True)

    objects = BoardRelationManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["upper", "lower"]
        constraints = [
            models.UniqueConstraint(
                fields=["lower", "upper", "kind"],
                name="board_relation_is_recorded_once",
                violation_error_message="This line is recorded already.",
            ),
            models.CheckConstraint(
                condition=~Q(lower=models.F("upper")),
                name="board_does_not_answer_to_itself",
                violation_error_message="A body cannot answer to itself.",
            ),
            ends_after_start("board_relation"),
        ]

    def __str__(self):
        return f"{self.lower} {self.get_kind_display()} {self.upper}"

    def natural_key(self):
        return (self.lower.slug, self.upper.slug, self.kind)


class MembershipManager(models.Manager.from_queryset(DatedQuerySet)):
    def get_by_natural_key(self, board, partner, role):
        return self.get(board__slug=board, partner__slug=partner, role=role)


class Membership(models.Model):
    """A partner's place on a board: members and those who attend are different sets."""

    class Role(models.TextChoices):
        CHAIR = "chair", "Chair"
        MEMBER = "member", "Member"
        ATTENDS = "attends", "Attends"

    board = models.ForeignKey(
        Board, on_delete=models.CASCADE, related_name="memberships"
    )
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=10, choices=Role)
    post = models.CharField(
        max_length=100, blank=True, help_text="The post held, never a person's name."
    )
    valid_from = models.DateField("from", null=True, blank=True)
    valid_until = models.DateField("until", null=True, blank=True)

    objects = MembershipManager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["board", "role", "partner"]
        constraints = [
            models.UniqueConstraint(
                fields=["board", "partner", "role"],
                name="membership_is_recorded_once",
                violation_error_message="This place on the board is recorded already.",
            ),
            ends_after_start("membership"),
        ]

    def __str__(self):
        return f"{self.partner}: {self.get_role_display()} of {self.board}"

    def natural_key(self):
        return (self.board.slug, self.partner.slug, self.role)
