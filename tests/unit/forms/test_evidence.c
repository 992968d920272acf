/* Evidence: names, parts, and what a file is by what it holds. */

#include "common/forms/evidence.h"

#include "common/base/limits.h"

#include <criterion/criterion.h>

#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { TEST_ARENA_BYTES = 16 * 1024 * 1024 };

Test(evidence, names)
{
    const struct {
        const char *given, *name;
    } cases[] = {
        {"report.pdf", "report.pdf"},
        {"C:\\Users\\me\\report.pdf", "report.pdf"},
        {"../../etc/passwd", "passwd"},
        {"folder/", NULL},
        {"", NULL},
        {"...", NULL},
        {".hidden.txt", "hidden.txt"},
        {"notes.txt. . ", "notes.txt"},
        {"a\r\nSet-Cookie: x.txt", "aSet-Cookie- x.txt"},
        {"say \"hi\"?.png", "say -hi--.png"},
        {"invoice\u202efdp.exe", "invoicefdp.exe"},
        {"zero\u200bwidth\ufeff.txt", "zerowidth.txt"},
        {"caf\u00e9 \u2013 menu.jpeg", "caf\u00e9 \u2013 menu.jpeg"},
        {"bad\xff.txt", "bad-.txt"},
        {"\x01\x02", NULL},
    };
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *name = evidence_name(cases[i].given, &arena);
        cr_assert(cases[i].name ? name && strcmp(name, cases[i].name) == 0 : !name, "case %zu: %s", i,
                  name ? name : "none");
    }
    char given[600], *at = given;
    while (at < given + 500)
        at += sprintf(at, "\u00e9");
    strcpy(at, ".docx");
    const char *cut = evidence_name(given, &arena);
    cr_assert(strlen(cut) <= EVIDENCE_NAME_BYTES_MAX && strlen(cut) >= EVIDENCE_NAME_BYTES_MAX - 1);
    cr_assert(strcmp(cut + strlen(cut) - 5, ".docx") == 0 && span_is_text(span_of_text(cut)));
    memset(given + 1, 'x', 500);
    given[0] = '.', given[501] = '\0';
    cr_assert(strlen(evidence_name(given, &arena)) == EVIDENCE_NAME_BYTES_MAX);
    arena_finish(&arena);
}

