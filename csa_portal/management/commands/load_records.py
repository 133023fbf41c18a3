from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.base import DeserializationError

from csa_portal.records import load_records


class Command(BaseCommand):
    help = "Load a county's records from a folder of YAML files; overwrites nothing."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder, **options):
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        try:
            added = load_records(folder)
        except DeserializationError as error:
            raise CommandError(f"Nothing was added. {error}") from error
        self.stdout.write(f"{added} records added.")
