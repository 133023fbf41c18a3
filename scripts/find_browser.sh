#!/bin/bash
# The browser tests use $CHROMIUM, else /usr/bin/chromium, else the one Playwright fetches,
# else the system's package.
set -euo pipefail

if [[ -n ${CHROMIUM:-} ]]; then
    [[ -x $CHROMIUM ]] || { echo "CHROMIUM names $CHROMIUM, which cannot be run." >&2; exit 1; }
elif [[ ! -x /usr/bin/chromium ]]; then
    echo "There is no /usr/bin/chromium: fetching the browser tests' own with Playwright"
    SUDO=()
    ((EUID == 0)) || SUDO=(sudo -n)
    if ! { ((EUID == 0)) || sudo -n true 2>/dev/null; }; then
        .venv/bin/playwright install --only-shell chromium
    elif ! .venv/bin/playwright install --with-deps --only-shell chromium; then
        echo "That could not be fetched: installing the system's own chromium instead"
        "${SUDO[@]}" apt-get update -qq
        "${SUDO[@]}" apt-get install -y -qq chromium
    fi
fi
