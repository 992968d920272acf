/* A published list, as a file from anywhere; built once for each reader (READER, and ROW where its rows are
 * messages).
 *
 * In: a file. Held against: each row of data is either taken or rejected, with line, column and reason; what
 * is taken is a message that can be sent; reading again gives the same. */

#include "tests/fuzz/targets/reader.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/placements.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

/* A row's content in one text. */
static char *show_row(const void *row, struct arena *arena)
{
#ifdef ROW
    const ROW *message = row;
    must_pack(&message->base, arena);
    return must_print(&message->base, false, arena);
#else
    const struct vacancy_row *vacancy = row;
    require(vacancy->provision && vacancy->provision[0]);
    require(vacancy->places == 0 || vacancy->from[0]);
    require(!vacancy->until[0] || strcmp(vacancy->until, vacancy->from) >= 0);
    return arena_format(arena, "%s %s %s %s %u %s", vacancy->provision, vacancy->group, vacancy->from,
                        vacancy->until, vacancy->places, vacancy->confirmed_on);
#endif
}

static void check_reading(const struct reading *reading, struct span bytes)
{
    unsigned lines = lines_of(bytes);
    require(reading->read == reading->count + reading->rejects.count);
    require(reading->encoding[0]);
    for (size_t i = 0; i < reading->count; i++)
        require(reading->rows[i] && reading->lines[i] >= 1 && reading->lines[i] <= lines &&
                (i == 0 || reading->lines[i] >= reading->lines[i - 1]));
    require_issues(&reading->rejects, lines);
    require_issues(&reading->remarks, lines);
}

static void check_again(const struct reading *reading, struct span bytes)
{
    struct arena arena;
    struct reading again;
    arena_init(&arena, READER_ARENA_BYTES);
    require(READER(bytes, &arena, &again, NULL) == CODE_OK);
    require(again.read == reading->read && again.count == reading->count);
    require(again.remarks.count == reading->remarks.count && again.as_of.day == reading->as_of.day);
    for (size_t i = 0; i < reading->count; i++)
        require(same_text(show_row(again.rows[i], &arena), show_row(reading->rows[i], reading->arena)));
    arena_finish(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span bytes = span_of(data, size);
    struct arena arena;
    struct reading reading, untouched;
    struct fault fault;
    arena_init(&arena, READER_ARENA_BYTES);
    memset(&untouched, 'u', sizeof untouched);
    reading = untouched;
    enum code code = READER(bytes, &arena, &reading, &fault);
    if (code == CODE_OK) {
        check_reading(&reading, bytes);
        check_again(&reading, bytes);
    } else {
        require(code == CODE_INVALID_ARGUMENT && memcmp(&reading, &untouched, sizeof reading) == 0);
        require_fault(code, &fault);
    }
    arena_finish(&arena);
    return 0;
}
