from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from csa_portal.documents.pdf import MissingAsset
from priorities import document
from priorities.models import Version
from priorities.pdf import agreement_pdf


class Command(BaseCommand):
    help = "Write an agreement as a tagged PDF."

    def add_arguments(self, parser):
        parser.add_argument("edition", help="its term, such as 2022-2025")
        parser.add_argument("--version", dest="number", default="", metavar="N")
        parser.add_argument("-o", dest="path", required=True, metavar="FILE.pdf")

    def create_parser(self, prog_name, subcommand, **kwargs):
        """Django's own --version gives way to the agreement's."""
        return super().create_parser(
            prog_name, subcommand, conflict_handler="resolve", **kwargs
        )

    def handle(self, *, edition, number, path, **options):
        try:
            version = document.version_of(edition, number)
            document.check(version)
            content = agreement_pdf(version)
            Path(path).write_bytes(content)
        except (
            Version.DoesNotExist,
            document.UnknownTable,
            MissingAsset,
            OSError,
        ) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{version} is in {path} ({len(content) // 1000} kB).")
