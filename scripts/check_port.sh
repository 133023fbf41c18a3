#!/bin/bash
# Stops at once, before any work, when something already listens on the port.
if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
    echo "Something already answers on 127.0.0.1:$1. Stop it, or choose another port: make run PORT=8001" >&2
    exit 1
fi
