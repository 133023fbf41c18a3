#!/bin/bash
# Prints the Python that .venv is made with: the first of these that is 3.11, 3.12 or 3.13.
for name in python3 python3.13 python3.12 python3.11; do
    if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
        command -v "$name"
        exit
    fi
done
echo "Python 3.11, 3.12 or 3.13 is needed and none was found. Install one (on Debian or Ubuntu: apt-get install python3 python3-venv), then try again." >&2
exit 1
