#!/bin/bash
# The browser tests use $CHROMIUM, else /usr/bin/chromium, else the one Playwright fetches.
set -euo pipefail

if [[ -n ${CHROMIUM:-} ]]; then
    [[ -x $CHROMIUM ]] || { echo "CHROMIUM names $CHROMIUM, which cannot be run." >&2; exit 1; }
elif [[ ! -x /usr/bin/chromium ]]; then
    echo "There is no /usr/bin/chromium: fetching the browser tests' own with Playwright"
    if ((EUID == 0)) || sudo -n true 2>/dev/null; then
        .venv/bin/playwright install --with-deps --only-shell chromium
    else
        .venv/bin/playwright install --only-shell chromium
    fi
fi
