/* Makes what the index shows of a provision and of a place group: own, immutable copies in one allocation
 * each. In: the writer's facts. Out: provision_facts and places; it publishes nothing. */

#include "services/matching/index_inside.h"

#include "common/domain/urn.h"

#include <stdlib.h>

/* Orders as urn_compare does; a provision without a URN comes after all that have one (rule X4). */
static uint64_t tie_of(const char *text)
{
    struct urn urn;
    if (urn_parse(text, &urn, NULL) != CODE_OK)
        return UINT64_MAX;
    uint64_t tie = (uint64_t)urn.regulator;
    for (int i = 0; i < 8; i++) /* the longest, SC012345, has eight */
        tie = tie << 7 | ((unsigned char)urn.number[i] & 127u);
    return tie;
}

/* What results show is packed once. A search then only copies it: a message that is packed in parts is read
 * as one. */
static size_t pack_shown(const Pb__SearchResult *shown, uint8_t *room)
{
    return protobuf_c_message_pack(&shown->base, room);
}

/* The month of its judgement. */
static uint16_t judged_of(const Pb__Provision *record)
{
    struct date on;
    if (date_parse(record->judged_on, &on, NULL) != CODE_OK)
        return 0;
    struct date_ymd parts = date_to_ymd(on);
    int month = parts.year * 12 + parts.month - 1;
    return month > 0 && month <= UINT16_MAX ? (uint16_t)month : 0;
}

/* As a message, of which rules.h reads so much. */
static Pb__Provision provision_record(const struct provision_facts *facts)
{
    Pb__Provision record;
    pb__provision__init(&record);
    record.kind = facts->kind;
    record.status = facts->status;
    record.claim_state = facts->claim_state;
    record.judgement = facts->judgement;
    record.age_min = facts->age_min;
    record.age_max = facts->age_max;
    record.gender = facts->gender;
    record.n_attendances = facts->attendance_count;
    record.attendances = (Pb__Attendance *)(uintptr_t)facts->attendances;
    return record;
}

static void place_facts(struct provision_facts *facts, const Pb__Provision *record)
{
    struct date day;
    facts->opened = date_parse(record->opened_on, &day, NULL) == CODE_OK ? day.day : INT32_MIN;
    facts->closed = date_parse(record->closed_on, &day, NULL) == CODE_OK ? day.day : DAY_FAR;
    struct position_e7 position = {0};
    if (record->position)
        position = (struct position_e7){record->position->latitude_e7, record->position->longitude_e7};
    facts->has_position = record->position && record->position_quality && position_e7_is_valid(position);
    facts->point = sphere_point_of(position);
    facts->position = position;
}

struct provision_facts *provision_facts_make(const Pb__Provision *record, const struct uuid *id)
{
    char id_text[UUID_TEXT_BYTES];
    const char *urn = record->n_urns ? record->urns[0] : "";
    uuid_print(id, id_text);
    Pb__SearchResult shown = PB__SEARCH_RESULT__INIT;
    shown.provision_id = id_text;
    shown.provision_name = record->name;
    shown.urn = urn;
    shown.kind = record->kind;
    shown.judgement = record->judgement;
    shown.judged_on = record->judged_on;
    shown.local_authority = record->local_authority;
    shown.town = record->n_address ? record->address[record->n_address - 1] : "";
    size_t attendances = record->n_attendances * sizeof *record->attendances;
    size_t contract_bytes = record->n_contracts * sizeof(struct uuid);
    size_t shown_bytes = protobuf_c_message_get_packed_size(&shown.base);
    struct provision_facts *facts = calloc(1, sizeof *facts + attendances + contract_bytes + shown_bytes);
    if (!facts)
        return NULL;
    facts->id = *id;
    Pb__Attendance *own = (Pb__Attendance *)(facts + 1);
    if (attendances)
        memcpy(own, record->attendances, attendances);
    facts->attendances = own;
    facts->attendance_count = record->n_attendances;
    struct uuid *contracts = (struct uuid *)(own + record->n_attendances);
    facts->contracts = contracts;
    for (size_t i = 0; i < record->n_contracts; i++)
        facts->contract_count +=
            uuid_parse(record->contracts[i]->contract_id, &contracts[facts->contract_count]);
    uint8_t *rest = (uint8_t *)(contracts + record->n_contracts);
    facts->shown = span_of(rest, pack_shown(&shown, rest));
    facts->judged = judged_of(record);
    facts->kind = record->kind;
    facts->judgement = record->judgement;
    facts->status = record->status;
    facts->claim_state = record->claim_state;
    facts->position_quality = record->position_quality;
    facts->age_min = record->age_min;
    facts->age_max = record->age_max;
    facts->gender = record->gender;
    facts->standard_weekly_fee_pence = record->standard_weekly_fee_pence;
    facts->generated = record->meta && record->meta->generated;
    facts->tie = tie_of(urn);
    facts->area = area_of(record->local_authority);
    place_facts(facts, record);
    return facts;
}

static uint32_t *copy_values(uint32_t *to, const void *values, size_t count)
{
    static_assert(sizeof(Pb__Need) == sizeof *to && sizeof(Pb__Adaptation) == sizeof *to &&
                      sizeof(Pb__Attendance) == sizeof *to,
                  "values of enums have four bytes");
    if (count)
        memcpy(to, values, count * sizeof *to);
    return to + count;
}

