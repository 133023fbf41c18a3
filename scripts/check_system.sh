#!/bin/bash
# Sees that the system packages are there; installs them where that needs no password,
# otherwise prints the command and stops. Arguments are packages that are needed too.
set -euo pipefail

needed=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation "$@")
missing=()

if command -v dpkg-query >/dev/null; then
    for package in "${needed[@]}"; do
        state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
        [[ $state == installed ]] || missing+=("$package")
    done
else
    echo "This is not Debian or Ubuntu: see that Pango, HarfBuzz (with its subset library) and the Liberation fonts are installed."
fi

python=$(scripts/find_python.sh 2>/dev/null || true)
if [[ -z $python ]] || ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [[ -n $python && $(readlink -f "$python") == /usr/bin/python3.* ]]; then
        missing+=("$(basename "$(readlink -f "$python")")-venv")
    else
        missing+=(python3 python3-venv)
    fi
fi

if ((${#missing[@]})); then
    as_root=()
    if ((EUID != 0)); then
        as_root=(sudo -n)
    fi
    if command -v apt-get >/dev/null && { ((EUID == 0)) || sudo -n true 2>/dev/null; }; then
        echo "Installing ${missing[*]}"
        "${as_root[@]}" apt-get update -qq
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
    else
        echo "Some system packages are missing. Install them with this command, then try again:" >&2
        echo "    sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
fi

python=$(scripts/find_python.sh)
if [[ -e .venv ]] && ! .venv/bin/python -c '' 2>/dev/null; then
    echo "The Python that .venv was made with has gone: making it again."
    rm -rf .venv
fi
echo "System packages are there. Python is $("$python" --version | cut -d' ' -f2)."
