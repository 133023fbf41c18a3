"""Workers as processes of their own, on a database of their own: killed, and several."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from tests.performance.ingest.worker_scenes import QUARTERS

pytestmark = pytest.mark.django_db(transaction=True)  # there is a database to copy

SECONDS = 60  # in which each process must have done what it does
WORKER = (sys.executable, "manage.py", "worker")


@contextmanager
def copy_of_the_test_database(folder: Path) -> Iterator[str]:
    """The address of a copy with every table and no row, for a block."""
    if connection.vendor == "sqlite":
        path = folder / "portal.sqlite3"
        connection.ensure_connection()
        with sqlite3.connect(path) as copy:
            connection.connection.backup(copy)
        yield f"sqlite:///{path}"
        return
    at, name = connection.settings_dict, f"{connection.settings_dict['NAME']}_workers"
    server = (
        f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT'] or 5432}"
    )
    connection.close()
    with psycopg.connect(f"{server}/postgres", autocommit=True) as own:
        own.execute(f"drop database if exists {name} with (force)")
        own.execute(f"create database {name} template {at['NAME']}")
        yield f"{server}/{name}"
        own.execute(f"drop database {name} with (force)")


@pytest.fixture
def environment(transactional_db, tmp_path):
    with copy_of_the_test_database(tmp_path) as url:
        yield {
            **os.environ,
            "DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "csa_portal.settings",
            "DATABASE_URL": url,
            "MEDIA_ROOT": str(tmp_path / "files"),
        }


@pytest.fixture
def play(environment):
    """Runs a scene; returns what it says, or its code where another is expected."""

    def play(scene, *arguments, code=0):
        done = subprocess.run(
            [
                *(sys.executable, "-m", "tests.performance.ingest.worker_scenes"),
                *(scene, *arguments),
            ],
            env=environment,
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout) if done.stdout else None

    return play


@pytest.fixture
def start(environment):
    """Starts a process that is ended with the test."""
    started = []

    def start(*command):
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=settings.BASE_DIR,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        process.wait(timeout=SECONDS)


def test_a_worker_killed_in_the_middle_of_a_save_leaves_nothing_half(play, start):
    play("county", "save")

    play("killed", "INSERT INTO performance_current", code=-signal.SIGKILL)

    assert play("told") == {
        "uploads": ["committed", "checked"],
        "works": [["running", 1]],
        "interrupted": 1,
        "events": 1,
        "observations": 1,
        "findings": 2,
        "current": {"Preston": 1},
    }

    start(*WORKER, "--once").wait(timeout=SECONDS)

    assert play("told") == {
        "uploads": ["committed", "committed"],
        "works": [["done", 2]],
        "interrupted": 0,
        "events": 2,
        "observations": 3,
        "findings": 2,
        "current": {"Preston": 7, "Pendle": 8},
    }


def test_a_worker_killed_in_the_middle_of_a_check_leaves_the_file_unchecked(
    play, start
):
    play("county", "check")

    play("killed", "INSERT INTO performance_finding", code=-signal.SIGKILL)

    told = play("told")
    assert told["uploads"] == ["committed", "received"]
    assert told["works"] == [["running", 1]]
    assert told["findings"] == 1  # of the file that was saved before

    start(*WORKER, "--once").wait(timeout=SECONDS)

    told = play("told")
    assert told["uploads"] == ["committed", "checked"]
    assert told["works"] == [["done", 2]]
    assert (told["findings"], told["events"]) == (2, 1)


@pytest.mark.skipif(
    settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"),
    reason="on SQLite one worker writes at a time",
)
def test_several_workers_do_each_piece_once(play, start):
    play("county", "much")

    workers = [start(*WORKER, "--once") for _ in range(3)]
    for worker in workers:
        assert worker.wait(timeout=SECONDS) == 0

    told = play("told")
    assert told["works"] == [["done", 1]] * len(QUARTERS)
    assert told["events"] == 1 + len(QUARTERS)
    assert told["observations"] == 1 + len(QUARTERS)


def test_make_run_serves_with_a_worker_and_stops_both(play, start):
    """A worker that is killed is started again, and takes up what waits."""
    play("county")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    portal = start("scripts/serve.sh", str(port))
    children = Path(f"/proc/{portal.pid}/task/{portal.pid}/children")
    wait_until(lambda: answers(port))
    server, worker = map(int, children.read_text().split())

    os.kill(worker, signal.SIGKILL)
    play("work_waits", "save")

    wait_until(lambda: play("told")["works"] == [["done", 1]])
    again = {int(pid) for pid in children.read_text().split()} - {server}
    portal.terminate()
    assert portal.wait(timeout=SECONDS) == 0
    assert not answers(port)
    assert not any(Path(f"/proc/{pid}").exists() for pid in {server, *again})


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return True
    except OSError:
        return False


def wait_until(true) -> None:
    for _ in range(SECONDS * 5):
        if true():
            return
        time.sleep(0.2)
    pytest.fail(f"That did not come about within {SECONDS} seconds.")
