#!/bin/bash
# Serves the portal on 127.0.0.1:PORT with one worker beside it, until Ctrl+C or the server
# ends; a worker that ends by itself is started again. Each is asked to stop once, and may
# finish what it does; a second Ctrl+C does not wait for that.
set -uo pipefail

# Sessions of their own: Ctrl+C reaches them through this script alone, and not twice.
setsid .venv/bin/gunicorn csa_portal.wsgi --bind "127.0.0.1:$1" \
    --workers 2 --threads 4 --log-level warning &
server=$!

work() {
    setsid .venv/bin/python manage.py worker &
    worker=$!
}
work

asked=
stop() {
    asked=yes
    kill -TERM "$server" "$worker" 2>/dev/null
}
trap stop INT TERM HUP

while [[ -z $asked ]]; do
    wait -n "$server" "$worker"
    if ! kill -0 "$server" 2>/dev/null; then
        status=1
        break
    fi
    if [[ -z $asked ]] && ! kill -0 "$worker" 2>/dev/null; then
        sleep 1
        work
    fi
done
[[ -n $asked ]] || stop
while kill -0 "$server" 2>/dev/null || kill -0 "$worker" 2>/dev/null; do
    wait "$server" "$worker"
done
exit "${status:-0}"
