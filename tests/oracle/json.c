/* Reads facts and requests as the API's JSON writes them. In: parsed JSON. Out: the oracle's structs. The
 * names are written down here once more, on purpose: nothing is shared with the project's own reader. */

#include "tests/oracle/json.h"

#include <stdlib.h>
#include <string.h>

static const char *const kinds[] = {"INDEPENDENT_SPECIAL_SCHOOL",
                                    "NON_MAINTAINED_SPECIAL_SCHOOL",
                                    "CHILDRENS_HOME",
                                    "DUAL_REGISTERED",
                                    "INDEPENDENT_FOSTERING_AGENCY",
                                    "SUPPORTED_ACCOMMODATION",
                                    "SECURE_CHILDRENS_HOME",
                                    "OTHER",
                                    NULL};
static const char *const needs[] = {"SPLD", "MLD", "SLD", "PMLD", "SEMH", "SLCN", "HI",
                                    "VI",   "MSI", "PD",  "ASD",  "DS",   "OTH",  NULL};
static const char *const genders[] = {"FEMALE", "MALE", NULL};
static const char *const attendances[] = {"DAY", "WEEKS_38", "WEEKS_52", NULL};
static const char *const adaptations[] = {"WHEELCHAIR",   "HOIST",        "SENSORY",
                                          "GROUND_FLOOR", "WAKING_NIGHT", NULL};
static const char *const judgements[] = {"OUTSTANDING", "GOOD", "REQUIRES_IMPROVEMENT", "INADEQUATE", NULL};
static const char *const statuses[] = {"ACTIVE", "SUSPENDED", "CLOSED", "PROPOSED", NULL};
static const char *const claims[] = {"WAITING", "APPROVED", "DECLINED", NULL};
static const char *const providers[] = {"UNVERIFIED", "APPROVED", "SUSPENDED", NULL};
static const char *const severities[] = {"LOW", "MEDIUM", "HIGH", NULL};
static const char *const urgencies[] = {"TODAY", "WITHIN_5_DAYS", "LATER", NULL};
const char *const oracle_qualities[] = {"EXACT", "SECTOR", "OUTWARD_CODE", "AUTHORITY", NULL};
const char *const oracle_criteria[] = {
    "DISTANCE",   "NEEDS", "AGE",      "GENDER",   "KIND", "VACANCY",   "FEE",     "JUDGEMENT", "ATTENDANCE",
    "ADAPTATION", "SOLO",  "SIBLINGS", "CONTRACT", "AREA", "FRESHNESS", "CONCERN", NULL};

const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

long long number_of(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    if (json_is_string(value))
        return strtoll(json_string_value(value), NULL, 10);
    return json_is_integer(value) ? json_integer_value(value) : 0;
}

int enum_of(const json_t *value, const char *prefix, const char *const *names)
{
    if (json_is_integer(value))
        return (int)json_integer_value(value);
    const char *text = json_string_value(value);
    if (!text || strncmp(text, prefix, strlen(prefix)) != 0)
        return 0;
    for (int i = 0; names[i]; i++)
        if (strcmp(text + strlen(prefix), names[i]) == 0)
            return i + 1;
    return 0;
}

static int field_enum(const json_t *object, const char *name, const char *prefix, const char *const *names)
{
    return enum_of(json_object_get(object, name), prefix, names);
}

static struct oracle_list list_of(const json_t *object, const char *name, const char *prefix,
                                  const char *const *names)
{
    const json_t *array = json_object_get(object, name);
    struct oracle_list list = {0};
    for (size_t i = 0; i < json_array_size(array) && list.count < ORACLE_LIST_MAX; i++)
        list.values[list.count++] = enum_of(json_array_get(array, i), prefix, names);
    return list;
}

struct oracle_provider read_provider(const json_t *record)
{
    return (struct oracle_provider){text_of(record, "id"),
                                    field_enum(record, "state", "PROVIDER_STATE_", providers)};
}

struct oracle_provision read_provision(const json_t *record)
{
    const json_t *position = json_object_get(record, "position"),
                 *contracts = json_object_get(record, "contracts");
    const char *urn = json_string_value(json_array_get(json_object_get(record, "urns"), 0));
    struct oracle_provision provision = {
        .id = text_of(record, "id"),
        .provider_id = text_of(record, "providerId"),
        .urn = urn ? urn : "",
        .local_authority = text_of(record, "localAuthority"),
        .name = text_of(record, "name"),
        .opened_on = text_of(record, "openedOn"),
        .closed_on = text_of(record, "closedOn"),
        .kind = field_enum(record, "kind", "PROVISION_KIND_", kinds),
        .status = field_enum(record, "status", "REGISTRATION_STATUS_", statuses),
        .claim_state = field_enum(record, "claimState", "CLAIM_STATE_", claims),
        .judgement = field_enum(record, "judgement", "JUDGEMENT_", judgements),
        .quality = field_enum(record, "positionQuality", "POSITION_QUALITY_", oracle_qualities),
        .has_position = json_is_object(position),
        .latitude_e7 = (int)number_of(position, "latitudeE7"),
        .longitude_e7 = (int)number_of(position, "longitudeE7"),
        .age_min = (int)number_of(record, "ageMin"),
        .age_max = (int)number_of(record, "ageMax"),
        .gender = field_enum(record, "gender", "GENDER_", genders),
        .fee_pence = number_of(record, "standardWeeklyFeePence"),
        .attendances = list_of(record, "attendances", "ATTENDANCE_", attendances),
    };
    for (size_t i = 0; i < json_array_size(contracts) && provision.contracts.count < ORACLE_LIST_MAX; i++)
        provision.contracts.values[provision.contracts.count++] =
            text_of(json_array_get(contracts, i), "contractId");
    return provision;
}

