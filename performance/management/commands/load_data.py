from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from partnerships.models import User
from performance.ingest.changes import changes_of
from performance.ingest.checking import receive
from performance.ingest.commit import NOTHING_CHANGES, Blocked, MovedOn, commit_upload
from performance.models import Event, Upload

ERRORS, NEEDS_REASON = 1, 2  # the codes it ends with; 0 is clean, or saved


class Command(BaseCommand):
    help = "Check files of figures, say what they would change, and save them."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--source", choices=Upload.SourceKind.values, default="")
        parser.add_argument("--commit", action="store_true", help="Save the changes.")
        parser.add_argument("--by", metavar="USERNAME", help="Who saves them.")
        parser.add_argument(
            "--reason", default="", help="Why queried figures are right."
        )

    def handle(self, *args, files, source, commit, by, reason, **options):
        user = self.user(by)
        uploads = [
            receive(self.bytes_of(path), path.name, by=user, kind=source)
            for path in files
        ]
        for upload in uploads:
            self.print_findings(upload)
        if any(upload.findings.errors().exists() for upload in uploads):
            raise CommandError("Nothing was saved.", returncode=ERRORS)
        for upload in uploads:
            self.load(upload, commit, user, reason)

    def user(self, username):
        if not username:
            return None
        try:
            return User.objects.get(username=username, is_active=True)
        except User.DoesNotExist as error:
            raise CommandError(f"There is no user {username}.") from error

    def bytes_of(self, path):
        try:
            size = path.stat().st_size
            if size > settings.MAX_UPLOAD_BYTES:
                raise CommandError(f"{path} has {size:,} bytes, more than is taken.")
            return path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from error

    def print_findings(self, upload):
        self.stdout.write(
            f"{upload}: {upload.get_source_kind_display() or 'not recognised'}, "
            f"{upload.rows_read:,} rows, {upload.figures_read:,} figures"
        )
        for finding in upload.findings.all():
            where = " ".join(filter(None, [finding.sheet, finding.where]))
            says = f" “{finding.text}”" if finding.text else ""
            self.stdout.write(
                f"  {finding.get_level_display()} {where}{says}: {finding.wrong} "
                f"{finding.mend}".rstrip()
            )

    def load(self, upload, commit, user, reason):
        changes = changes_of(upload)
        self.stdout.write(
            f"{upload}: {len(changes.new):,} new, {len(changes.changed):,} changed, "
            f"{len(changes.removed):,} removed, {len(changes.unchanged):,} unchanged"
        )
        if not changes.total:
            self.stdout.write(NOTHING_CHANGES)
            return
        asked = upload.findings.unanswered().exists() or (commit and changes.published)
        if asked and not reason.strip():
            raise CommandError(
                "Give --reason: say why queried figures are right, or why published "
                "ones change.",
                returncode=NEEDS_REASON,
            )
        if not commit:
            return
        try:
            event = commit_upload(
                upload, by=user, reason=reason, seen=Event.objects.latest_number()
            )
        except (Blocked, MovedOn) as refusal:
            raise CommandError(str(refusal), returncode=ERRORS) from refusal
        self.stdout.write(f"{upload} is saved as event {event.number}.")
