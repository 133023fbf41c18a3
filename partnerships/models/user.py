from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from partnerships.models.board import Board
from partnerships.models.partner import Partner


class User(AbstractUser):
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="users"
    )
    post = models.CharField(max_length=100, blank=True)

    history = HistoricalRecords(
        excluded_fields=["password", "last_login", "first_name", "last_name"]
    )

    def __str__(self):
        return self.get_full_name() or self.username


class RoleAssignment(models.Model):
    """A role a user has, and the partner or board it is for."""

    class Role(models.TextChoices):
        BOARD_MEMBER = "board_member", "Board member"
        PARTNER_LEAD = "partner_lead", "Partner lead"
        DATA_PROVIDER = "data_provider", "Data provider"
        ANALYST = "analyst", "Analyst"
        OFFICER = "officer", "Officer"
        ADMINISTRATOR = "administrator", "Administrator"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=20, choices=Role)
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The partner a board member, partner lead or data provider acts for.",
    )
    board = models.ForeignKey(
        Board,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The board a partner lead reports for.",
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["user", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(partner__isnull=True, board__isnull=True),
                name="role_is_given_once",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "partner"], name="role_is_given_once_a_partner"
            ),
            models.UniqueConstraint(
                fields=["user", "role", "board"], name="role_is_given_once_a_board"
            ),
            models.CheckConstraint(
                condition=Q(partner__isnull=True) | Q(board__isnull=True),
                name="role_has_one_scope",
                violation_error_message="Give a partner or a board, not both.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["analyst", "officer", "administrator"])
                | Q(partner__isnull=False)
                | Q(board__isnull=False),
                name="role_for_a_body_names_it",
                violation_error_message="Say which partner or board this role is for.",
            ),
        ]

    def __str__(self):
        scope = self.board or self.partner
        return (
            f"{self.get_role_display()} ({scope})" if scope else self.get_role_display()
        )
