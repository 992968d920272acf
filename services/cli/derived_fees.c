/* Words for tables of fees that no one field says: whose a reminder is, how a decision or a line stands.
 * Messages come in, words go out. */

#include "services/cli/derived.h"
#include "services/cli/fees.h"
#include "services/cli/reflect.h"

#include "common/domain/gss.h"
#include "common/domain/money.h"

#include <string.h>

static const char *cycle_exceptional(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__FeeCycle *cycle = (const Pb__FeeCycle *)(const void *)message;
    (void)arena;
    return cycle->n_thresholds ? cycle->thresholds[cycle->n_thresholds - 1]->expression : "";
}

static const char *reminder_whose(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__FeeReminder *reminder = (const Pb__FeeReminder *)(const void *)message;
    const struct authority *authority = authority_by_gss(reminder->authority_id);
    (void)arena;
    if (authority || *reminder->authority_id)
        return authority ? authority->name : reminder->authority_id;
    return *reminder->provider_name ? reminder->provider_name : "the provider";
}

static const char *reminder_standing(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__FeeReminder *reminder = (const Pb__FeeReminder *)(const void *)message;
    if (!reminder->late && !reminder->days)
        return "today";
    return arena_format(arena, "%u day%s %s", reminder->days, reminder->days == 1 ? "" : "s",
                        reminder->late ? "late" : "left");
}

static const char *benchmark_remark(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__BenchmarkRow *row = (const Pb__BenchmarkRow *)(const void *)message;
    const char *asked = row->asked ? "the provision asked about" : "";
    if (!row->suppressed)
        return asked;
    return arena_format(arena, "not shown%s%s", *asked ? "; " : "", asked);
}

static const char *consultation_placing(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__Consultation *consultation = (const Pb__Consultation *)(const void *)message;
    size_t authorities = 0;
    uint32_t placements = 0;
    for (size_t i = 0; i < consultation->n_placing; i++) {
        authorities += consultation->placing[i]->placements > 0;
        placements += consultation->placing[i]->placements;
    }
    return arena_format(arena, "%u by %zu LA%s", placements, authorities, authorities == 1 ? "" : "s");
}

bool fees_told_counts(const Pb__Consultation *consultation)
{
    return consultation->told_level && (*consultation->told_reason || !consultation->level);
}

static const char *consultation_level(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__Consultation *consultation = (const Pb__Consultation *)(const void *)message;
    const char *computed = reflect_text(message, "level", arena);
    const char *told = reflect_text(message, "told_level", arena);
    if (!consultation->told_level)
        return computed;
    if (!consultation->level || consultation->told_level == consultation->level)
        return arena_format(arena, "%s, as told", told);
    return fees_told_counts(consultation)
               ? arena_format(arena, "%s, as told (%s as computed)", told, computed)
               : arena_format(arena, "%s, as computed (%s as told before)", computed, told);
}

static const char *log_figures(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__FeeLogEntry *entry = (const Pb__FeeLogEntry *)(const void *)message;
    return fees_figures_text(entry->figures, entry->n_figures, arena);
}

static const char *decision_figures(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__FeeDecision *decision = (const Pb__FeeDecision *)(const void *)message;
    return fees_figures_text(decision->figures, decision->n_figures, arena);
}

static const char *decision_words(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__FeeDecision *decision = (const Pb__FeeDecision *)(const void *)message;
    const char *kind = reflect_text(message, "kind", arena);
    return decision->outdated ? arena_format(arena, "%s (of an earlier submission)", kind) : kind;
}

static const char *line_decided(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__FeeLine *line = (const Pb__FeeLine *)(const void *)message;
    char text[MONEY_TEXT_BYTES];
    if (!line->decided)
        return "";
    money_print(money_pence(line->decided_pence), text);
    return arena_text(arena, text);
}

static const struct {
    const ProtobufCMessageDescriptor *type;
    const char *name;
    derived_text *text;
} DERIVED[] = {
    {&pb__fee_cycle__descriptor, "exceptional", cycle_exceptional},
    {&pb__fee_reminder__descriptor, "whose", reminder_whose},
    {&pb__fee_reminder__descriptor, "standing", reminder_standing},
    {&pb__benchmark_row__descriptor, "remark", benchmark_remark},
    {&pb__consultation__descriptor, "placing_words", consultation_placing},
    {&pb__consultation__descriptor, "level_words", consultation_level},
    {&pb__fee_log_entry__descriptor, "figures_words", log_figures},
    {&pb__fee_decision__descriptor, "figures_words", decision_figures},
    {&pb__fee_decision__descriptor, "decision_words", decision_words},
    {&pb__fee_line__descriptor, "decided_words", line_decided},
};

derived_text *derived_find_fees(const ProtobufCMessageDescriptor *type, const char *name)
{
    for (size_t i = 0; i < sizeof DERIVED / sizeof *DERIVED; i++)
        if (DERIVED[i].type == type && strcmp(DERIVED[i].name, name) == 0)
            return DERIVED[i].text;
    return NULL;
}
