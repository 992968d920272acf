#pragma once
/* The metrics page: `/metrics` (Prometheus text), `/healthz` (does the loop turn?), `/readyz` (does it answer
 * calls?). A thread of its own answers, from what the loop last published; it never waits for the loop. */

#include "common/service/service.h"

struct metrics;

/* Binds address and port. Port 0: no page, `ret_metrics` is NULL. UNAVAILABLE: the port is taken. */
enum code metrics_create(const char *address, uint16_t port, struct metrics **ret_metrics,
                         struct fault *ret_fault);
/* Takes the service's counters as they stand, at most once a second. Takes NULL. */
void metrics_publish(struct metrics *metrics, struct service *service);
void metrics_destroy(struct metrics *metrics);
