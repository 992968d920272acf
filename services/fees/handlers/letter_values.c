/* The values of a letter's names. In: a provision's matter and the LA that writes. Out: texts, as people read
 * them; what is not known stays empty, and shows as a gap. */

#include "services/fees/handlers/letter_values.h"

#include "common/domain/money.h"
#include "services/fees/rules_figures.h"
#include "services/fees/rules_text.h"
#include "services/fees/rules_threshold.h"

static enum code name_authority(struct command *command, const char *gss, const char **ret_name)
{
    enum code code = CODE_OK;
    const Pb__Authority *authority = gss[0] ? load_if_any(command, &fees_authorities, gss, &code) : NULL;
    TRY(code);
    *ret_name = authority && authority->name[0] ? authority->name : gss;
    return CODE_OK;
}

static const char *long_day(struct date day, struct arena *arena)
{
    char text[DATE_LONG_TEXT_BYTES];
    if (date_is_none(day))
        return "";
    date_print_long(day, text);
    return arena_text(arena, text);
}

/* Where it is and who runs it. */
static enum code name_place(struct command *command, const Pb__Consultation *consultation,
                            struct fee_letter_values *values)
{
    enum code code;
    const Pb__Provision *provision =
        load_if_any(command, &fees_provisions, consultation->provision_id, &code);
    TRY(code);
    const Pb__Provider *provider = load_if_any(command, &fees_providers, consultation->provider_id, &code);
    TRY(code);
    const char *address = "";
    for (size_t i = 0; provision && address && i < provision->n_address; i++)
        address = arena_format(command->arena, "%s%s%s", address, i ? ", " : "", provision->address[i]);
    if (provision && address && provision->postcode[0])
        address =
            arena_format(command->arena, "%s%s%s", address, address[0] ? ", " : "", provision->postcode);
    if (!address)
        return no_memory(command);
    values->of[FEE_LETTER_ADDRESS] = address;
    values->of[FEE_LETTER_PROVISION] = consultation->name;
    values->of[FEE_LETTER_PROVIDER] = provider ? provider->name : "";
    return CODE_OK;
}

/* `Residential, 52 weeks: £5,000.00 a week`, a line for each service. NULL past the arena's limit. */
static const char *figure_lines(const struct fee_services *services, const struct fee_figures *figures,
                                struct arena *arena)
{
    const char *lines = "";
    for (size_t i = 0; lines && i < services->count; i++) {
        char money[MONEY_TEXT_BYTES];
        int64_t pence;
        const Pb__FeeService *service = services->items[i];
        if (!fee_figure(figures, service->id, &pence))
            continue;
        money_print(money_pence(pence), money);
        lines = arena_format(arena, "%s%s%s: %s a week", lines, lines[0] ? "\n" : "", service->title, money);
    }
    return lines;
}

static const char *decision_words(Pb__FeeDecisionKind kind)
{
    switch (kind) {
    case PB__FEE_DECISION_KIND__FEE_DECISION_KIND_ACCEPT:
        return "the fee is accepted";
    case PB__FEE_DECISION_KIND__FEE_DECISION_KIND_OTHER:
        return "another fee is agreed to";
    case PB__FEE_DECISION_KIND__FEE_DECISION_KIND_REJECT:
        return "no increase is agreed to";
    case PB__FEE_DECISION_KIND__FEE_DECISION_KIND_UNSPECIFIED:
    case PB__FEE_DECISION_KIND__FEE_DECISION_KIND_PENDING:
    case _PB__FEE_DECISION_KIND_IS_INT_SIZE:
        break;
    }
    return "";
}

/* Of an expression, what comes before its review level. */
static const char *exceptional_above(const char *expression, struct arena *arena)
{
    return arena_format(arena, "%.*s", (int)strcspn(expression, ","), expression);
}

/* From when, and above what. A letter that answers an application has its first day, and what it was held
 * against; one that comes before has the cycle's, and what is in force on its day. */
static void name_terms(const struct fee_matter *matter, const Pb__FeeSubmission *answered, struct date on,
                       struct arena *arena, struct fee_letter_values *values)
{
    const Pb__FeeThreshold *in_force = threshold_in_force(matter->cycle, on);
    const char *threshold = answered ? answered->threshold : in_force ? in_force->expression : "";
    struct date first = answered ? stored_date(answered->effective_on) : DATE_NONE;
    if (date_is_none(first))
        first = stored_date(matter->cycle->first_on);
    values->of[FEE_LETTER_FIRST_DAY] = long_day(first, arena);
    values->of[FEE_LETTER_THRESHOLD] = exceptional_above(threshold, arena);
}

static bool answers_application(Pb__FeeLetterKind kind)
{
    return kind == PB__FEE_LETTER_KIND__FEE_LETTER_KIND_CONSULTATION ||
           kind == PB__FEE_LETTER_KIND__FEE_LETTER_KIND_DECISION;
}

/* A decision's letter has what was decided; any other what is asked for. */
static enum code name_figures(struct command *command, const struct fee_matter *matter,
                              const char *authority_id, Pb__FeeLetterKind kind,
                              const Pb__FeeSubmission *submission, struct fee_letter_values *values)
{
    struct fee_figures figures = {0};
    const struct fee_services services = fee_services_of(submission);
    const Pb__FeeDecision *decision = fee_matter_decision(matter, authority_id);
    if (kind == PB__FEE_LETTER_KIND__FEE_LETTER_KIND_DECISION && decision) {
        figures = (struct fee_figures){decision->figures, decision->n_figures};
        values->of[FEE_LETTER_DECISION] = decision_words(decision->kind);
        values->of[FEE_LETTER_REASON] = decision->reason;
    } else if (!fee_figures_proposed(&services, command->arena, &figures)) {
        return no_memory(command);
    }
    values->of[FEE_LETTER_FIGURES] = figure_lines(&services, &figures, command->arena);
    values->of[FEE_LETTER_INCREASE] = submission ? submission->increase_percent : "";
    return command->arena->exhausted ? no_memory(command) : CODE_OK;
}

enum code fees_letter_values(struct command *command, const struct fee_matter *matter,
                             const char *authority_id, Pb__FeeLetterKind kind, struct date on,
                             struct fee_letter_values *ret_values)
{
    struct arena *arena = command->arena;
    struct fee_letter_values values = {0};
    const struct fee_day *days = matter->days->of;
    Pb__FeeSubmission *submission;
    TRY(fees_standing(command, matter->consultation, &submission));
    TRY(name_authority(command, authority_id, &values.of[FEE_LETTER_AUTHORITY]));
    TRY(name_authority(command, matter->consultation->lead_id, &values.of[FEE_LETTER_LEAD]));
    TRY(name_place(command, matter->consultation, &values));
    TRY(name_figures(command, matter, authority_id, kind, submission, &values));
    name_terms(matter, answers_application(kind) ? submission : NULL, on, arena, &values);
    values.of[FEE_LETTER_CYCLE] = matter->cycle->id;
    values.of[FEE_LETTER_APPLICATION_DUE] =
        long_day(days[PB__FEE_TASK_KIND__FEE_TASK_KIND_APPLICATION].on, arena);
    values.of[FEE_LETTER_REPORT_DUE] = long_day(days[PB__FEE_TASK_KIND__FEE_TASK_KIND_REPORT].on, arena);
    values.of[FEE_LETTER_DECISION_DUE] = long_day(days[PB__FEE_TASK_KIND__FEE_TASK_KIND_DECISION].on, arena);
    values.of[FEE_LETTER_TODAY] = long_day(on, arena);
    if (arena->exhausted)
        return no_memory(command);
    *ret_values = values;
    return CODE_OK;
}