Test(evidence, as_named)
{
    const struct {
        enum evidence_kind kind;
        const char *name;
        bool is;
    } cases[] = {
        {EVIDENCE_IS_PDF, "a.pdf", true},       {EVIDENCE_IS_PDF, "a.PDF", true},
        {EVIDENCE_IS_PDF, "a.png", false},      {EVIDENCE_IS_PDF, "a", true},
        {EVIDENCE_IS_JPEG, "a.jpeg", true},     {EVIDENCE_IS_JPEG, "a.pdf.jpg", true},
        {EVIDENCE_IS_TEXT, "a.html", false},    {EVIDENCE_IS_TEXT, "a.csv", true},
        {EVIDENCE_IS_TEXT, "a.exe", false},     {EVIDENCE_IS_TEXT, "Visit of 3.5.2026", true},
        {EVIDENCE_IS_TEXT, "v1.2 final", true}, {EVIDENCE_IS_TEXT, "a.settingcontent-ms", false},
        {EVIDENCE_IS_DOCX, "a.docx", true},     {EVIDENCE_IS_DOCX, "a.docm", false},
        {EVIDENCE_IS_OTHER, "a.x", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_assert(evidence_is_as_named(cases[i].kind, cases[i].name) == cases[i].is, "case %zu", i);
}

/* --- what it holds ----------------------------------------------------------------------------------- */

struct bytes {
    uint8_t data[16 * 1024];
    size_t size;
};

static void put(struct bytes *bytes, const void *data, size_t size)
{
    memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
}

/* An entry of an archive: its local header, name and bytes. */
static void put_entry(struct bytes *bytes, const char *name, const char *holds, size_t size)
{
    uint8_t header[30] = "PK\003\004\024";
    header[18] = header[22] = (uint8_t)size, header[19] = header[23] = (uint8_t)(size >> 8);
    header[26] = (uint8_t)strlen(name);
    put(bytes, header, sizeof header);
    put(bytes, name, strlen(name));
    put(bytes, holds, size);
}

static void put_entries(struct bytes *bytes, const char *const *names)
{
    static const char packed[700] = "anything PK but a header \003\004";
    for (; *names; names++)
        put_entry(bytes, *names, packed, sizeof packed);
    put(bytes, "PK\001\002", 4);
}

static enum evidence_kind kind_in_parts(const void *data, size_t size, size_t part)
{
    struct evidence_look look;
    evidence_look_init(&look);
    for (size_t at = 0; at < size; at += part)
        evidence_look_at(&look, span_of((const uint8_t *)data + at, size - at < part ? size - at : part));
    return evidence_look_kind(&look);
}

/* However it is cut into parts, it is the same. */
static enum evidence_kind kind_of(const void *data, size_t size)
{
    const size_t parts[] = {1, 2, 3, 7, 29, 30, 31, 64, 95, 96, 97, 1000, 4096, 5000};
    enum evidence_kind kind = kind_in_parts(data, size, size ? size : 1);
    for (size_t i = 0; i < COUNT(parts); i++)
        cr_assert(kind_in_parts(data, size, parts[i]) == kind, "in parts of %zu", parts[i]);
    return kind;
}

Test(evidence, pictures_and_papers_by_what_they_hold)
{
#define HOLDS(text) text, sizeof text - 1
    const struct {
        const char *data;
        size_t size;
        enum evidence_kind kind;
    } cases[] = {
        {HOLDS("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), EVIDENCE_IS_PDF},
        {HOLDS("%PDF"), EVIDENCE_IS_TEXT},
        {HOLDS("\211PNG\r\n\032\n\0\0\0\rIHDR\0\0\0\1"), EVIDENCE_IS_PNG},
        {HOLDS("\211PNG\r\n\032\n\0\0\0\rIDAT\0\0\0\1"), EVIDENCE_IS_OTHER},
        {HOLDS("\377\330\377\340\0\020JFIF"), EVIDENCE_IS_JPEG},
        {HOLDS("\377\330"), EVIDENCE_IS_OTHER},
        {HOLDS("MZ\220\0\3\0\0\0"), EVIDENCE_IS_OTHER},
        {HOLDS("\177ELF\2\1\1"), EVIDENCE_IS_OTHER},
        {HOLDS("GIF89a\1\0\1\0"), EVIDENCE_IS_OTHER},
        {HOLDS("\320\317\021\340\241\261\032\341"), EVIDENCE_IS_OTHER}, /* an old .doc */
        {HOLDS(""), EVIDENCE_IS_OTHER},
        {HOLDS("Plain words.\r\n\tAnd more \xc2\xa3\xe2\x82\xac\xf0\x9f\x98\x80\n"), EVIDENCE_IS_TEXT},
        {HOLDS("\xef\xbb\xbfWith a mark"), EVIDENCE_IS_TEXT},
        {HOLDS("\xff\xfeW\0i\0d\0e\0"), EVIDENCE_IS_OTHER},
        {HOLDS("zero \0 byte"), EVIDENCE_IS_OTHER},
        {HOLDS("escape \033[31m"), EVIDENCE_IS_OTHER},
        {HOLDS("cut off \xe2\x82"), EVIDENCE_IS_OTHER},
        {HOLDS("overlong \xc0\xaf"), EVIDENCE_IS_OTHER},
        {HOLDS("overlong \xe0\x80\xaf"), EVIDENCE_IS_OTHER},
        {HOLDS("surrogate \xed\xa0\x80"), EVIDENCE_IS_OTHER},
        {HOLDS("beyond \xf4\x90\x80\x80"), EVIDENCE_IS_OTHER},
        {HOLDS("alone \x80"), EVIDENCE_IS_OTHER},
        {HOLDS("latin-1 caf\xe9 x"), EVIDENCE_IS_OTHER},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_assert(kind_of(cases[i].data, cases[i].size) == cases[i].kind, "case %zu", i);
}

Test(evidence, archives_by_their_names)
{
    const struct {
        const char *names[6];
        enum evidence_kind kind;
    } cases[] = {
        {{"[Content_Types].xml", "_rels/.rels", "word/document.xml"}, EVIDENCE_IS_DOCX},
        {{"_rels/.rels", "word/document.xml", "[Content_Types].xml"}, EVIDENCE_IS_DOCX},
        {{"[Content_Types].xml", "xl/workbook.xml"}, EVIDENCE_IS_XLSX},
        {{"[Content_Types].xml", "xl/workbook.xml", "word/document.xml"}, EVIDENCE_IS_OTHER},
        {{"[Content_Types].xml", "ppt/presentation.xml"}, EVIDENCE_IS_OTHER},
        {{"word/document.xml"}, EVIDENCE_IS_OTHER},
        {{"setup.exe", "readme.txt"}, EVIDENCE_IS_OTHER},
        {{"[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"}, EVIDENCE_IS_MACROS},
        {{"[Content_Types].xml", "WORD/VBAPROJECT.BIN", "word/document.xml"}, EVIDENCE_IS_MACROS},
        {{"[Content_Types].xmlx", "word/document.xml"}, EVIDENCE_IS_OTHER},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        static struct bytes bytes;
        bytes.size = 0;
        put_entries(&bytes, cases[i].names);
        cr_assert(kind_of(bytes.data, bytes.size) == cases[i].kind, "case %zu", i);
    }
}

/* A name with a NUL in it is another name, and nothing is looked at past the one that it begins like. */
Test(evidence, names_in_archives_may_hold_anything)
{
    static struct bytes bytes;
    char name[41] = "word/document.xml"; /* and NULs */
    uint8_t header[30] = "PK\003\004\024";
    header[26] = sizeof name - 1;
    put_entry(&bytes, "[Content_Types].xml", "", 0);
    put(&bytes, header, sizeof header);
    put(&bytes, name, sizeof name - 1);
    put_entry(&bytes, "readme.txt", name, sizeof name);
    cr_assert_eq(kind_of(bytes.data, bytes.size), EVIDENCE_IS_OTHER);
}

Test(evidence, open_documents_by_their_first_entry)
{
    const char *odt = "application/vnd.oasis.opendocument.text", *content[] = {"content.xml", NULL};
    const struct {
        const char *first, *holds, *then;
        enum evidence_kind kind;
    } cases[] = {
        {"mimetype", odt, "content.xml", EVIDENCE_IS_ODT},
        {"mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", EVIDENCE_IS_ODS},
        {"mimetype", "application/vnd.oasis.opendocument.text-master", "content.xml", EVIDENCE_IS_OTHER},
        {"mimetype", "application/epub+zip", "content.xml", EVIDENCE_IS_OTHER},
        {"mimetypo", odt, "content.xml", EVIDENCE_IS_OTHER},
        {"mimetype", odt, "Basic/Standard/Module1.xml", EVIDENCE_IS_MACROS},
        {"mimetype", odt, "Scripts/python/x.py", EVIDENCE_IS_MACROS},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        static struct bytes bytes;
        bytes.size = 0;
        content[0] = cases[i].then;
        put_entry(&bytes, cases[i].first, cases[i].holds, strlen(cases[i].holds));
        put_entries(&bytes, content);
        cr_assert(kind_of(bytes.data, bytes.size) == cases[i].kind, "case %zu", i);
    }
}

/* Only what can do nothing is shown by a browser as it is. */
Test(evidence, what_is_shown_as_it_is)
{
    const enum evidence_kind shown[] = {EVIDENCE_IS_PNG, EVIDENCE_IS_JPEG, EVIDENCE_IS_TEXT};
    unsigned count = 0;
    for (int kind = EVIDENCE_IS_OTHER; kind <= EVIDENCE_IS_MACROS; kind++)
        count += evidence_facts((enum evidence_kind)kind)->safe_inline;
    for (size_t i = 0; i < COUNT(shown); i++)
        cr_assert(evidence_facts(shown[i])->safe_inline);
    cr_assert(count == COUNT(shown));
    cr_assert_str_eq(evidence_facts(99)->media_type, "application/octet-stream");
}

/* An answer names complete files of its own question. */
Test(evidence, files_that_an_answer_names)
{
    Pb__Evidence held[2], *list[] = {&held[0], &held[1]};
    const struct form_files files = {list, 2};
    for (size_t i = 0; i < 2; i++) {
        pb__evidence__init(&held[i]);
        held[i].id = i ? "half" : "whole", held[i].question_id = "drill", held[i].complete = !i;
    }
    const struct {
        const char *question, *names[2];
        size_t count;
        bool is;
    } cases[] = {
        {"drill", {"whole"}, 1, true},          {"drill", {NULL}, 0, true},     {"drill", {"half"}, 1, false},
        {"drill", {"whole", "none"}, 2, false}, {"other", {"whole"}, 1, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *names[] = {cases[i].names[0], cases[i].names[1]};
        Pb__FormAnswer answer;
        pb__form_answer__init(&answer);
        answer.question_id = cases[i].question;
        answer.evidence_ids = names, answer.n_evidence_ids = cases[i].count;
        cr_assert(evidence_is_there(&answer, &files) == cases[i].is, "case %zu", i);
    }
}

/* --- arriving ---------------------------------------------------------------------------------------- */

Test(evidence, what_may_begin)
{
    Pb__FormQuestion questions[3], *list[] = {&questions[0], &questions[1], &questions[2]};
    Pb__FormSection section, *sections[] = {&section};
    Pb__FormTemplate form;
    for (size_t i = 0; i < COUNT(questions); i++)
        pb__form_question__init(&questions[i]);
    questions[0].id = "takes", questions[0].takes_evidence = true;
    questions[1].id = "needs", questions[1].needs_evidence = true;
    questions[2].id = "neither";
    pb__form_section__init(&section);
    section.questions = list, section.n_questions = 3;
    pb__form_template__init(&form);
    form.sections = sections, form.n_sections = 1;
    const struct {
        const char *question;
        uint64_t size;
        size_t beside, in_all;
        enum form_refusal refusal;
    } cases[] = {
        {"takes", 1, 0, 0, FORM_REFUSAL_NONE},
        {"needs", EVIDENCE_BYTES_MAX, 19, 199, FORM_REFUSAL_NONE},
        {"neither", 1, 0, 0, FORM_REFUSAL_EVIDENCE_QUESTION},
        {"unknown", 1, 0, 0, FORM_REFUSAL_EVIDENCE_QUESTION},
        {"takes", 0, 0, 0, FORM_REFUSAL_EVIDENCE_SIZE},
        {"takes", EVIDENCE_BYTES_MAX + 1, 0, 0, FORM_REFUSAL_EVIDENCE_SIZE},
        {"takes", UINT64_MAX, 0, 0, FORM_REFUSAL_EVIDENCE_SIZE},
        {"takes", 1, 20, 20, FORM_REFUSAL_EVIDENCE_MANY},
        {"takes", 1, 0, 200, FORM_REFUSAL_EVIDENCE_MANY},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__BeginEvidenceRequest request;
        pb__begin_evidence_request__init(&request);
        request.question_id = cases[i].question, request.size = cases[i].size;
        cr_assert(evidence_begin_check(&request, &form, cases[i].beside, cases[i].in_all) == cases[i].refusal,
                  "case %zu", i);
    }
}

Test(evidence, parts_in_order_and_whole)
{
    enum { PART = BLOB_CHUNK_BYTES };
    const struct {
        uint64_t size;
        uint32_t have, chunk;
        size_t bytes;
        bool complete;
        enum form_refusal refusal;
    } cases[] = {
        {10, 0, 0, 10, false, FORM_REFUSAL_NONE},
        {10, 0, 0, 9, false, FORM_REFUSAL_EVIDENCE_CHUNK},
        {10, 0, 1, 10, false, FORM_REFUSAL_EVIDENCE_CHUNK},
        {10, 1, 1, 0, false, FORM_REFUSAL_EVIDENCE_CHUNK},
        {PART + 5, 0, 0, PART, false, FORM_REFUSAL_NONE},
        {PART + 5, 0, 0, PART - 1, false, FORM_REFUSAL_EVIDENCE_CHUNK},
        {PART + 5, 1, 1, 5, false, FORM_REFUSAL_NONE},
        {PART + 5, 1, 0, PART, false, FORM_REFUSAL_EVIDENCE_CHUNK},
        {2 * PART, 2, 2, 0, false, FORM_REFUSAL_EVIDENCE_CHUNK},
        {10, 0, 0, 10, true, FORM_REFUSAL_EVIDENCE_WHOLE},
        {10, UINT32_MAX, UINT32_MAX, 10, false, FORM_REFUSAL_EVIDENCE_CHUNK},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Evidence evidence;
        pb__evidence__init(&evidence);
        evidence.size = cases[i].size, evidence.chunks = cases[i].have, evidence.complete = cases[i].complete;
        cr_assert(evidence_chunk_check(&evidence, cases[i].chunk, cases[i].bytes) == cases[i].refusal,
                  "case %zu", i);
    }
}

Test(evidence, what_may_be_completed)
{
    const struct span right = span_of("right", 5), wrong = span_of("wrong", 5);
    const struct {
        const char *name, *holds;
        uint64_t size;
        struct span digest;
        bool complete;
        enum form_refusal refusal;
    } cases[] = {
        {"a.txt", "words", 5, right, false, FORM_REFUSAL_NONE},
        {"a.txt", "words", 6, right, false, FORM_REFUSAL_EVIDENCE_PARTS_MISSING},
        {"a.txt", "words", 5, wrong, false, FORM_REFUSAL_EVIDENCE_DIGEST},
        {"a.txt", "words", 5, {0}, false, FORM_REFUSAL_EVIDENCE_DIGEST},
        {"a.txt", "words", 5, right, true, FORM_REFUSAL_EVIDENCE_WHOLE},
        {"a.pdf", "words", 5, right, false, FORM_REFUSAL_EVIDENCE_NOT_AS_NAMED},
        {"a.txt", "%PDF-", 5, right, false, FORM_REFUSAL_EVIDENCE_NOT_AS_NAMED},
        {"a.txt", "\1\2\3\4\5", 5, right, false, FORM_REFUSAL_EVIDENCE_KIND},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct evidence_look look;
        Pb__Evidence evidence;
        enum evidence_kind kind = EVIDENCE_IS_OTHER;
        pb__evidence__init(&evidence);
        evidence.name = cases[i].name, evidence.size = cases[i].size, evidence.complete = cases[i].complete;
        evidence_look_init(&look);
        evidence_look_at(&look, span_of_text(cases[i].holds));
        cr_assert(evidence_finish_check(&evidence, &look, right, cases[i].digest, &kind) == cases[i].refusal,
                  "case %zu", i);
        cr_assert(kind == (cases[i].refusal ? EVIDENCE_IS_OTHER : EVIDENCE_IS_TEXT), "case %zu", i);
    }
}