struct group_facts *group_facts_make(const Pb__PlaceGroup *record)
{
    size_t values = record->n_needs + record->n_adaptations + record->n_attendances;
    struct group_facts *facts =
        malloc(sizeof *facts + values * sizeof *facts->values + strlen(record->name) + 1);
    if (!facts)
        return NULL;
    *facts = (struct group_facts){
        .weekly_fee_pence = record->weekly_fee_pence,
        .age_min = record->age_min,
        .age_max = record->age_max,
        .gender = record->gender,
        .solo = record->solo,
        .need_count = (uint32_t)record->n_needs,
        .adaptation_count = (uint32_t)record->n_adaptations,
        .attendance_count = (uint32_t)record->n_attendances,
    };
    uint32_t *rest = copy_values(facts->values, record->needs, record->n_needs);
    rest = copy_values(rest, record->adaptations, record->n_adaptations);
    rest = copy_values(rest, record->attendances, record->n_attendances);
    strcpy((char *)rest, record->name);
    return facts;
}

/* As a message, of which rules.h reads so much, and the name. */
static Pb__PlaceGroup group_record(const struct group_facts *facts)
{
    Pb__PlaceGroup record;
    uint32_t *rest = (uint32_t *)(uintptr_t)facts->values;
    pb__place_group__init(&record);
    record.age_min = facts->age_min;
    record.age_max = facts->age_max;
    record.gender = facts->gender;
    record.solo = facts->solo;
    record.n_needs = facts->need_count;
    record.needs = (Pb__Need *)(void *)rest;
    record.n_adaptations = facts->adaptation_count;
    record.adaptations = (Pb__Adaptation *)(void *)(rest += facts->need_count);
    record.n_attendances = facts->attendance_count;
    record.attendances = (Pb__Attendance *)(void *)(rest += facts->adaptation_count);
    record.name = (char *)(rest + facts->attendance_count);
    return record;
}

static uint16_t slot_of(int32_t e7, int32_t origin, unsigned slots)
{
    int64_t slot = ((int64_t)e7 - origin) / CELL_SIZE_E7;
    return (uint16_t)(slot < 0 ? 0 : slot >= slots ? slots - 1 : slot);
}

static uint32_t fee_of(const struct group_node *group, const struct provision_facts *provision)
{
    int64_t fee = group->group->weekly_fee_pence;
    if (fee <= 0)
        fee = provision->standard_weekly_fee_pence;
    return fee <= 0 ? 0 : fee > INT32_MAX ? INT32_MAX : (uint32_t)fee;
}

static void fill(struct place *place, const struct group_node *group, const Pb__PlaceGroup *record,
                 const Pb__Provision *provision)
{
    const struct provision_facts *facts = group->provision->facts;
    place->id = group->id;
    place->provision = facts;
    place->traits = traits_of(record, provision);
    place->confirmed_at_ms = group->confirmed_at_ms;
    place->fee = fee_of(group, facts);
    place->kind = (uint8_t)kind_from_number((int64_t)facts->kind);
    place->judgement = (uint8_t)judgement_from_number((int64_t)facts->judgement);
    place->quality = facts->has_position ? (uint8_t)facts->position_quality : 0;
    place->concern = (uint8_t)group->provision->quality.concern;
    place->open_concerns = group->provision->quality.open_concerns;
    place->suspensions = group->provision->quality.suspensions;
    memcpy(place->monitored_on, group->provision->quality.monitored_on, sizeof place->monitored_on);
    place->band = BAND_NOWHERE;
    if (!facts->has_position)
        return;
    place->band = slot_of(facts->position.latitude, GRID_SOUTH_E7, GRID_BANDS);
    place->cell = slot_of(facts->position.longitude, GRID_WEST_E7, GRID_CELLS);
}

enum code place_make(const struct group_node *group, struct place **ret_place)
{
    const struct provision_node *provision = group->provision;
    *ret_place = NULL;
    if (!group->group || !provision || !provision->facts)
        return CODE_OK;
    Pb__ProviderState state =
        provision->provider ? provision->provider->state : PB__PROVIDER_STATE__PROVIDER_STATE_UNSPECIFIED;
    const Pb__Provision record = provision_record(provision->facts);
    if (!provision_is_offered(&record, state))
        return CODE_OK;
    const Pb__PlaceGroup places = group_record(group->group);
    char id_text[UUID_TEXT_BYTES];
    uuid_print(&group->id, id_text);
    Pb__SearchResult shown = PB__SEARCH_RESULT__INIT;
    shown.place_group_id = id_text;
    shown.place_group_name = places.name;
    shown.weekly_fee_pence = fee_of(group, provision->facts);
    shown.vacancy_confirmed_at_ms = group->confirmed_at_ms;
    shown.generated = group->generated || provision->facts->generated;
    shown.unverified = provision_is_unverified(&record, state);
    struct span provisions =
        provision->facts->shown; /* beside it, so that one place in memory is waited for */
    size_t periods = group->period_count * sizeof(struct period);
    size_t shown_bytes = provisions.size + protobuf_c_message_get_packed_size(&shown.base);
    struct place *place = calloc(1, sizeof *place + periods + shown_bytes);
    if (!place)
        return CODE_RESOURCE_EXHAUSTED;
    struct period *own = (struct period *)(place + 1);
    if (periods)
        memcpy(own, group->periods, periods);
    place->periods = own;
    place->period_count = (uint32_t)periods_within(own, group->period_count, provision->facts->opened,
                                                   provision->facts->closed);
    uint8_t *rest = (uint8_t *)(own + group->period_count);
    memcpy(rest + pack_shown(&shown, rest), provisions.data, provisions.size);
    place->shown = span_of(rest, shown_bytes);
    fill(place, group, &places, &record);
    *ret_place = place;
    return CODE_OK;
}
