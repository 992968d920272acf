/* `oracle FACTS SEARCHES`: were the answers of a running region right? In: JSON lines (README.md). Out: a
 * line for each difference, and `N agree, M differ`. */

#include "tests/oracle/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct reader {
    FILE *file;
    const char *name;
    char *line;
    size_t room;
    unsigned long number;
};

/* The next line; NULL after the last. One that is no JSON ends the program. */
static json_t *next_line(struct reader *reader)
{
    json_error_t error;
    if (getline(&reader->line, &reader->room, reader->file) < 0)
        return NULL;
    reader->number++;
    json_t *line = json_loads(reader->line, 0, &error);
    if (line)
        return line;
    fprintf(stderr, "%s:%lu: %s\n", reader->name, reader->number, error.text);
    exit(EX_DATAERR);
}

static struct reader open_file(const char *name)
{
    struct reader reader = {.file = fopen(name, "re"), .name = name};
    if (reader.file)
        return reader;
    perror(name);
    exit(EX_NOINPUT);
}

static void close_file(struct reader *reader)
{
    fclose(reader->file);
    free(reader->line);
}

/* Every type's records by id, the last said of each. */
static json_t *read_facts(const char *name)
{
    struct reader reader = open_file(name);
    json_t *types = json_object(), *line;
    while ((line = next_line(&reader))) {
        const char *type = text_of(line, "type");
        json_t *record = json_object_get(line, "record"), *records = json_object_get(types, type);
        if (!records) {
            records = json_object();
            json_object_set_new(types, type, records);
        }
        if (json_is_true(json_object_get(line, "deleted")))
            json_object_del(records, text_of(record, "id"));
        else
            json_object_set(records, text_of(record, "id"), record);
        json_decref(line);
    }
    close_file(&reader);
    return types;
}

#define READ(types, type, item, read, ret_count)                                                             \
    ({                                                                                                       \
        json_t *records_ = json_object_get(types, "ccrag.v1." type), *record_;                               \
        item *items_ = calloc(json_object_size(records_) + 1, sizeof(item));                                 \
        const char *id_;                                                                                     \
        *(ret_count) = 0;                                                                                    \
        json_object_foreach(records_, id_, record_) items_[(*(ret_count))++] = read(record_);                \
        items_;                                                                                              \
    })

struct all_facts {
    struct oracle_facts facts;
    void *owned[5];
};

static struct all_facts facts_of(const json_t *types)
{
    struct all_facts all = {0};
    struct oracle_facts *facts = &all.facts;
    facts->providers = all.owned[0] =
        READ(types, "Provider", struct oracle_provider, read_provider, &facts->provider_count);
    facts->provisions = all.owned[1] =
        READ(types, "Provision", struct oracle_provision, read_provision, &facts->provision_count);
    facts->groups = all.owned[2] =
        READ(types, "PlaceGroup", struct oracle_group, read_group, &facts->group_count);
    facts->vacancies = all.owned[3] =
        READ(types, "Vacancy", struct oracle_vacancy, read_vacancy_record, &facts->vacancy_count);
    facts->qualities = all.owned[4] =
        READ(types, "ProvisionQuality", struct oracle_quality, read_quality, &facts->quality_count);
    json_t *regions = json_object_get(types, "ccrag.v1.Region");
    facts->stale_days = (int)number_of(json_object_get(regions, "region"), "vacancyStaleDays");
    return all;
}

/* --- comparing --------------------------------------------------------------------------------------- */

static bool differs(unsigned long line, const char *what, size_t rank, long long got, long long want)
{
    if (got != want)
        printf("search %lu: %s of %zu is %lld, not %lld\n", line, what, rank, got, want);
    return got != want;
}

