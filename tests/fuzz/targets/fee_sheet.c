/* A fee application's sheet, as a stranger's spreadsheet has it (rules F3, S5).
 *
 * In: a file. Held against: every problem has a row of the file and can be sent; what is taken is what could
 * be typed, and is kept without a word; written again and read again it says the same, with nothing wrong. */

#include "common/wire/wire.h"
#include "services/fees/forms/shipped.h"
#include "services/fees/rules_sheet.h"
#include "tests/fuzz/targets/fuzz.h"

static Pb__FeeCycle cycle;
static const struct date today = {20878}; /* 2027-03-01 */

/* The application's form that ships; read once, and kept. */
static const Pb__FormTemplate *shipped(void)
{
    static struct arena arena;
    static Pb__FormTemplate *form;
    struct form_problems problems;
    if (form)
        return form;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    require(form_read(span_of(fees_shipped[0].text, (size_t)(fees_shipped[0].end - fees_shipped[0].text)),
                      &arena, &form, &problems) == CODE_OK);
    pb__fee_cycle__init(&cycle);
    cycle.id = "2027-28", cycle.first_on = "2027-04-01", cycle.last_on = "2028-03-31";
    return form;
}

static void check_problems(const struct fee_problems *problems, unsigned lines)
{
    require(problems->count <= FEE_PROBLEMS_MAX + 1);
    for (size_t i = 0; i < problems->count; i++) {
        const Pb__FeeProblem *problem = problems->items[i];
        require(*problem->reason && span_is_text(span_of_text(problem->reason)));
        require(span_is_text(span_of_text(problem->value)) && span_is_text(span_of_text(problem->field)));
        require(span_is_text(span_of_text(problem->column)));
        require(i == FEE_PROBLEMS_MAX || (problem->row >= 1 && problem->row <= lines));
    }
}

/* What was taken, kept. */
static Pb__FeeApplication save(const Pb__FeeApplication *application, const struct fee_sheet *sheet,
                               struct arena *arena)
{
    Pb__FeeApplication kept;
    bool changed = false;
    struct fault fault = {0};
    enum fees_refusal refusal =
        fee_application_save(application, &sheet->typed, shipped(), today, arena, &kept, &changed, &fault);
    require(refusal == REFUSAL_NONE || refusal == REFUSAL_APPLICATION_LARGE);
    return refusal == REFUSAL_NONE ? kept : *application;
}

static void check_again(const Pb__FeeApplication *kept, const struct fee_setting *setting,
                        struct arena *arena)
{
    struct span csv;
    struct fee_sheet sheet;
    require(fee_sheet_write(kept, setting, arena, &csv) == CODE_OK && span_is_text(csv));
    require(fee_sheet_read(csv, kept, setting, arena, &sheet) == CODE_OK);
    require(sheet.problems.count == 0);
    Pb__FeeApplication again = save(kept, &sheet, arena);
    struct span one = wire_pack(&kept->base, arena), other = wire_pack(&again.base, arena);
    require(one.data && span_equal(one, other));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct fee_sheet sheet;
    Pb__FeeApplication application;
    const struct fee_setting setting = {.cycle = &cycle, .form = shipped(), .day = today};
    unsigned lines = 2;
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n' || data[i] == '\r';
    pb__fee_application__init(&application);
    application.state = PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_DRAFT;
    arena_init(&arena, 8 * REQUEST_ARENA_BYTES);
    require(fee_sheet_read(span_of(data, size), &application, &setting, &arena, &sheet) == CODE_OK);
    check_problems(&sheet.problems, lines);
    require(sheet.cells_kept || (sheet.typed.n_services == 0 && sheet.typed.n_answers == 0));
    Pb__FeeApplication kept = save(&application, &sheet, &arena);
    check_again(&kept, &setting, &arena);
    arena_finish(&arena);
    return 0;
}
