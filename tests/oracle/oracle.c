/* The oracle: every place group is asked every question, nothing is remembered, nothing is clever. In: facts
 * and a request that was found good. Out: what the engine must answer. Near misses are found by asking the
 * whole question again with one criterion relaxed. */

#include "tests/oracle/oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FAR = 1000000000 }; /* a day beyond all dates */

/* One group with all that is said of it. */
struct row {
    const struct oracle_group *group;
    const struct oracle_provision *provision;
    const struct oracle_vacancy *vacancy; /* NULL: none stated */
    const struct oracle_quality *quality; /* NULL: monitoring says nothing of it */
    int provider_state;
    int from[ORACLE_LIST_MAX], until[ORACLE_LIST_MAX]; /* of the vacancy's periods */
    long long distance_m;                              /* of the present question; -1 unknown */
    bool fits;                                         /* the question as it was asked */
};

struct oracle {
    const struct oracle_facts *facts;
    struct row *rows;
    size_t count;
    struct oracle_result *results;
    struct oracle_miss misses[200];
    size_t miss_count;
};

/* What is asked, with one thing perhaps relaxed. */
struct question {
    const struct oracle_request *request;
    int from, until, places, years;       /* `years`: how far ages may be off */
    long long within_m, fee_max_pence;    /* -1: no limit */
    int worst;                            /* 5: any or none */
    bool solo, contract, attendance;      /* asked for */
    int dropped_need, dropped_adaptation; /* 0: none */
    int dropped_area;                     /* -1: none */
};

static int day_of(const char *text)
{
    struct tm tm = {0};
    tm.tm_year = atoi(text) - 1900;
    tm.tm_mon = atoi(text + 5) - 1;
    tm.tm_mday = atoi(text + 8);
    return (int)(timegm(&tm) / 86400);
}

long long oracle_metres(int latitude_e7, int longitude_e7, int other_latitude_e7, int other_longitude_e7)
{
    const long double radians = 3.14159265358979323846264338327950288L / 180.0L / 1e7L;
    long double north = sinl((latitude_e7 - (long double)other_latitude_e7) * radians / 2);
    long double east = sinl((longitude_e7 - (long double)other_longitude_e7) * radians / 2);
    long double a =
        north * north + cosl(latitude_e7 * radians) * cosl(other_latitude_e7 * radians) * east * east;
    return (long long)floorl(2 * 6371008.8L * asinl(sqrtl(a)) + 0.5L);
}

static bool has(const struct oracle_list *list, int value)
{
    for (int i = 0; i < list->count; i++)
        if (list->values[i] == value)
            return true;
    return false;
}

/* Different ones, each counted once. */
static int distinct(const struct oracle_list *list)
{
    int count = 0;
    for (int value = 1; value <= 64; value++)
        count += has(list, value);
    return count;
}

/* --- facts ------------------------------------------------------------------------------------------- */

static bool is_offered(const struct row *row)
{
    const struct oracle_provision *provision = row->provision;
    return provision->kind >= 1 && provision->kind <= 7 && provision->status != 2 && provision->status != 3 &&
           provision->status != 4 && row->provider_state != 3;
}

/* Nobody lives where it is not open yet, or no more. */
static void read_vacancy(struct row *row)
{
    const struct oracle_provision *provision = row->provision;
    int opened = provision && provision->opened_on[0] ? day_of(provision->opened_on) : -FAR;
    int closed = provision && provision->closed_on[0] ? day_of(provision->closed_on) : FAR;
    for (int i = 0; row->vacancy && i < row->vacancy->count; i++) {
        row->from[i] = day_of(row->vacancy->free[i].from);
        row->until[i] = row->vacancy->free[i].until[0] ? day_of(row->vacancy->free[i].until) : FAR;
        row->from[i] = row->from[i] < opened ? opened : row->from[i];
        row->until[i] = row->until[i] > closed ? closed : row->until[i];
    }
}

