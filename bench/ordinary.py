"""The portal's CSV by django-import-export as it comes: previewed, then imported, in a
process of its own, which says how many seconds each took.

python -m bench.ordinary FILE
"""

import json
import os
import sys
import time
from pathlib import Path


def main(path: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csa_portal.settings")

    import django  # noqa: PLC0415 -- the environment comes first

    django.setup()

    import tablib  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from import_export import fields, resources, widgets  # noqa: PLC0415

    from partnerships.models import Area  # noqa: PLC0415
    from performance import periods  # noqa: PLC0415
    from performance.models import (  # noqa: PLC0415
        Indicator,
        Observation,
        Period,
        Upload,
    )

    upload = Upload.objects.create(
        filename=path.name, sha256="0" * 64, size=path.stat().st_size, state="checked"
    )

    class Figures(resources.ModelResource):
        """Nothing but what a row needs to be saved: its keys looked up by what it says."""

        indicator = fields.Field(
            attribute="indicator", widget=widgets.ForeignKeyWidget(Indicator, "slug")
        )
        area = fields.Field(
            attribute="area", widget=widgets.ForeignKeyWidget(Area, "name")
        )
        period = fields.Field(
            attribute="period", widget=widgets.ForeignKeyWidget(Period)
        )

        class Meta:
            model = Observation
            fields = ("indicator", "area", "period", "value")
            import_id_fields = ("indicator", "area", "period")

        def before_save_instance(self, instance, row, **kwargs):
            instance.upload = upload

    data = tablib.Dataset().load(path.read_text(), format="csv")
    # What a label names is for the reader to say, so that is not in its time.
    keys = {
        text: Period.objects.of(periods.parse(text)).pk for text in set(data["period"])
    }
    labels = data["period"]
    del data["period"]
    data.append_col([keys[text] for text in labels], header="period")
    connection.ensure_connection()
    seconds = []
    for dry_run in (True, False):
        start = time.perf_counter()
        result = Figures().import_data(data, dry_run=dry_run, raise_errors=True)
        seconds.append(time.perf_counter() - start)
    made = Observation.objects.filter(upload=upload)
    made._raw_delete(made.db)
    upload.delete()
    report = {"seconds": seconds, "new": result.totals["new"]}
    print(json.dumps(report))  # noqa: T201 -- what the benchmark reads


if __name__ == "__main__":
    main(Path(sys.argv[1]))
