from django.core.management.base import BaseCommand
from django.utils import timezone

from csa_portal import retention


class Command(BaseCommand):
    help = "Clear what is past the time that settings keep it for."

    def add_arguments(self, parser):
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Say what would be cleared, and stop.",
        )

    def handle(self, *args, dry_run, **options):
        counted = retention.clear(timezone.now(), dry_run=dry_run)
        for what, count in counted.items():
            self.stdout.write(f"{count:,} {what}")
        if dry_run:
            self.stdout.write("Nothing was cleared.")