static bool read_row(const struct oracle_facts *facts, const struct oracle_group *group, struct row *row)
{
    *row = (struct row){.group = group};
    for (size_t i = 0; i < facts->provision_count; i++)
        if (strcmp(facts->provisions[i].id, group->provision_id) == 0)
            row->provision = &facts->provisions[i];
    for (size_t i = 0; i < facts->vacancy_count; i++)
        if (strcmp(facts->vacancies[i].id, group->id) == 0)
            row->vacancy = &facts->vacancies[i];
    for (size_t i = 0; row->provision && i < facts->provider_count; i++)
        if (strcmp(facts->providers[i].id, row->provision->provider_id) == 0)
            row->provider_state = facts->providers[i].state;
    for (size_t i = 0; row->provision && i < facts->quality_count; i++)
        if (strcmp(facts->qualities[i].id, row->provision->id) == 0)
            row->quality = &facts->qualities[i];
    read_vacancy(row);
    return row->provision && is_offered(row);
}

struct oracle *oracle_create(const struct oracle_facts *facts)
{
    struct oracle *oracle = calloc(1, sizeof *oracle);
    if (!oracle)
        return NULL;
    oracle->facts = facts;
    oracle->rows = calloc(facts->group_count + 1, sizeof *oracle->rows);
    oracle->results = calloc(facts->group_count + 1, sizeof *oracle->results);
    if (!oracle->rows || !oracle->results) {
        oracle_destroy(oracle);
        return NULL;
    }
    for (size_t i = 0; i < facts->group_count; i++)
        oracle->count += read_row(facts, &facts->groups[i], &oracle->rows[oracle->count]);
    return oracle;
}

void oracle_destroy(struct oracle *oracle)
{
    if (!oracle)
        return;
    free(oracle->rows);
    free(oracle->results);
    free(oracle);
}

/* --- what fits --------------------------------------------------------------------------------------- */

static int free_on(const struct row *row, int day)
{
    for (int i = 0; row->vacancy && i < row->vacancy->count; i++)
        if (row->from[i] <= day && day <= row->until[i])
            return row->vacancy->free[i].places;
    return 0;
}

/* The least of all days: it can only change where a period begins or has ended. */
static int free_over(const struct row *row, int from, int until)
{
    int least = free_on(row, from), last = free_on(row, until);
    least = last < least ? last : least;
    for (int i = 0; row->vacancy && i < row->vacancy->count; i++) {
        int days[2] = {row->from[i], row->until[i] + 1};
        for (int j = 0; j < 2; j++)
            if (days[j] > from && days[j] <= until && free_on(row, days[j]) < least)
                least = free_on(row, days[j]);
    }
    return least;
}

static int youngest(const struct row *row)
{
    return row->group->age_min ? row->group->age_min : row->provision->age_min;
}

static int oldest(const struct row *row)
{
    int age = row->group->age_max ? row->group->age_max : row->provision->age_max;
    return age == 0 || age > 25 ? 25 : age;
}

static long long fee_of(const struct row *row)
{
    long long fee = row->group->fee_pence > 0 ? row->group->fee_pence : row->provision->fee_pence;
    return fee > 0 ? fee : 0;
}

static bool fits_child(const struct question *question, const struct row *row)
{
    const struct oracle_request *request = question->request;
    const struct oracle_group *group = row->group;
    int gender = group->gender ? group->gender : row->provision->gender;
    if (youngest(row) > oldest(row))
        return false;
    if (request->age + question->years < youngest(row) || request->age - question->years > oldest(row))
        return false;
    if (request->age < 16 && row->provision->kind == 6)
        return false;
    if (request->gender && gender && request->gender != gender)
        return false;
    for (int i = 0; i < request->needs.count; i++)
        if (request->needs.values[i] != question->dropped_need &&
            !has(&group->needs, request->needs.values[i]))
            return false;
    for (int i = 0; i < request->adaptations.count; i++)
        if (request->adaptations.values[i] != question->dropped_adaptation &&
            !has(&group->adaptations, request->adaptations.values[i]))
            return false;
    const struct oracle_list *attendances =
        group->attendances.count ? &group->attendances : &row->provision->attendances;
    if (question->attendance && request->attendance && !has(attendances, request->attendance))
        return false;
    return !(question->solo && request->solo) || group->solo;
}

