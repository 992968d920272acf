#pragma once
/* A second opinion on searches: facts and a request in, the answer out, by brute force, from
 * services/matching/README.md alone. It shares no line with the engine, not even the distance; numbers of
 * enums are those of the API. README.md says how it is used. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ORACLE_LIST_MAX = 64, /* needs, kinds, areas … of one fact or request */
    ORACLE_MARKS = 8, /* distance, judgement, fee, freshness, needs, age, vacancy, concern: in this order */
    ORACLE_CRITERIA = 17,
};

struct oracle_list {
    int count, values[ORACLE_LIST_MAX];
};

struct oracle_texts {
    int count;
    const char *values[ORACLE_LIST_MAX];
};

struct oracle_provider {
    const char *id;
    int state; /* ProviderState */
};

struct oracle_provision {
    const char *id, *provider_id, *urn, *local_authority, *name;
    const char *opened_on, *closed_on; /* `YYYY-MM-DD`; empty: not known, open */
    int kind, status, claim_state, judgement, quality;
    bool has_position;
    int latitude_e7, longitude_e7, age_min, age_max, gender;
    long long fee_pence;
    struct oracle_list attendances;
    struct oracle_texts contracts;
};

struct oracle_group {
    const char *id, *provision_id;
    struct oracle_list needs, adaptations, attendances;
    int age_min, age_max, gender;
    bool solo;
    long long fee_pence;
};

struct oracle_period {
    const char *from, *until; /* `YYYY-MM-DD`; `until` empty: open */
    int places;
};

struct oracle_vacancy {
    const char *id; /* of the group */
    int count;
    struct oracle_period free[ORACLE_LIST_MAX];
    long long confirmed_at_ms;
};

struct oracle_quality {
    const char *id;                     /* of the provision */
    int concerns, suspensions, gravest; /* ConcernSeverity */
    const char *visited_on;
};

/* Texts are borrowed; records of one kind have different ids. */
struct oracle_facts {
    const struct oracle_provider *providers;
    const struct oracle_provision *provisions;
    const struct oracle_group *groups;
    const struct oracle_vacancy *vacancies;
    size_t provider_count, provision_count, group_count, vacancy_count;
    int stale_days; /* 0: 28 */
    const struct oracle_quality *qualities;
    size_t quality_count;
};

struct oracle_request {
    int home_latitude_e7, home_longitude_e7, home_quality;
    int age, gender, attendance, siblings, urgency, worst_judgement;
    bool solo, concerns_known;
    struct oracle_list needs, kinds, adaptations;
    struct oracle_texts avoid;
    const char *today, *start_on, *end_on, *contract_id;
    long long within_m, fee_max_pence, asked_at_ms;
    int weights[ORACLE_CRITERIA]; /* by Criterion; -1: the published one */
    int size;
};

struct oracle_result {
    const char *group_id, *provision_id;
    int score, distance_m, distance_quality, free_places, marks[ORACLE_MARKS];
    long long fee_pence;
    bool stale, unverified;
    int concerns, suspensions;
    const char *monitored_on;
    const char *urn; /* for the order */
};

struct oracle_miss {
    int criterion, more;
    long long value;
};

struct oracle_answer {
    struct oracle_result *results; /* the best `result_count`, in order */
    size_t result_count, total, considered;
    struct oracle_miss *misses;
    size_t miss_count;
};

struct oracle;

/* Facts made ready; they must outlive it. NULL out of memory. Free with oracle_destroy. */
struct oracle *oracle_create(const struct oracle_facts *facts);
void oracle_destroy(struct oracle *oracle);

/* The answer; its arrays belong to the oracle and last until the next question. */
struct oracle_answer oracle_ask(struct oracle *oracle, const struct oracle_request *request);

/* Metres between two points: the haversine of a sphere of 6371008.8 m, in long double, halves up. */
long long oracle_metres(int latitude_e7, int longitude_e7, int other_latitude_e7, int other_longitude_e7);
