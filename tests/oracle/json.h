#pragma once
/* From the canonical JSON of the API to the oracle's structs. Texts are borrowed from the JSON, which must
 * outlive them. What is left out has its default; enums are read by name or number, 64-bit numbers as text or
 * number. */

#include "tests/oracle/oracle.h"

#include <jansson.h>

struct oracle_provider read_provider(const json_t *record);
struct oracle_provision read_provision(const json_t *record);
struct oracle_group read_group(const json_t *record);
struct oracle_vacancy read_vacancy_record(const json_t *record);
struct oracle_quality read_quality(const json_t *record);

/* `answer` gives the home, and whether concerns are known. */
struct oracle_request read_request(const json_t *request, const json_t *answer);

/* A field by name: texts "" and numbers 0 where it is left out. */
const char *text_of(const json_t *object, const char *name);
long long number_of(const json_t *object, const char *name);
/* An enum, by one of `names` (the first is 1), behind `prefix`, or by number; 0: left out or unknown. */
int enum_of(const json_t *value, const char *prefix, const char *const *names);

extern const char *const oracle_qualities[], *const oracle_criteria[];