static bool fits_provision(const struct question *question, const struct row *row)
{
    const struct oracle_request *request = question->request;
    const struct oracle_provision *provision = row->provision;
    bool wanted = request->kinds.count ? has(&request->kinds, provision->kind) : provision->kind != 7;
    if (!wanted)
        return false;
    if (question->worst < 5 && (provision->judgement == 0 || provision->judgement > question->worst))
        return false;
    for (int i = 0; i < request->avoid.count; i++)
        if (i != question->dropped_area && strcmp(request->avoid.values[i], provision->local_authority) == 0)
            return false;
    if (question->contract && request->contract_id[0]) {
        for (int i = 0; i < provision->contracts.count; i++)
            if (strcmp(provision->contracts.values[i], request->contract_id) == 0)
                return true;
        return false;
    }
    return true;
}

static bool fits(const struct question *question, const struct row *row)
{
    if (!fits_provision(question, row) || !fits_child(question, row))
        return false;
    if (question->fee_max_pence >= 0 && fee_of(row) > question->fee_max_pence)
        return false;
    if (question->within_m >= 0 && (row->distance_m < 0 || row->distance_m > question->within_m))
        return false;
    return free_over(row, question->from, question->until) >= question->places;
}

/* --- what it is worth -------------------------------------------------------------------------------- */

static const int criteria[ORACLE_MARKS] = {1, 8, 7, 15, 2, 3, 6, 16};
static const int published[ORACLE_MARKS] = {30, 20, 10, 10, 10, 5, 5, 10};

static int weight_of(const struct oracle_request *request, int mark)
{
    int given = request->weights[criteria[mark]];
    return given >= 0 ? given : published[mark];
}

static int worse(int quality, int other)
{
    return quality > other ? quality : other;
}

static int mark_distance(const struct oracle_request *request, const struct row *row)
{
    static const int penalties[] = {0, 0, 2, 5, 20};
    long long reach = request->within_m ? request->within_m : 160934;
    if (row->distance_m < 0 || row->distance_m >= reach)
        return 0;
    int mark = (int)(100 * (reach - row->distance_m) / reach);
    mark -= penalties[worse(row->provision->quality, request->home_quality)];
    return mark < 0 ? 0 : mark;
}

static int mark_fee(const struct oracle_request *request, long long fee)
{
    if (!fee)
        return 20;
    if (request->fee_max_pence)
        return (int)(50 + 50 * (request->fee_max_pence - fee) / request->fee_max_pence);
    return fee >= 1000000 ? 0 : (int)(100 * (1000000 - fee) / 1000000);
}

static int mark_freshness(long long days, int stale_days)
{
    if (days < 0)
        return 0;
    if (days <= stale_days)
        return (int)(100 - 60 * days / stale_days);
    long long weeks = (days - stale_days) / 7;
    return weeks > 20 ? 0 : (int)(20 - weeks);
}

static int mark_needs(const struct oracle_request *request, const struct oracle_group *group)
{
    if (!request->needs.count)
        return 100;
    int mark = 100 - 5 * (distinct(&group->needs) - distinct(&request->needs));
    return mark < 50 ? 50 : mark;
}

static int mark_concern(const struct oracle_request *request, const struct oracle_quality *quality)
{
    static const int by_severity[] = {40, 70, 40, 10};
    if (!request->concerns_known)
        return 50;
    if (!quality || quality->concerns == 0)
        return 100;
    return quality->suspensions ? 0 : by_severity[quality->gravest];
}

