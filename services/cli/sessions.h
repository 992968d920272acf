#pragma once
/* Sessions of people who signed in at this command line: a token each, in a file that its owner alone can
 * read, in a folder per region under XDG_STATE_HOME (~/.local/state). */

#include "services/cli/cli.h"

/* A claim for five minutes from the kept token of that person. UNAUTHENTICATED: nobody signed in as them, or
 * the session has ended; the reason says what to do. */
enum code session_claim(struct cli *cli, const char *email, const Pb__SignedClaim **ret_claim,
                        struct fault *ret_fault);

/* Keeps a token; forgets one (what was not there is no error); reads one. */
enum code session_keep(struct cli *cli, const char *email, struct span token, struct fault *ret_fault);
enum code session_forget(struct cli *cli, const char *email, struct fault *ret_fault);
enum code session_read(struct cli *cli, const char *email, struct span *ret_token, struct fault *ret_fault);
