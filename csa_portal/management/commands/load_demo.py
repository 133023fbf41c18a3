from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from csa_portal import demonstration
from csa_portal.demo_accounts import ACCOUNTS, PASSWORD
from priorities.document import current_version
from priorities.pdf import agreement_pdf, kept_size


class Command(BaseCommand):
    help = "Load the demonstration county; adds what is missing and overwrites nothing."

    def add_arguments(self, parser):
        parser.add_argument(
            "--reset", action="store_true", help="Delete everything first."
        )

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError(
                "This is the demonstration county. It is loaded only with DEMO=1, so "
                "that its accounts can never reach a portal in service."
            )
        if options["reset"]:
            call_command("flush", interactive=False, verbosity=0)
        for sentence in demonstration.load_everything():
            self.stdout.write(sentence)
        version = current_version()
        if version and kept_size(version) is None:
            agreement_pdf(version)
            self.stdout.write("The agreement's PDF is made.")
        names = ", ".join(name for name, *_ in ACCOUNTS)
        self.stdout.write(f"Accounts: {names}. The password of each is {PASSWORD}.")
