#pragma once
/* Passwords and codes from people: from the terminal without echo, or from a descriptor that was handed over.
 */

#include "services/cli/cli.h"

/* One line. `prompt` is shown on the terminal; `descriptor` is a number as text (`--password-fd 3`), NULL:
 * the terminal. NULL: complained of. In the arena; the caller wipes it with secret_forget when it is used. */
char *secret_ask(struct cli *cli, const char *prompt, const char *descriptor);
void secret_forget(char *text);
