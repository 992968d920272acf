/* Files beside answers: names, answers with their files, parts as they arrive. In: what is asked and stored.
 * Out: a clean name, answers as the form reads them, or a refusal. What a file is by what it holds is found
 * in evidence_look.c. */

#include "common/forms/evidence.h"

#include "common/forms/inside.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

static const struct evidence_facts facts[] = {
#define X(name, media_type, safe_inline, endings) {media_type, safe_inline, endings},
    EVIDENCE_KINDS(X)
#undef X
};

const struct evidence_facts *evidence_facts(enum evidence_kind kind)
{
    size_t number = (size_t)kind;
    return &facts[number < sizeof facts / sizeof facts[0] ? number : EVIDENCE_IS_OTHER];
}

/* --- names ------------------------------------------------------------------------------------------- */

/* Controls, and characters that turn the direction of what follows or are not seen: "invoice\u202efdp.exe".
 */
static bool is_unseen(uint32_t character)
{
    return character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0xad ||
           (character >= 0x200b && character <= 0x200f) || (character >= 0x2028 && character <= 0x202e) ||
           (character >= 0x2060 && character <= 0x206f) || character == 0xfeff;
}

/* A character of well-formed UTF-8 and its length. */
static size_t next_character(const char *text, uint32_t *ret_character)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t length = bytes[0] < 0x80 ? 1 : bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
    uint32_t character = length == 1 ? bytes[0] : bytes[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++)
        character = character << 6 | (bytes[i] & 0x3f);
    *ret_character = character;
    return length;
}

static void clean(char *name)
{
    char *out = name;
    uint32_t character;
    text_mend(name);
    for (size_t length; *name; name += length) {
        length = next_character(name, &character);
        if (is_unseen(character))
            continue;
        if (length == 1 && strchr("<>:\"|?*", (int)character))
            *out++ = '-';
        else
            memmove(out, name, length), out += length;
    }
    *out = '\0';
}

/* Without blanks and dots at its ends: hidden files, and endings that hide behind a dot. */
static char *trim(char *name)
{
    size_t size;
    name += strspn(name, " .");
    for (size = strlen(name); size > 0 && (name[size - 1] == ' ' || name[size - 1] == '.'); size--)
        name[size - 1] = '\0';
    return name;
}

/* What stands behind the last dot; "" where that is no ending: none, a blank in it, digits alone. */
static const char *ending_of(const char *name)
{
    const char *dot = strrchr(name, '.');
    if (!dot || strchr(dot, ' ') || dot[1 + strspn(dot + 1, "0123456789")] == '\0')
        return "";
    return dot + 1;
}

/* Cut before its ending, at a whole character. */
static void shorten(char *name)
{
    char ending[EVIDENCE_NAME_BYTES_MAX / 2];
    const char *stands = ending_of(name);
    size_t size = strlen(name), ending_size = strlen(stands);
    if (size <= EVIDENCE_NAME_BYTES_MAX)
        return;
    if (ending_size > 0 && ending_size + 1 < sizeof ending)
        ending_size++, stands--; /* with its dot */
    else
        ending_size = 0;
    memcpy(ending, stands, ending_size);
    size_t keep = EVIDENCE_NAME_BYTES_MAX - ending_size;
    while (keep > 0 && ((unsigned char)name[keep] & 0xc0) == 0x80)
        keep--;
    memcpy(name + keep, ending, ending_size);
    name[keep + ending_size] = '\0';
}

const char *evidence_name(const char *given, struct arena *arena)
{
    char *name = arena_text(arena, given);
    if (!name)
        return NULL;
    for (char *slash; (slash = strpbrk(name, "/\\"));)
        name = slash + 1;
    clean(name);
    name = trim(name);
    shorten(name);
    return name[0] ? name : NULL;
}

bool evidence_is_as_named(enum evidence_kind kind, const char *name)
{
    char wanted[16] = " ";
    const char *ending = ending_of(name);
    size_t size = strlen(ending);
    if (size == 0)
        return true;
    if (size > sizeof wanted - 3)
        return false;
    for (size_t i = 0; i < size; i++)
        wanted[i + 1] = (char)tolower((unsigned char)ending[i]);
    wanted[size + 1] = ' ';
    return strstr(evidence_facts(kind)->endings, wanted) != NULL;
}

/* --- beside answers ---------------------------------------------------------------------------------- */

static bool is_beside(const char *id, const char *question_id, const struct form_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        if (strcmp(files->items[i]->id, id) == 0)
            return files->items[i]->complete && strcmp(files->items[i]->question_id, question_id) == 0;
    return false;
}

