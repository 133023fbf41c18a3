"""A real server with the demonstration county, and a browser to walk it with."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from playwright.sync_api import sync_playwright

from csa_portal.demo_accounts import PASSWORD
from csa_portal.demonstration import FIGURES
from tests.sample_files import FAULTY_FILE, GOOD_FILE, KEPT_TABLE, UNKNOWN_FILE

WIDTHS = (320, 768, 1280)
START_SECONDS = 30

# Numbers of uploads in the server's own database: the demonstration's files are saved,
# and after them one file with changes to show, one with errors and a table that nobody
# has described were checked.
SAVED = 1
WITH_CHANGES = len(FIGURES) + 1
WITH_ERRORS = len(FIGURES) + 2
UNKNOWN = len(FIGURES) + 3
# Two more whose files wait to be checked: there is no worker beside this server, and of the
# second it looks as if one had been killed.
WAITING = len(FIGURES) + 4
INTERRUPTED = len(FIGURES) + 5
LEAVE_WORK = """
from django.utils import timezone
from performance.ingest.checking import keep_file
from performance.ingest.work import begin
from performance.models import Work
from tests.sample_files import GOOD_FILE
for number in range(2):
    work = begin(keep_file(GOOD_FILE, "large.csv", by=None), "check", by=None)
Work.objects.filter(pk=work.pk).update(
    state="running", started_at=timezone.now(), attempts=1
)
"""

KEEP_TABLE = f"""
from performance import mappings
mappings.keep(*{KEPT_TABLE!r}, by=None)
"""


def database_url(folder: Path, worker: str) -> str:
    """A database of the server's own, of the kind the suite runs on."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{folder / 'portal.sqlite3'}"
    name = f"test_portal_served_{worker}"
    at = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT'] or 5432}"
    with psycopg.connect(f"postgres://{at}/postgres", autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")
        connection.execute(f"create database {name}")
    return f"postgres://{at}/{name}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def server(tmp_path_factory, worker_id):
    """The address of the portal, served by gunicorn as make run serves it."""
    folder = tmp_path_factory.mktemp("served")
    environment = {
        **os.environ,
        "DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "csa_portal.settings",
        "DATABASE_URL": database_url(folder, worker_id),
        "MEDIA_ROOT": str(folder / "files"),
    }

    def run(*command):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            env=environment,
            cwd=settings.BASE_DIR,
            check=True,
            capture_output=True,
        )

    run("migrate", "--verbosity=0")
    run("load_demo")
    check(run, folder, GOOD_FILE)
    check(run, folder, FAULTY_FILE)
    check(run, folder, UNKNOWN_FILE)
    run("shell", "--command", f"{KEEP_TABLE}{LEAVE_WORK}")
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "csa_portal.wsgi"),
            *("--bind", f"127.0.0.1:{port}", "--threads", "4", "--log-level", "error"),
        ],
        env=environment,
        cwd=settings.BASE_DIR,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/readyz")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)


def check(run, folder: Path, data: bytes) -> None:
    """Leave a file checked and not saved; its number follows the demonstration's."""
    path = folder / "figures.csv"
    path.write_bytes(data)
    with contextlib.suppress(subprocess.CalledProcessError):  # it has errors to show
        run("load_data", str(path), "--by", "analyst")


def wait_for(url: str) -> None:
    for _ in range(START_SECONDS * 10):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"{url} did not answer within {START_SECONDS} seconds")


@pytest.fixture(scope="session")
def chromium():
    found = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found if Path(found).exists() else None,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def visitor(chromium, server):
    """Opens a browser as somebody: visitor("analyst", width=320) or visitor(None)."""
    sessions: dict[str, dict] = {}

    def open_as(username=None, *, width=1280, script=True):
        if username and username not in sessions:
            sessions[username] = sign_in(chromium, server, username)
        return chromium.new_context(
            base_url=server,
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
            storage_state=sessions.get(username),
            reduced_motion="reduce",
        )

    return open_as


def sign_in(chromium, server, username) -> dict:
    with chromium.new_context(base_url=server) as context:
        page = context.new_page()
        page.goto("/accounts/login/")
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{server}/")
        return context.storage_state()
