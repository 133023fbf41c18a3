from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.management.base import BaseCommand, CommandError

from partnerships.models import Board, Partner, RoleAssignment, User
from partnerships.roles import give_role


class Command(BaseCommand):
    help = "Give an account a role: how a new portal gets its first administrator."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("role", choices=RoleAssignment.Role.values)
        parser.add_argument("--partner", help="Slug of the partner the role is for.")
        parser.add_argument("--board", help="Slug of the board the role is for.")

    def handle(self, *, username, role, partner, board, **options):
        try:
            given = give_role(
                User.objects.get(username=username),
                role,
                by=None,
                partner=Partner.objects.get(slug=partner) if partner else None,
                board=Board.objects.get(slug=board) if board else None,
            )
        except ObjectDoesNotExist as error:
            raise CommandError(f"{error} Check the name and try again.") from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{username} is now {given}.")
