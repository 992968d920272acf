/* Makes what the index shows of a provision and of a place group: own, immutable copies in one allocation
 * each. In: the writer's facts. Out: provision_facts and places; it publishes nothing. */

#include "services/matching/index_inside.h"

#include "common/domain/urn.h"

#include <stdio.h>
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

/* "Good, March 2025" */
static void write_judged(const Pb__Provision *record, char *text, size_t size)
{
    struct date on;
    char words[DATE_LONG_TEXT_BYTES];
    enum judgement judgement = judgement_from_number((int64_t)record->judgement);
    snprintf(text, size, "%s", judgement == JUDGEMENT_NOT_JUDGED ? "not judged" : judgement_words(judgement));
    if (judgement == JUDGEMENT_NOT_JUDGED || date_parse(record->judged_on, &on, NULL) != CODE_OK)
        return;
    date_print_long(on, words);
    const char *month = strchr(words, ' ');
    size_t used = strlen(text);
    snprintf(text + used, size - used, ",%s", month ? month : "");
}

static char *keep(char **rest, const char *text)
{
    char *kept = *rest;
    size_t size = strlen(text) + 1;
    memcpy(kept, text, size);
    *rest += size;
    return kept;
}

/* What rules.h reads of the message, and nothing that points into it. */
static Pb__Provision slim(const Pb__Provision *record)
{
    Pb__Provision slim;
    pb__provision__init(&slim);
    slim.kind = record->kind;
    slim.status = record->status;
    slim.claim_state = record->claim_state;
    slim.judgement = record->judgement;
    slim.age_max = record->age_max;
    slim.position_quality = record->position_quality;
    slim.standard_weekly_fee_pence = record->standard_weekly_fee_pence;
    slim.n_attendances = record->n_attendances;
    return slim;
}

static void place_facts(struct provision_facts *facts, const Pb__Provision *record)
{
    struct position_e7 position = {0};
    if (record->position)
        position = (struct position_e7){record->position->latitude_e7, record->position->longitude_e7};
    facts->has_position = record->position && record->position_quality && position_e7_is_valid(position);
    facts->point = sphere_point_of(position);
    facts->position = position;
}

struct provision_facts *provision_facts_make(const Pb__Provision *record, const struct uuid *id)
{
    char judged[REASON_BYTES_MAX];
    const char *urn = record->n_urns ? record->urns[0] : "";
    const char *town = record->n_address ? record->address[record->n_address - 1] : "";
    write_judged(record, judged, sizeof judged);
    size_t attendances = record->n_attendances * sizeof *record->attendances;
    size_t texts = strlen(record->name) + strlen(urn) + strlen(town) + strlen(record->local_authority) +
                   strlen(record->judged_on) + strlen(judged) + 6;
    struct provision_facts *facts =
        calloc(1, sizeof *facts + attendances + record->n_contracts * sizeof(struct uuid) + texts);
    if (!facts)
        return NULL;
    facts->id = *id;
    uuid_print(id, facts->id_text);
    facts->record = slim(record);
    facts->record.attendances = (Pb__Attendance *)(facts + 1);
    if (attendances)
        memcpy(facts->record.attendances, record->attendances, attendances);
    struct uuid *contracts = (struct uuid *)(facts->record.attendances + record->n_attendances);
    facts->contracts = contracts;
    for (size_t i = 0; i < record->n_contracts; i++)
        facts->contract_count +=
            uuid_parse(record->contracts[i]->contract_id, &contracts[facts->contract_count]);
    char *rest = (char *)(contracts + record->n_contracts);
    facts->name = keep(&rest, record->name);
    facts->urn = keep(&rest, urn);
    facts->town = keep(&rest, town);
    facts->local_authority = keep(&rest, record->local_authority);
    facts->judged_on = keep(&rest, record->judged_on);
    facts->judged = keep(&rest, judged);
    facts->kind = record->kind;
    facts->judgement = record->judgement;
    facts->generated = record->meta && record->meta->generated;
    facts->tie = tie_of(urn);
    facts->area = area_of(record->local_authority);
    place_facts(facts, record);
    return facts;
}

static uint16_t slot_of(int32_t e7, int32_t origin, unsigned slots)
{
    int64_t slot = ((int64_t)e7 - origin) / CELL_SIZE_E7;
    return (uint16_t)(slot < 0 ? 0 : slot >= slots ? slots - 1 : slot);
}

static uint32_t fee_of(const struct group_node *group, const Pb__Provision *provision)
{
    int64_t fee = group->group->weekly_fee_pence;
    if (fee <= 0)
        fee = provision->standard_weekly_fee_pence;
    return fee <= 0 ? 0 : fee > INT32_MAX ? INT32_MAX : (uint32_t)fee;
}

static void fill(struct place *place, const struct group_node *group)
{
    const struct provision_facts *facts = group->provision->facts;
    const struct provider_node *provider = group->provision->provider;
    Pb__ProviderState state = provider ? provider->state : PB__PROVIDER_STATE__PROVIDER_STATE_UNSPECIFIED;
    place->id = group->id;
    uuid_print(&group->id, place->id_text);
    place->provision = facts;
    place->traits = traits_of(group->group, &facts->record);
    place->confirmed_at_ms = group->confirmed_at_ms;
    place->fee = fee_of(group, &facts->record);
    place->kind = (uint8_t)kind_from_number((int64_t)facts->record.kind);
    place->judgement = (uint8_t)judgement_from_number((int64_t)facts->record.judgement);
    place->quality = facts->has_position ? (uint8_t)facts->record.position_quality : 0;
    place->generated = group->generated || facts->generated;
    place->unverified = provision_is_unverified(&facts->record, state);
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
    if (!provision_is_offered(&provision->facts->record, state))
        return CODE_OK;
    size_t periods = group->period_count * sizeof(struct period);
    struct place *place = calloc(1, sizeof *place + periods + strlen(group->group->name) + 1);
    if (!place)
        return CODE_RESOURCE_EXHAUSTED;
    struct period *own = (struct period *)(place + 1);
    char *rest = (char *)(own + group->period_count);
    if (periods)
        memcpy(own, group->periods, periods);
    place->periods = own;
    place->period_count = group->period_count;
    place->name = keep(&rest, group->group->name);
    fill(place, group);
    *ret_place = place;
    return CODE_OK;
}
