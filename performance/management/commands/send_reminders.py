from smtplib import SMTPException

from django.core.management.base import BaseCommand, CommandError

from csa_portal.documents.dates import today
from performance import reminders


class Command(BaseCommand):
    help = "Remind people by e-mail of figures that are due or late, one e-mail each."

    def add_arguments(self, parser):
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Say who would be reminded, and stop.",
        )

    def handle(self, *args, dry_run, **options):
        failed = 0
        for digest in list(reminders.digests(today())):
            line = f"{digest.user.get_username()}: {digest.subject}"
            if not dry_run:
                try:
                    reminders.send(digest)
                except (SMTPException, OSError) as error:
                    failed += 1
                    self.stderr.write(f"{line}: not sent ({error})")
                    continue
            self.stdout.write(line)
        if failed:
            raise CommandError(
                f"{failed} reminders could not be sent. They are tried again next time."
            )