static bool result_differs(unsigned long line, size_t rank, const json_t *got,
                           const struct oracle_result *want)
{
    const json_t *marks = json_object_get(got, "marks");
    const char *id = text_of(got, "placeGroupId");
    if (strcmp(id, want->group_id) != 0) {
        printf("search %lu: result %zu is the group %s, not %s\n", line, rank, id, want->group_id);
        return true;
    }
    if (differs(line, "the score", rank, number_of(got, "score"), want->score) ||
        differs(line, "the distance", rank, number_of(got, "distanceM"), want->distance_m) ||
        differs(line, "the distance's quality", rank,
                enum_of(json_object_get(got, "distanceQuality"), "POSITION_QUALITY_", oracle_qualities),
                want->distance_quality) ||
        differs(line, "the fee", rank, number_of(got, "weeklyFeePence"), want->fee_pence) ||
        differs(line, "the free places", rank, number_of(got, "freePlaces"), want->free_places) ||
        differs(line, "the open concerns", rank, number_of(got, "openConcerns"), want->concerns) ||
        differs(line, "the suspensions", rank, number_of(got, "suspensions"), want->suspensions) ||
        differs(line, "staleness", rank, json_is_true(json_object_get(got, "vacancyStale")), want->stale) ||
        differs(line, "unverified", rank, json_is_true(json_object_get(got, "unverified")), want->unverified))
        return true;
    if (strcmp(text_of(got, "monitoredOn"), want->monitored_on) != 0) {
        printf("search %lu: the last visit of %zu is \"%s\", not \"%s\"\n", line, rank,
               text_of(got, "monitoredOn"), want->monitored_on);
        return true;
    }
    for (size_t i = 0; i < ORACLE_MARKS; i++)
        if (differs(line, "a mark", rank, number_of(json_array_get(marks, i), "mark"), want->marks[i]))
            return true;
    return false;
}

static bool miss_differs(unsigned long line, size_t rank, const json_t *got, const struct oracle_miss *want)
{
    return differs(line, "the near miss's criterion", rank,
                   enum_of(json_object_get(got, "criterion"), "CRITERION_", oracle_criteria),
                   want->criterion) ||
           differs(line, "the near miss's count", rank, number_of(got, "more"), want->more) ||
           differs(line, "the near miss's value", rank, number_of(got, "value"), want->value);
}

static bool answer_differs(unsigned long line, const json_t *got, const struct oracle_answer *want)
{
    const json_t *results = json_object_get(got, "results"), *misses = json_object_get(got, "nearMisses");
    if (differs(line, "the total", 0, number_of(got, "total"), (long long)want->total) ||
        differs(line, "considered", 0, number_of(got, "considered"), (long long)want->considered) ||
        differs(line, "the number of results", 0, (long long)json_array_size(results),
                (long long)want->result_count) ||
        differs(line, "the number of near misses", 0, (long long)json_array_size(misses),
                (long long)want->miss_count))
        return true;
    for (size_t i = 0; i < want->result_count; i++)
        if (result_differs(line, i + 1, json_array_get(results, i), &want->results[i]))
            return true;
    for (size_t i = 0; i < want->miss_count; i++)
        if (miss_differs(line, i + 1, json_array_get(misses, i), &want->misses[i]))
            return true;
    return false;
}

int main(int argc, char **argv)
{
    unsigned long agree = 0, differ = 0;
    if (argc != 3) {
        fputs("usage: oracle FACTS SEARCHES\n", stderr);
        return EX_USAGE;
    }
    json_t *types = read_facts(argv[1]), *line;
    struct all_facts all = facts_of(types);
    struct oracle *oracle = oracle_create(&all.facts);
    struct reader reader = open_file(argv[2]);
    while (oracle && (line = next_line(&reader))) {
        const json_t *answer = json_object_get(line, "answer");
        struct oracle_request request = read_request(json_object_get(line, "request"), answer);
        struct oracle_answer want = oracle_ask(oracle, &request);
        if (answer_differs(reader.number, answer, &want))
            differ++;
        else
            agree++;
        json_decref(line);
    }
    printf("%lu agree, %lu differ\n", agree, differ);
    close_file(&reader);
    oracle_destroy(oracle);
    for (int i = 0; i < 5; i++)
        free(all.owned[i]);
    json_decref(types);
    return differ != 0;
}
