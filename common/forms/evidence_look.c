/* What a file is, by what it holds. In: its parts, one after the other. Out: a kind. It looks only as far as
 * it must: the first bytes of pictures and PDFs, the names in an archive (PKWARE APPNOTE 4.3.7: local file
 * headers), every byte of a text. That a file of a kind is harmless is not said by that. */

#include "common/forms/evidence.h"

#include <ctype.h>
#include <string.h>

enum {
    HEADER_BYTES = 30, /* of a local file header, before its name */
    WINDOW_BYTES = sizeof((struct evidence_look *)0)->last,
    RUN_BYTES = 4096,
};
enum { HAS_TYPES = 1, HAS_DOCUMENT = 2, HAS_WORKBOOK = 4, HAS_MACROS = 8 };

static const char archive_mark[] = "PK\003\004";

void evidence_look_init(struct evidence_look *look)
{
    *look = (struct evidence_look){.is_text = true};
}

/* --- names in an archive ----------------------------------------------------------------------------- */

static bool is_name(const uint8_t *name, size_t size, const char *wanted)
{
    if (size != strlen(wanted)) /* a name may hold a NUL */
        return false;
    for (size_t i = 0; i < size; i++)
        if (tolower(name[i]) != tolower((unsigned char)wanted[i]))
            return false;
    return true;
}

static bool ends_in(const uint8_t *name, size_t size, const char *wanted)
{
    size_t length = strlen(wanted);
    return size >= length && is_name(name + size - length, length, wanted);
}

static bool begins_with(const uint8_t *name, size_t size, const char *wanted)
{
    size_t length = strlen(wanted);
    return size >= length && is_name(name, length, wanted);
}

/* Is there a header, with a name that is told? */
static void look_at_header(struct evidence_look *look, const uint8_t *at, size_t size)
{
    if (size < HEADER_BYTES || memcmp(at, archive_mark, 4) != 0)
        return;
    const uint8_t *name = at + HEADER_BYTES;
    size_t length = (size_t)at[26] | (size_t)at[27] << 8;
    if (length > size - HEADER_BYTES)
        length = size - HEADER_BYTES;
    if (is_name(name, length, "[Content_Types].xml"))
        look->entries |= HAS_TYPES;
    if (is_name(name, length, "word/document.xml"))
        look->entries |= HAS_DOCUMENT;
    if (is_name(name, length, "xl/workbook.xml"))
        look->entries |= HAS_WORKBOOK;
    if (ends_in(name, length, "vbaProject.bin") || begins_with(name, length, "Basic/") ||
        begins_with(name, length, "Scripts/"))
        look->entries |= HAS_MACROS;
}

/* Every place where a header with its name lies wholly in the run; what is left over begins the next. */
static void look_at_run(struct evidence_look *look, const uint8_t *run, size_t size)
{
    size_t at = 0;
    while (at + WINDOW_BYTES <= size) {
        const uint8_t *mark = memchr(run + at, archive_mark[0], size - WINDOW_BYTES + 1 - at);
        at = mark ? (size_t)(mark - run) : size - WINDOW_BYTES + 1;
        if (mark)
            look_at_header(look, run + at++, WINDOW_BYTES);
    }
    look->last_size = size - at;
    memcpy(look->last, run + at, look->last_size);
}

static void look_for_names(struct evidence_look *look, struct span part)
{
    uint8_t run[RUN_BYTES];
    while (part.size > 0) {
        size_t kept = look->last_size, room = sizeof run - kept;
        size_t taken = part.size < room ? part.size : room;
        memcpy(run, look->last, kept);
        memcpy(run + kept, part.data, taken);
        look_at_run(look, run, kept + taken);
        part = span_of(part.data + taken, part.size - taken);
    }
}

/* --- text -------------------------------------------------------------------------------------------- */

static bool is_text_byte(uint8_t byte)
{
    return byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f' || (byte >= 0x20 && byte != 0x7f);
}

/* The first byte of a character: how many follow, and in which bounds the next lies (Unicode 15, table 3-7).
 * False: none begins so. */
static bool begin_character(struct evidence_look *look, uint8_t byte)
{
    look->utf8_least = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;
    look->utf8_most = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf;
    look->utf8_left = byte < 0x80 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    return byte < 0x80 ? is_text_byte(byte) : byte >= 0xc2 && byte <= 0xf4;
}

static void look_at_text(struct evidence_look *look, struct span part)
{
    for (size_t i = 0; i < part.size && look->is_text; i++) {
        uint8_t byte = part.data[i];
        if (look->utf8_left == 0) {
            look->is_text = begin_character(look, byte);
            continue;
        }
        look->is_text = byte >= look->utf8_least && byte <= look->utf8_most;
        look->utf8_least = 0x80, look->utf8_most = 0xbf;
        look->utf8_left--;
    }
}

/* --- all --------------------------------------------------------------------------------------------- */

static bool has(const struct evidence_look *look, size_t at, const char *bytes, size_t size)
{
    return look->size >= at + size && at + size <= sizeof look->head &&
           memcmp(look->head + at, bytes, size) == 0;
}

void evidence_look_at(struct evidence_look *look, struct span part)
{
    if (look->size < sizeof look->head && part.size > 0) {
        size_t room = sizeof look->head - (size_t)look->size;
        memcpy(look->head + look->size, part.data, part.size < room ? part.size : room);
    }
    look->size += part.size;
    look_at_text(look, part);
    if (look->size < 4 || has(look, 0, archive_mark, 4))
        look_for_names(look, part);
}

/* OpenDocument 1.3, part 2, 3.3: the first entry is `mimetype`, neither packed nor with extra fields. */
static bool is_open_document(const struct evidence_look *look, const char *media_type)
{
    size_t length = strlen(media_type), at = HEADER_BYTES + 8;
    return has(look, HEADER_BYTES, "mimetype", 8) && has(look, 26, "\010\0\0\0", 4) &&
           has(look, at, media_type, length) && has(look, at + length, "PK", 2);
}

static enum evidence_kind archive_kind(const struct evidence_look *look)
{
    struct evidence_look whole = *look;
    for (size_t at = 0; at < look->last_size; at++)
        look_at_header(&whole, look->last + at, look->last_size - at);
    if (whole.entries & HAS_MACROS)
        return EVIDENCE_IS_MACROS;
    if (is_open_document(look, evidence_facts(EVIDENCE_IS_ODT)->media_type))
        return EVIDENCE_IS_ODT;
    if (is_open_document(look, evidence_facts(EVIDENCE_IS_ODS)->media_type))
        return EVIDENCE_IS_ODS;
    if (whole.entries == (HAS_TYPES | HAS_DOCUMENT))
        return EVIDENCE_IS_DOCX;
    return whole.entries == (HAS_TYPES | HAS_WORKBOOK) ? EVIDENCE_IS_XLSX : EVIDENCE_IS_OTHER;
}

enum evidence_kind evidence_look_kind(const struct evidence_look *look)
{
    if (has(look, 0, archive_mark, 4))
        return archive_kind(look);
    if (has(look, 0, "%PDF-", 5))
        return EVIDENCE_IS_PDF;
    if (has(look, 0, "\211PNG\r\n\032\n", 8) && has(look, 12, "IHDR", 4))
        return EVIDENCE_IS_PNG;
    if (has(look, 0, "\377\330\377", 3))
        return EVIDENCE_IS_JPEG;
    return look->size > 0 && look->is_text && look->utf8_left == 0 ? EVIDENCE_IS_TEXT : EVIDENCE_IS_OTHER;
}
