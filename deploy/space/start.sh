#!/bin/sh
# Serves under the Space's own name, with the published model once it is here.
set -e
export FLASHWORLD_ALLOW_HOST="${FLASHWORLD_ALLOW_HOST:-$SPACE_HOST}"
if [ "$FLASHWORLD_MODEL" = flashworld ]; then flashworld models pull flashworld --yes; fi
exec flashworld serve
