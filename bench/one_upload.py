"""One file through the upload in a process of its own, which says what it took.

python -m bench.one_upload FILE [check]

Says "committing" when the figures are about to be saved, and at the end a line of JSON.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path


def own_peak() -> float:
    """This process's peak memory in megabytes; its parent's is no part of it, as it is of
    what getrusage says."""
    status = Path("/proc/self/status").read_text()
    line = next(each for each in status.splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 -- what the benchmark reads


def main(path: Path, *, commit: bool) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csa_portal.settings")

    import django  # noqa: PLC0415 -- the environment comes first

    django.setup()

    from django.db import connection  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from performance.ingest.checking import receive  # noqa: PLC0415
    from performance.ingest.commit import commit_upload  # noqa: PLC0415

    # As in a server that has answered before: connected, its addresses known.
    connection.ensure_connection()
    reverse("home")
    start = time.perf_counter()
    upload = receive(path.read_bytes(), path.name, by=None)
    checked = time.perf_counter()
    if commit:
        say("committing")
        commit_upload(upload, by=None, reason="The benchmark.")
    done = time.perf_counter()
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    megabytes = [own_peak(), child]
    report = {
        "checked": checked - start,
        "committed": done - checked,
        "megabytes": max(megabytes),
        "rows": upload.rows_read,
        "figures": upload.figures_read,
        "errors": sum(each.cells for each in upload.findings.errors()),
    }
    say(json.dumps(report))


if __name__ == "__main__":
    main(Path(sys.argv[1]), commit=sys.argv[2:] != ["check"])
