"""The settings refuse what would be unsafe, each in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def check(**environment):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level=WARNING"],
        env={**kept, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "SECRET_KEY"),
        ({"SECRET_KEY": "x" * 60}, "ALLOWED_HOSTS"),
        ({"DEMO": "1", "DEBUG": "1"}, "DEMO and DEBUG cannot both be set"),
    ],
)
def test_unsafe_settings_are_refused(environment, said):
    result = check(**environment)

    assert result.returncode != 0
    assert said in result.stderr


def test_in_service_djangos_own_checklist_is_met():
    result = check(
        SECRET_KEY="abcdefghijklmnopqrstuvwxyz" * 3,
        ALLOWED_HOSTS="portal.example.gov.uk",
    )

    warned = [line for line in result.stderr.splitlines() if "security.W" in line]
    # how long HSTS lasts, and for which names, is the county's own decision
    assert all("W005" in line or "W021" in line for line in warned), result.stderr
