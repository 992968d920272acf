#pragma once
/* The services of a region as processes of this machine. */

#include "services/cli/cli.h"

#include <sys/types.h>

/* The services that may run here, in the order in which they start; NULL past the last. */
const char *daemon_at(size_t index);
/* The program of a service, beside this one; NULL: it is not built or installed here. In the arena. */
const char *daemon_program(const char *service, struct arena *arena);
/* Does it run and is ready, by its pid file and the kernel's word? `ret_pid` may be NULL. */
bool daemon_runs(const char *directory, const char *service, pid_t *ret_pid);
/* The same, or it was started here and is not ready yet. */
bool daemon_lives(const char *directory, const char *service, pid_t *ret_pid);
/* Starts one in a session of its own, its output appended to DIR/log/NAME.log. INTERNAL: what is to name the
 * process cannot be written under DIR; none is left. */
enum code daemon_start(const char *directory, const char *service, struct arena *arena, pid_t *ret_pid,
                       struct fault *ret_fault);
/* The last line it wrote to its log, for a sentence about why it ended; "" where there is none. */
const char *daemon_last_words(const char *directory, const char *service, struct arena *arena);
