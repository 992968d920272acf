/* Matters, provision by provision. In: a cycle. Out: each consultation with its days, decisions and letters,
 * one at a time: as many as a region has are never held at once. */

#include "services/fees/handlers/matters.h"

enum code fees_matter_load(struct command *command, const Pb__FeeCycle *cycle,
                           const Pb__Consultation *consultation, struct fee_days *ret_days,
                           struct fee_matter *ret_matter)
{
    struct collected decisions, letters;
    struct walk of_it = {
        .table = &fees_decisions, .index = INDEX_CONSULTATION, .value = span_of_text(consultation->id)};
    TRY(collect(command, &of_it, NULL, NULL, &decisions));
    of_it.table = &fees_letters;
    TRY(collect(command, &of_it, NULL, NULL, &letters));
    TRY(fees_days_of(command, cycle, consultation->provider_id, ret_days));
    *ret_matter = (struct fee_matter){.cycle = cycle,
                                      .days = ret_days,
                                      .consultation = consultation,
                                      .decisions = (Pb__FeeDecision **)decisions.items,
                                      .decision_count = decisions.count,
                                      .letters = (Pb__FeeLetter **)letters.items,
                                      .letter_count = letters.count,
                                      .today = command->today};
    return CODE_OK;
}

struct walking {
    struct command command; /* the request's, but for the arena */
    const struct fee_matters *matters;
};

static enum code take(struct walking *walking, const ProtobufCMessage *record)
{
    struct fee_days days;
    struct fee_matter matter;
    const struct fee_matters *matters = walking->matters;
    TRY(fees_matter_load(&walking->command, matters->cycle, (const Pb__Consultation *)record, &days,
                         &matter));
    return matters->each(matters->context, &matter, walking->command.arena);
}

static enum code take_one(void *context, const ProtobufCMessage *record)
{
    struct walking *walking = context;
    const struct fee_matters *matters = walking->matters;
    if (matters->wanted && !matters->wanted(matters->context, (const Pb__Consultation *)record))
        return CODE_OK;
    enum code code = take(walking, record);
    if (code == CODE_OK && walking->command.arena->exhausted)
        code = no_memory(&walking->command); /* something may have been taken for not there */
    arena_reset(walking->command.arena);
    return code;
}

enum code fees_each_matter(struct command *command, const struct fee_matters *matters)
{
    struct arena scratch;
    struct walking walking = {*command, matters};
    const struct walk of_cycle = {
        .table = &fees_consultations, .index = INDEX_CYCLE, .value = span_of_text(matters->cycle->id)};
    arena_init(&scratch, REQUEST_ARENA_BYTES);
    walking.command.arena = &scratch;
    enum code code = walk(command, &of_cycle, take_one, &walking);
    if (code != CODE_OK && command->fault.code == CODE_OK)
        command->fault = walking.command.fault;
    arena_finish(&scratch);
    return code;
}
