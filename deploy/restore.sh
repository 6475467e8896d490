#!/bin/sh
# Restores a backup into the empty database of DATABASE_URL, brings it up to this version, and runs the proofs.
#
#   restore.sh FILE
set -eu

file=${1:?usage: restore.sh FILE}
: "${DATABASE_URL:?is not set}"

tables=$(psql --dbname="$DATABASE_URL" --no-psqlrc --tuples-only --no-align --command="
    SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')")
if [ "$tables" != 0 ]; then
    echo "restore.sh: the database holds $tables tables already; restore into an empty one" >&2
    exit 2
fi

pg_restore --dbname="$DATABASE_URL" --no-owner --no-privileges --single-transaction --exit-on-error "$file"

jifen migrate
jifen verify
