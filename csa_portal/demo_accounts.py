"""The demonstration's accounts, one a role, named by role; only ever with DEMO=1."""

from django.db import transaction

from partnerships.models import Board, Partner, RoleAssignment, User

PASSWORD = "community-safety"  # printed on the demonstration's own sign-in page

Role = RoleAssignment.Role
ACCOUNTS = [
    ("board-member", Role.BOARD_MEMBER, "burnley-borough-council", ""),
    ("partner-lead", Role.PARTNER_LEAD, "", "violence-reduction-network"),
    ("data-provider", Role.DATA_PROVIDER, "lancashire-constabulary", ""),
    ("analyst", Role.ANALYST, "lancashire-county-council", ""),
    ("second-analyst", Role.ANALYST, "lancashire-county-council", ""),
    ("officer", Role.OFFICER, "lancashire-county-council", ""),
    ("second-officer", Role.OFFICER, "lancashire-county-council", ""),
    ("administrator", Role.ADMINISTRATOR, "lancashire-county-council", ""),
]


def load_accounts() -> int:
    """One account a role, with a second officer and analyst; returns how many are new."""
    added = 0
    for username, role, partner, board in ACCOUNTS:
        if User.objects.filter(username=username).exists():
            continue
        add_account(
            username,
            role,
            partner=Partner.objects.get(slug=partner) if partner else None,
            board=Board.objects.get(slug=board) if board else None,
        )
        added += 1
    return added


@transaction.atomic
def add_account(
    username: str, role: str, *, partner: Partner | None, board: Board | None
) -> User:
    user = User.objects.create_user(
        username,
        email=f"{username}@example.gov.uk",
        password=PASSWORD,
        partner=partner,
        post=username.replace("-", " ").capitalize(),
    )
    for_a_body = role in (Role.BOARD_MEMBER, Role.PARTNER_LEAD, Role.DATA_PROVIDER)
    RoleAssignment.objects.create(
        user=user, role=role, board=board, partner=partner if for_a_body else None
    )
    return user
