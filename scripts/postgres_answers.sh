#!/bin/bash
# Whether a PostgreSQL lets us in at the address given.
.venv/bin/python -c '
import sys, psycopg
psycopg.connect(sys.argv[1], connect_timeout=3).close()
' "$1" 2>/dev/null