struct oracle_group read_group(const json_t *record)
{
    return (struct oracle_group){
        .id = text_of(record, "id"),
        .provision_id = text_of(record, "provisionId"),
        .needs = list_of(record, "needs", "NEED_", needs),
        .adaptations = list_of(record, "adaptations", "ADAPTATION_", adaptations),
        .attendances = list_of(record, "attendances", "ATTENDANCE_", attendances),
        .age_min = (int)number_of(record, "ageMin"),
        .age_max = (int)number_of(record, "ageMax"),
        .gender = field_enum(record, "gender", "GENDER_", genders),
        .solo = json_is_true(json_object_get(record, "solo")),
        .fee_pence = number_of(record, "weeklyFeePence"),
    };
}

struct oracle_vacancy read_vacancy_record(const json_t *record)
{
    const json_t *free = json_object_get(record, "free");
    struct oracle_vacancy vacancy = {.id = text_of(record, "id"),
                                     .confirmed_at_ms = number_of(record, "confirmedAtMs")};
    for (size_t i = 0; i < json_array_size(free) && vacancy.count < ORACLE_LIST_MAX; i++) {
        const json_t *period = json_array_get(free, i);
        vacancy.free[vacancy.count++] = (struct oracle_period){
            text_of(period, "from"), text_of(period, "until"), (int)number_of(period, "places")};
    }
    return vacancy;
}

struct oracle_quality read_quality(const json_t *record)
{
    return (struct oracle_quality){
        .id = text_of(record, "provisionId"),
        .concerns = (int)number_of(record, "openConcerns"),
        .suspensions = (int)number_of(record, "suspensions"),
        .gravest = field_enum(record, "gravest", "CONCERN_SEVERITY_", severities),
        .visited_on = text_of(record, "visitedOn"),
    };
}

static void read_weights(const json_t *request, struct oracle_request *asked)
{
    const json_t *weights = json_object_get(request, "weights");
    for (int i = 0; i < ORACLE_CRITERIA; i++)
        asked->weights[i] = -1;
    for (size_t i = 0; i < json_array_size(weights); i++) {
        const json_t *weight = json_array_get(weights, i);
        int criterion = field_enum(weight, "criterion", "CRITERION_", oracle_criteria);
        if (criterion > 0 && criterion < ORACLE_CRITERIA)
            asked->weights[criterion] = (int)number_of(weight, "weight");
    }
}

struct oracle_request read_request(const json_t *request, const json_t *answer)
{
    const json_t *home = json_object_get(answer, "home"),
                 *avoid = json_object_get(request, "avoidAuthorities");
    struct oracle_request asked = {
        .home_latitude_e7 = (int)number_of(home, "latitudeE7"),
        .home_longitude_e7 = (int)number_of(home, "longitudeE7"),
        .home_quality = field_enum(answer, "homeQuality", "POSITION_QUALITY_", oracle_qualities),
        .age = (int)number_of(request, "age"),
        .gender = field_enum(request, "gender", "GENDER_", genders),
        .attendance = field_enum(request, "attendance", "ATTENDANCE_", attendances),
        .siblings = (int)number_of(request, "siblings"),
        .urgency = field_enum(request, "urgency", "URGENCY_", urgencies),
        .worst_judgement = field_enum(request, "judgementAtWorst", "JUDGEMENT_", judgements),
        .solo = json_is_true(json_object_get(request, "solo")),
        .concerns_known = json_is_true(json_object_get(answer, "concernsKnown")),
        .needs = list_of(request, "needs", "NEED_", needs),
        .kinds = list_of(request, "kinds", "PROVISION_KIND_", kinds),
        .adaptations = list_of(request, "adaptations", "ADAPTATION_", adaptations),
        .today = text_of(request, "today"),
        .start_on = text_of(request, "startOn"),
        .end_on = text_of(request, "endOn"),
        .contract_id = text_of(request, "contractId"),
        .within_m = number_of(request, "withinM"),
        .fee_max_pence = number_of(request, "weeklyFeeMaxPence"),
        .asked_at_ms = number_of(request, "askedAtMs"),
        .size = (int)number_of(request, "size"),
    };
    for (size_t i = 0; i < json_array_size(avoid) && asked.avoid.count < ORACLE_LIST_MAX; i++)
        asked.avoid.values[asked.avoid.count++] = json_string_value(json_array_get(avoid, i));
    read_weights(request, &asked);
    return asked;
}