bool evidence_is_there(const Pb__FormAnswer *answer, const struct form_files *files)
{
    for (size_t i = 0; i < answer->n_evidence_ids; i++)
        if (!is_beside(answer->evidence_ids[i], answer->question_id, files))
            return false;
    return true;
}

/* NULL past the arena's limit. */
static Pb__FormAnswer *with_files(const char *question_id, const Pb__FormAnswer *kept,
                                  const struct form_files *files, struct arena *arena)
{
    Pb__FormAnswer *answer = arena_new(arena, Pb__FormAnswer);
    const char **ids = arena_array(arena, const char *, files->count + 1);
    size_t count = 0;
    if (!answer || !ids)
        return NULL;
    pb__form_answer__init(answer);
    if (kept)
        *answer = *kept;
    answer->question_id = question_id;
    for (size_t i = 0; i < files->count; i++)
        if (files->items[i]->complete && strcmp(files->items[i]->question_id, question_id) == 0)
            ids[count++] = files->items[i]->id;
    answer->evidence_ids = ids;
    answer->n_evidence_ids = count;
    return answer;
}

enum code evidence_beside(const Pb__FormTemplate *form, const struct form_answers *kept,
                          const struct form_files *files, struct arena *arena,
                          struct form_answers *ret_answers)
{
    struct form_questions questions;
    form_questions_of(form, &questions);
    Pb__FormAnswer **answers = arena_array(arena, Pb__FormAnswer *, questions.count + 1);
    size_t count = 0;
    if (!answers)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < questions.count; i++) {
        const char *id = questions.items[i]->id;
        const Pb__FormAnswer *before = form_answer_of(kept, id);
        Pb__FormAnswer *answer = with_files(id, before, files, arena);
        if (!answer)
            return CODE_RESOURCE_EXHAUSTED;
        if (before || answer->n_evidence_ids)
            answers[count++] = answer;
    }
    *ret_answers = (struct form_answers){answers, count};
    return CODE_OK;
}

/* --- arriving ---------------------------------------------------------------------------------------- */

enum form_refusal evidence_begin_check(const Pb__BeginEvidenceRequest *request, const Pb__FormTemplate *form,
                                       size_t beside, size_t in_all)
{
    const Pb__FormQuestion *question = form_question(form, request->question_id);
    if (!question || !(question->takes_evidence || question->needs_evidence))
        return FORM_REFUSAL_EVIDENCE_QUESTION;
    if (request->size == 0 || request->size > EVIDENCE_BYTES_MAX)
        return FORM_REFUSAL_EVIDENCE_SIZE;
    if (beside >= FORM_EVIDENCE_MAX || in_all >= EVIDENCE_PER_FORM_MAX)
        return FORM_REFUSAL_EVIDENCE_MANY;
    return FORM_REFUSAL_NONE;
}

uint32_t evidence_parts(const Pb__Evidence *evidence)
{
    return (uint32_t)((evidence->size + BLOB_CHUNK_BYTES - 1) / BLOB_CHUNK_BYTES);
}

enum form_refusal evidence_chunk_check(const Pb__Evidence *evidence, uint32_t chunk, size_t size)
{
    uint64_t before = (uint64_t)chunk * BLOB_CHUNK_BYTES;
    if (evidence->complete)
        return FORM_REFUSAL_EVIDENCE_WHOLE;
    if (chunk != evidence->chunks || before >= evidence->size)
        return FORM_REFUSAL_EVIDENCE_CHUNK;
    uint64_t left = evidence->size - before;
    return size == (left < BLOB_CHUNK_BYTES ? left : BLOB_CHUNK_BYTES) ? FORM_REFUSAL_NONE
                                                                       : FORM_REFUSAL_EVIDENCE_CHUNK;
}

enum form_refusal evidence_finish_check(const Pb__Evidence *evidence, const struct evidence_look *look,
                                        struct span digest, struct span digest_sent,
                                        enum evidence_kind *ret_kind)
{
    enum evidence_kind kind = evidence_look_kind(look);
    if (evidence->complete)
        return FORM_REFUSAL_EVIDENCE_WHOLE;
    if (look->size != evidence->size)
        return FORM_REFUSAL_EVIDENCE_PARTS_MISSING;
    if (digest.size == 0 || !span_equal(digest, digest_sent))
        return FORM_REFUSAL_EVIDENCE_DIGEST;
    if (kind == EVIDENCE_IS_MACROS)
        return FORM_REFUSAL_EVIDENCE_MACROS;
    if (kind == EVIDENCE_IS_OTHER)
        return FORM_REFUSAL_EVIDENCE_KIND;
    if (!evidence_is_as_named(kind, evidence->name))
        return FORM_REFUSAL_EVIDENCE_NOT_AS_NAMED;
    *ret_kind = kind;
    return FORM_REFUSAL_NONE;
}
