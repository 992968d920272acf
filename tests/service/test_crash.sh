#!/usr/bin/env bash
# kill -9 at random instants under load. CRASHES sets how often the registry is killed, whose acknowledged commands are
# looked for (default 50; each other service a fifth as often), SEED which instants.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
crashes=${CRASHES:-50}
start_region
"$BUILD/tests/service/ledger" "$CCRAG_REGION" registry "$crashes" "${SEED:-1}"
for process in allocation fees monitoring matching; do
    "$BUILD/tests/service/ledger" "$CCRAG_REGION" "$process" $(((crashes + 4) / 5)) "${SEED:-1}"
done
eventually "the region is ready after all that" ccrag status
exits "and no audit log is broken" 0 ccrag audit verify
