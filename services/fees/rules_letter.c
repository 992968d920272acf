/* Letters (rule F1). In: a text with names in double brackets, and what they stand for. Out: the letter, or
 * where its text cannot be filled in. */

#include "services/fees/rules_letter.h"

#include "services/fees/rules_text.h"

#include <stdarg.h>
#include <stdio.h>

/* --- names ------------------------------------------------------------------------------------------- */

static const char *const names[FEE_LETTER_NAME_COUNT] = {
#define X(name, written, what) [FEE_LETTER_##name] = written,
    FEE_LETTER_NAMES(X)
#undef X
};

/* Blanks at the ends, how many between its words, and case make no difference. */
static bool is_name(struct span text, const char *name)
{
    size_t at = 0;
    for (; *name; name++) {
        if (at == text.size)
            return false;
        if (*name == ' ') {
            if (text.data[at] != ' ')
                return false;
            while (at < text.size && text.data[at] == ' ')
                at++;
        } else if ((text.data[at++] | 0x20) != (uint8_t)*name) {
            return false;
        }
    }
    return at == text.size;
}

static bool name_of(struct span text, enum fee_letter_name *ret_name)
{
    while (text.size && text.data[0] == ' ')
        text = span_of(text.data + 1, text.size - 1);
    while (text.size && text.data[text.size - 1] == ' ')
        text.size--;
    for (unsigned i = 0; i < FEE_LETTER_NAME_COUNT; i++) {
        if (is_name(text, names[i])) {
            *ret_name = (enum fee_letter_name)i;
            return true;
        }
    }
    return false;
}

/* --- a text, piece by piece -------------------------------------------------------------------------- */

enum piece_kind {
    PIECE_TEXT,
    PIECE_NAME,
    PIECE_UNKNOWN,  /* no such name between the brackets */
    PIECE_UNCLOSED, /* the rest of a line that opens brackets */
    PIECE_STRAY,    /* brackets that close nothing */
};

struct piece {
    enum piece_kind kind;
    struct span all;    /* brackets included */
    struct span inside; /* the brackets of NAME and UNKNOWN */
    enum fee_letter_name name;
};

static struct piece bracketed(const char *at)
{
    struct piece piece = {.kind = PIECE_UNCLOSED};
    size_t line = strcspn(at, "\n");
    const char *close = memmem(at + 2, line - 2, "}}", 2);
    const char *again = memmem(at + 2, line - 2, "{{", 2);
    if (!close || (again && again < close)) {
        piece.all = span_of(at, again ? (size_t)(again - at) : line);
        return piece;
    }
    piece.inside = span_of(at + 2, (size_t)(close - at) - 2);
    piece.all = span_of(at, (size_t)(close - at) + 2);
    piece.kind = name_of(piece.inside, &piece.name) ? PIECE_NAME : PIECE_UNKNOWN;
    return piece;
}

/* The piece that begins there; the text is not at its end. */
static struct piece piece_at(const char *at)
{
    if (strncmp(at, "{{", 2) == 0)
        return bracketed(at);
    if (strncmp(at, "}}", 2) == 0)
        return (struct piece){.kind = PIECE_STRAY, .all = span_of(at, 2)};
    const char *end = at + 1;
    while (*end && strncmp(end, "{{", 2) != 0 && strncmp(end, "}}", 2) != 0)
        end++;
    return (struct piece){.kind = PIECE_TEXT, .all = span_of(at, (size_t)(end - at))};
}

/* --- held against its names -------------------------------------------------------------------------- */

static void __attribute__((format(printf, 4, 5)))
tell(struct fee_letter_problem *problem, const char *text, const char *at, const char *reason, ...)
{
    va_list arguments;
    if (!problem)
        return;
    problem->line = problem->column = 1;
    for (; text < at; text++) {
        problem->column += ((uint8_t)*text & 0xc0) != 0x80; /* characters, not bytes */
        if (*text == '\n') {
            problem->line++;
            problem->column = 1;
        }
    }
    va_start(arguments, reason);
    vsnprintf(problem->reason, sizeof problem->reason, reason, arguments);
    va_end(arguments);
    text_mend(problem->reason);
}

/* "authority, provider, …": the names there are. */
static void list_names(char *ret_text, size_t size)
{
    size_t used = 0;
    for (unsigned i = 0; i < FEE_LETTER_NAME_COUNT && used < size; i++)
        used += (size_t)snprintf(ret_text + used, size - used, "%s%s", i ? ", " : "", names[i]);
}

enum fees_refusal fee_letter_check(const char *text, struct fee_letter_problem *ret_problem)
{
    char list[240];
    for (const char *at = text; *at;) {
        const struct piece piece = piece_at(at);
        switch (piece.kind) {
        case PIECE_TEXT:
        case PIECE_NAME:
            break;
        case PIECE_UNKNOWN:
            list_names(list, sizeof list);
            tell(ret_problem, text, at, "\"%.*s\" is no name: %s",
                 piece.inside.size < 40 ? (int)piece.inside.size : 40, (const char *)piece.inside.data, list);
            return REFUSAL_LETTER_TEXT_WRONG;
        case PIECE_UNCLOSED:
            tell(ret_problem, text, at, "{{ is not closed by }} on its line");
            return REFUSAL_LETTER_TEXT_WRONG;
        case PIECE_STRAY:
            tell(ret_problem, text, at, "}} closes nothing");
            return REFUSAL_LETTER_TEXT_WRONG;
        }
        at += piece.all.size;
    }
    return REFUSAL_NONE;
}

