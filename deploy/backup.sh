#!/bin/sh
# Backs up the database of DATABASE_URL into a folder, proves that the copy can be read, and keeps the newest ones.
#
#   backup.sh FOLDER [KEPT]
set -eu

folder=${1:?usage: backup.sh FOLDER [KEPT]}
kept=${2:-14}
: "${DATABASE_URL:?is not set}"

umask 077
mkdir -p "$folder"
begun="$folder/.begun.$$"
trap 'rm -f "$begun"' EXIT

pg_dump --dbname="$DATABASE_URL" --format=custom --no-owner --no-privileges --file="$begun"
pg_restore --list "$begun" >/dev/null

made="$folder/jifen-$(date -u +%Y%m%dT%H%M%SZ).dump"
mv "$begun" "$made"
ls -1r "$folder"/jifen-*.dump | tail -n +"$((kept + 1))" | while read -r old; do rm -- "$old"; done
echo "$made"