static struct oracle_result result_of(const struct oracle *oracle, const struct question *question,
                                      const struct row *row)
{
    static const int judgements[] = {50, 100, 80, 40, 0};
    const struct oracle_request *request = question->request;
    int stale_days = oracle->facts->stale_days ? oracle->facts->stale_days : 28, sum = 0, weights = 0;
    long long days = -1;
    if (row->vacancy && row->vacancy->confirmed_at_ms > 0) {
        days = (request->asked_at_ms - row->vacancy->confirmed_at_ms) / 86400000;
        days = days < 0 ? 0 : days;
    }
    struct oracle_result result = {
        .group_id = row->group->id,
        .provision_id = row->provision->id,
        .urn = row->provision->urn,
        .distance_m = row->distance_m < 0 ? 0 : (int)row->distance_m,
        .distance_quality = row->distance_m < 0 ? 0 : worse(row->provision->quality, request->home_quality),
        .free_places = free_over(row, question->from, question->until),
        .fee_pence = fee_of(row),
        .stale = days < 0 || days > stale_days,
        .unverified =
            row->provider_state != 2 || row->provision->claim_state == 1 || row->provision->claim_state == 3,
    };
    int left = oldest(row) - request->age, spare = result.free_places - question->places;
    result.marks[0] = mark_distance(request, row);
    result.marks[1] = judgements[row->provision->judgement];
    result.marks[2] = mark_fee(request, result.fee_pence);
    result.marks[3] = mark_freshness(days, stale_days);
    result.marks[4] = mark_needs(request, row->group);
    result.marks[5] = left >= 3 ? 100 : 40 + 20 * left;
    result.marks[6] = spare >= 2 ? 100 : 60 + 20 * spare;
    result.marks[7] = mark_concern(request, row->quality);
    result.monitored_on = "";
    if (request->concerns_known && row->quality) {
        result.concerns = row->quality->concerns;
        result.suspensions = row->quality->suspensions;
        result.monitored_on = row->quality->visited_on;
    }
    for (int mark = 0; mark < ORACLE_MARKS; mark++) {
        sum += weight_of(request, mark) * result.marks[mark];
        weights += weight_of(request, mark);
    }
    result.score = result.suspensions ? 0 : sum * 100 / weights;
    return result;
}

static int compare_results(const void *a, const void *b)
{
    const struct oracle_result *left = a, *right = b;
    if (left->score != right->score)
        return right->score - left->score;
    if (!left->urn[0] != !right->urn[0])
        return left->urn[0] ? -1 : 1;
    int order = strcmp(left->urn, right->urn);
    if (!order)
        order = strcmp(left->provision_id, right->provision_id);
    return order ? order : strcmp(left->group_id, right->group_id);
}

/* --- near misses ------------------------------------------------------------------------------------- */

/* Asks again with one thing relaxed; how many more? */
static int more(const struct oracle *oracle, const struct question *relaxed)
{
    int count = 0;
    for (size_t i = 0; i < oracle->count; i++)
        count += !oracle->rows[i].fits && fits(relaxed, &oracle->rows[i]);
    return count;
}

static bool add(struct oracle *oracle, const struct question *relaxed, int criterion, long long value)
{
    int count = more(oracle, relaxed);
    if (count)
        oracle->misses[oracle->miss_count++] = (struct oracle_miss){criterion, count, value};
    return count != 0;
}

static void relax_distance(struct oracle *oracle, struct question question)
{
    long long nearest = -1;
    if (question.within_m < 0)
        return;
    question.within_m = 100000000;
    for (size_t i = 0; i < oracle->count; i++) {
        const struct row *row = &oracle->rows[i];
        if (!row->fits && fits(&question, row) && (nearest < 0 || row->distance_m < nearest))
            nearest = row->distance_m;
    }
    if (nearest < 0)
        return;
    long long miles = 0;
    while (miles * 1609344 < nearest * 1000)
        miles++;
    question.within_m =
        miles * 1609344 / 1000; /* a distance in whole metres is within the miles, or it is not */
    add(oracle, &question, 1, (miles * 1609344 + 999) / 1000);
}

static void relax_fee(struct oracle *oracle, struct question question)
{
    long long least = -1;
    if (question.fee_max_pence < 0)
        return;
    question.fee_max_pence = -1;
    for (size_t i = 0; i < oracle->count; i++) {
        const struct row *row = &oracle->rows[i];
        if (!row->fits && fits(&question, row) && (least < 0 || fee_of(row) < least))
            least = fee_of(row);
    }
    question.fee_max_pence = least;
    if (least >= 0)
        add(oracle, &question, 7, least);
}

static void relax_start(struct oracle *oracle, struct question question)
{
    int asked = question.from, soonest = FAR;
    for (size_t i = 0; i < oracle->count; i++) {
        const struct row *row = &oracle->rows[i];
        for (int j = 0; !row->fits && row->vacancy && j < row->vacancy->count; j++) {
            question.from = row->from[j];
            if (row->from[j] > asked && row->from[j] < soonest && row->from[j] <= question.until &&
                fits(&question, row))
                soonest = row->from[j];
        }
    }
    question.from = soonest;
    if (soonest != FAR)
        add(oracle, &question, 6, soonest - asked);
}