/* What a piece becomes: its own bytes, a value, or a gap to be filled in by hand. */
static struct span filled(const struct piece *piece, const struct fee_letter_values *values, char gap[40])
{
    if (piece->kind != PIECE_NAME)
        return piece->all;
    const char *value = values->of[piece->name];
    if (value && *value)
        return span_of_text(value);
    snprintf(gap, 40, "[%s]", names[piece->name]);
    return span_of_text(gap);
}

/* Writes the letter to `out`, where there is one; its size. */
static size_t write_letter(const char *text, const struct fee_letter_values *values, char *out)
{
    size_t size = 0;
    char gap[40];
    for (const char *at = text; *at;) {
        const struct piece piece = piece_at(at);
        struct span part = filled(&piece, values, gap);
        if (out && part.size)
            memcpy(out + size, part.data, part.size);
        size += part.size;
        at += piece.all.size;
    }
    return size;
}

char *fee_letter_fill(const char *text, const struct fee_letter_values *values, struct arena *arena)
{
    size_t size = write_letter(text, values, NULL);
    char *letter = arena_alloc(arena, size + 1);
    if (letter)
        write_letter(text, values, letter);
    return letter;
}

/* --- which there are --------------------------------------------------------------------------------- */

static const struct fee_letter_facts letters[] = {
    {PB__FEE_LETTER_KIND__FEE_LETTER_KIND_NOT_LEADING, "not-leading", "who leads", FEE_LETTER_FROM_OTHERS,
     PB__FEE_TASK_KIND__FEE_TASK_KIND_LETTER_SENT},
    /* with those that do not lead, so that the provider has both at the same time */
    {PB__FEE_LETTER_KIND__FEE_LETTER_KIND_INVITATION, "invitation", "invitation to apply",
     FEE_LETTER_FROM_LEAD, PB__FEE_TASK_KIND__FEE_TASK_KIND_LETTER_SENT},
    {PB__FEE_LETTER_KIND__FEE_LETTER_KIND_CONSULTATION, "consultation", "beginning of consultation",
     FEE_LETTER_FROM_LEAD, PB__FEE_TASK_KIND__FEE_TASK_KIND_CONSULTATION_BEGUN},
    {PB__FEE_LETTER_KIND__FEE_LETTER_KIND_DECISION, "decision", "decision", FEE_LETTER_FROM_EACH,
     PB__FEE_TASK_KIND__FEE_TASK_KIND_DECISION},
};

const struct fee_letter_facts *fee_letter_of_kind(Pb__FeeLetterKind kind)
{
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (letters[i].kind == kind)
            return &letters[i];
    return NULL;
}

const struct fee_letter_facts *fee_letter_of_id(const char *id)
{
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (strcmp(letters[i].id, id) == 0)
            return &letters[i];
    return NULL;
}

/* --- their texts ------------------------------------------------------------------------------------- */

enum fees_refusal fee_letter_update(const Pb__LetterText *stored, const Pb__LetterText *asked,
                                    Pb__LetterText *ret_text, struct fault *ret_fault)
{
    Pb__LetterText text = *stored;
    struct fee_letter_problem problem = {0};
    if (text_is_blank(asked->title) || strlen(asked->title) > FEE_TITLE_BYTES_MAX ||
        strchr(asked->title, '\n'))
        return fees_refuse(ret_fault, REFUSAL_LETTER_TITLE_WRONG, NULL, NULL);
    if (fee_letter_check(asked->title, &problem) != REFUSAL_NONE)
        return fees_refuse(ret_fault, REFUSAL_LETTER_TITLE_WRONG, NULL, "column %u: %s", problem.column,
                           problem.reason);
    if (text_is_blank(asked->text))
        return fees_refuse(ret_fault, REFUSAL_LETTER_TEXT_WRONG, NULL, "a letter has a text");
    if (strlen(asked->text) > RECORD_TEXT_BYTES_MAX)
        return fees_refuse(ret_fault, REFUSAL_TEXT_LONG, "text.text", NULL);
    if (fee_letter_check(asked->text, &problem) != REFUSAL_NONE)
        return fees_refuse(ret_fault, REFUSAL_LETTER_TEXT_WRONG, NULL, "line %u, column %u: %s", problem.line,
                           problem.column, problem.reason);
    text.title = asked->title;
    text.text = asked->text;
    *ret_text = text;
    return REFUSAL_NONE;
}

bool fee_letter_read(const char *id, struct span shipped, struct arena *arena, Pb__LetterText *ret_text)
{
    const struct fee_letter_facts *facts = fee_letter_of_id(id);
    char *whole = arena_alloc(arena, shipped.size + 1);
    if (!facts || !whole)
        return false;
    memcpy(whole, shipped.data, shipped.size);
    char *end = strchr(whole, '\n');
    if (!end)
        return false;
    *end++ = '\0';
    while (*end == '\n')
        end++;
    pb__letter_text__init(ret_text);
    ret_text->id = facts->id;
    ret_text->kind = facts->kind;
    ret_text->title = whole;
    ret_text->text = end;
    return true;
}
