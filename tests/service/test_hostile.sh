#!/usr/bin/env bash
# Hostile frames, claims and strangers against a running registry.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
start_region
"$BUILD/tests/service/hostile" "$CCRAG_REGION"
eventually "the region is still ready" ccrag status
