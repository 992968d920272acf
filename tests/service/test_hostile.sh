#!/usr/bin/env bash
# Hostile frames, claims and strangers against each running service.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
start_region
for service in registry allocation fees monitoring matching; do
    "$BUILD/tests/service/hostile" "$CCRAG_REGION" "$service"
done
eventually "the region is still ready" ccrag status
