/* Services of an application (rule F3). In: services as they came or are stored. Out: whether they can be
 * told apart, copies that are whole, and how they and their fields are called. */

#include "services/fees/rules_service.h"

#include "common/domain/money.h"
#include "services/fees/rules_text.h"

#include <stdio.h>

bool fee_service_is_id(const char *text)
{
    size_t length = strlen(text);
    return length >= 1 && length <= FEE_SERVICE_ID_BYTES_MAX && text[0] >= 'a' && text[0] <= 'z' &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

enum fees_refusal fee_services_check(Pb__FeeService *const *services, size_t count, struct fault *ret_fault)
{
    if (count > FEE_SERVICES_MAX)
        return fees_refuse(ret_fault, REFUSAL_APPLICATION_SERVICES_MANY, NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        if (!fee_service_is_id(services[i]->id))
            return fees_refuse(
                ret_fault, REFUSAL_APPLICATION_SERVICES_WRONG, NULL,
                "\"%.50s\" is no identifier of a service: small letters, digits and hyphens, a "
                "letter first, %d at most",
                services[i]->id, FEE_SERVICE_ID_BYTES_MAX);
        for (size_t before = 0; before < i; before++)
            if (strcmp(services[before]->id, services[i]->id) == 0)
                return fees_refuse(ret_fault, REFUSAL_APPLICATION_SERVICES_WRONG, NULL,
                                   "there are two services called %s", services[i]->id);
    }
    return REFUSAL_NONE;
}

static Pb__FeeSplit *split_whole(const Pb__FeeSplit *split, struct arena *arena)
{
    Pb__FeeSplit *whole = arena_new(arena, Pb__FeeSplit);
    if (!whole)
        return NULL;
    pb__fee_split__init(whole);
    if (split)
        *whole = *split;
    return whole;
}

Pb__FeeService **fee_services_whole(Pb__FeeService *const *services, size_t count, struct arena *arena)
{
    Pb__FeeService **list = arena_array(arena, Pb__FeeService *, count + 1);
    for (size_t i = 0; list && i < count; i++) {
        Pb__FeeService *service = arena_new(arena, Pb__FeeService);
        if (!service)
            return NULL;
        *service = *services[i];
        service->current = split_whole(service->current, arena);
        service->proposed = split_whole(service->proposed, arena);
        if (!service->current || !service->proposed)
            return NULL;
        list[i] = service;
    }
    return list;
}

static bool same_split(const Pb__FeeSplit *a, const Pb__FeeSplit *b)
{
    return a->social_care_pence == b->social_care_pence && a->education_pence == b->education_pence &&
           a->health_pence == b->health_pence && a->total_pence == b->total_pence;
}

bool fee_services_same(Pb__FeeService *const *a, size_t a_count, Pb__FeeService *const *b, size_t b_count)
{
    bool same = a_count == b_count;
    for (size_t i = 0; same && i < a_count; i++)
        same = strcmp(a[i]->id, b[i]->id) == 0 && strcmp(a[i]->title, b[i]->title) == 0 &&
               a[i]->attendance == b[i]->attendance && same_split(a[i]->current, b[i]->current) &&
               same_split(a[i]->proposed, b[i]->proposed);
    return same;
}

char *fee_services_text(Pb__FeeService *const *services, size_t count, struct arena *arena)
{
    char *text = arena_text(arena, "");
    for (size_t i = 0; text && i < count; i++) {
        char current[MONEY_TEXT_BYTES], proposed[MONEY_TEXT_BYTES];
        money_print(money_pence(services[i]->current->total_pence), current);
        money_print(money_pence(services[i]->proposed->total_pence), proposed);
        text =
            arena_format(arena, "%s%s%s %s to %s", text, i ? ", " : "", services[i]->id, current, proposed);
    }
    return text;
}

/* --- parts and paths --------------------------------------------------------------------------------- */

static const struct {
    const char *path, *id, *name;
} parts[FEE_PARTS] = {
    [FEE_SOCIAL_CARE] = {"social_care", "social-care", "social care"},
    [FEE_EDUCATION] = {"education", "education", "education"},
    [FEE_HEALTH] = {"health", "health", "health"},
    [FEE_TOTAL] = {"total", "total", "total"},
};

const char *fee_part_path(enum fee_part part)
{
    return parts[part].path;
}

const char *fee_part_id(enum fee_part part)
{
    return parts[part].id;
}

const char *fee_part_name(enum fee_part part)
{
    return parts[part].name;
}

int64_t *fee_part_of(Pb__FeeSplit *split, enum fee_part part)
{
    switch (part) {
    case FEE_SOCIAL_CARE:
        return &split->social_care_pence;
    case FEE_EDUCATION:
        return &split->education_pence;
    case FEE_HEALTH:
        return &split->health_pence;
    case FEE_TOTAL:
    case FEE_PARTS:
        break;
    }
    return &split->total_pence;
}

void fee_service_field(const char *service_id, bool proposed, enum fee_part part,
                       char ret_field[FAULT_FIELD_BYTES])
{
    snprintf(ret_field, FAULT_FIELD_BYTES, "services[%.*s].%s%s%s", FEE_SERVICE_ID_BYTES_MAX, service_id,
             proposed ? "proposed" : "current", part < FEE_PARTS ? "." : "",
             part < FEE_PARTS ? parts[part].path : "");
}

void fee_answer_field(const char *question_id, const char *option_id, char ret_field[FAULT_FIELD_BYTES])
{
    if (!*question_id)
        snprintf(ret_field, FAULT_FIELD_BYTES, "answers");
    else
        snprintf(ret_field, FAULT_FIELD_BYTES, "answers[%.64s]%s%.20s", question_id, *option_id ? "." : "",
                 option_id);
}
