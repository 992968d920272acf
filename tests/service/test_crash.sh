#!/usr/bin/env bash
# kill -9 at random instants under load. CRASHES sets how often (default 10), SEED which instants.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
start_region
for process in registry matching; do
    "$BUILD/tests/service/ledger" "$CCRAG_REGION" "$process" "${CRASHES:-10}" "${SEED:-1}"
done
eventually "the region is ready after all that" ccrag status