static void relax_steps(struct oracle *oracle, const struct question *question)
{
    const struct oracle_request *request = question->request;
    struct question relaxed = *question;
    for (relaxed.years = 1; relaxed.years <= 25; relaxed.years++)
        if (add(oracle, &relaxed, 3, relaxed.years))
            break;
    relaxed = *question;
    while (--relaxed.places >= 1)
        if (add(oracle, &relaxed, 12, relaxed.places))
            break;
    relaxed = *question;
    while (++relaxed.worst <= 5)
        if (add(oracle, &relaxed, 8, relaxed.worst == 5 ? 0 : relaxed.worst))
            break;
    relaxed = *question;
    relaxed.attendance = false;
    add(oracle, &relaxed, 9, 0);
    relaxed = *question;
    relaxed.solo = false;
    add(oracle, &relaxed, 11, 0);
    relaxed = *question;
    relaxed.contract = false;
    add(oracle, &relaxed, 13, 0);
    relaxed = *question;
    for (relaxed.dropped_need = 1; relaxed.dropped_need <= 13; relaxed.dropped_need++)
        if (has(&request->needs, relaxed.dropped_need))
            add(oracle, &relaxed, 2, relaxed.dropped_need);
    relaxed = *question;
    for (relaxed.dropped_adaptation = 1; relaxed.dropped_adaptation <= 5; relaxed.dropped_adaptation++)
        if (has(&request->adaptations, relaxed.dropped_adaptation))
            add(oracle, &relaxed, 10, relaxed.dropped_adaptation);
    relaxed = *question;
    for (relaxed.dropped_area = 0; relaxed.dropped_area < request->avoid.count; relaxed.dropped_area++)
        add(oracle, &relaxed, 14, 0);
}

static int compare_misses(const void *a, const void *b)
{
    const struct oracle_miss *left = a, *right = b;
    if (left->more != right->more)
        return right->more - left->more;
    if (left->criterion != right->criterion)
        return left->criterion - right->criterion;
    return (left->value > right->value) - (left->value < right->value);
}

/* --- a question -------------------------------------------------------------------------------------- */

static struct question question_of(const struct oracle_request *request)
{
    static const int waits[] = {0, 0, 5, 28};
    struct question question = {
        .request = request,
        .from = request->start_on[0] ? day_of(request->start_on)
                                     : day_of(request->today) + waits[request->urgency],
        .until = request->end_on[0] ? day_of(request->end_on) : FAR,
        .places = request->siblings > 1 ? request->siblings : 1,
        .within_m = request->within_m ? request->within_m : -1,
        .fee_max_pence = request->fee_max_pence ? request->fee_max_pence : -1,
        .worst = request->worst_judgement ? request->worst_judgement : 5,
        .solo = true,
        .contract = true,
        .attendance = true,
        .dropped_area = -1,
    };
    return question;
}

static void measure(const struct oracle_request *request, struct row *row)
{
    const struct oracle_provision *provision = row->provision;
    row->distance_m = provision->has_position && provision->quality
                          ? oracle_metres(request->home_latitude_e7, request->home_longitude_e7,
                                          provision->latitude_e7, provision->longitude_e7)
                          : -1;
}

struct oracle_answer oracle_ask(struct oracle *oracle, const struct oracle_request *request)
{
    struct question question = question_of(request);
    size_t size = request->size ? (size_t)request->size : 20;
    struct oracle_answer answer = {.results = oracle->results, .misses = oracle->misses};
    for (size_t i = 0; i < oracle->count; i++) {
        struct row *row = &oracle->rows[i];
        int kind = row->provision->kind;
        measure(request, row);
        row->fits = fits(&question, row);
        if (row->fits)
            oracle->results[answer.total++] = result_of(oracle, &question, row);
        answer.considered += request->kinds.count ? has(&request->kinds, kind) : kind != 7;
    }
    qsort(oracle->results, answer.total, sizeof *oracle->results, compare_results);
    answer.result_count = answer.total < size ? answer.total : size;
    oracle->miss_count = 0;
    if (answer.total < size) {
        relax_distance(oracle, question);
        relax_fee(oracle, question);
        relax_start(oracle, question);
        relax_steps(oracle, &question);
        qsort(oracle->misses, oracle->miss_count, sizeof *oracle->misses, compare_misses);
    }
    answer.miss_count = oracle->miss_count;
    return answer;
}
