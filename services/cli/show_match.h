#pragma once
/* The answer of a search for people. */

#include "services/cli/cli.h"

#include "ccrag/v1/matching.pb-c.h"

/* Prints the table, the reasons, what to relax when there are few, how old the facts are; returns an exit
 * status. */
int show_match(struct cli *cli, const Pb__SearchRequest *search, const Pb__SearchResponse *response);
