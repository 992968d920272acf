/* Published registers (their rules are in rules_register.c). In: rows, found again by any URN that a
 * provision holds. Out: provisions added, changed, closed; older publications into the history alone. Rows
 * are taken one by one. */

#define SERVICE_TYPE Pb__ProvisionsService_Service

#include "services/registry/handlers/support.h"

#include "common/base/limits.h"
#include "common/base/uuid.h"
#include "common/domain/gss.h"
#include "common/domain/postcode.h"
#include "services/registry/handlers/tally.h"
#include "services/registry/rules_position.h"
#include "services/registry/rules_provision.h"
#include "services/registry/rules_register.h"

#include <sodium.h>
#include <stdio.h>

enum { ROW_DIGEST_BYTES = 16, DAY_MS = 24 * 60 * 60 * 1000 };

struct import {
    struct command *command;
    struct publication publication;
    uint64_t finished_day; /* the newest publication of this register that was read to its end; 0: none */
    struct tally *tally;
};

/* Named number: the day of that publication since 1970. */
static const char *finished_name(const struct publication *publication, char name[40])
{
    snprintf(name, 40, "register_%s", publication->register_name);
    return name;
}

static enum code import_begin(struct command *command, const char *register_name, const char *as_of,
                              struct import *ret_import)
{
    char name[40];
    *ret_import = (struct import){.command = command};
    TRY(check(command, publication_read(register_name, as_of, command->today, &ret_import->publication)));
    return store_meta_get_u64(command->txn, finished_name(&ret_import->publication, name),
                              &ret_import->finished_day);
}

static uint64_t day_of(const struct publication *publication)
{
    return publication->as_of.day > 0 ? (uint64_t)publication->as_of.day : 0;
}

/* --- finding ----------------------------------------------------------------------------------------- */

static enum code find_by_urn(struct command *command, const char *urn, Pb__Provision **ret_provision)
{
    ProtobufCMessage *record = NULL;
    enum code code =
        record_find(command->txn, &table_provisions, "urn", span_of_text(urn), command->arena, &record);
    *ret_provision = (Pb__Provision *)record;
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

static bool is_own_urn(const struct publication *publication, const char *text)
{
    struct urn urn;
    return urn_parse(text, &urn, NULL) == CODE_OK && urn.regulator == publication->regulator;
}

/* The provision that a row is of: by the register's own URNs first, then by those it links to. A linked URN
 * that another provision holds stays there, with a remark. */
static enum code find_provision(struct import *import, Pb__Provision *row, size_t number,
                                Pb__Provision **ret_stored)
{
    struct command *command = import->command;
    const char **urns = arena_array(command->arena, const char *, row->n_urns + 1);
    Pb__Provision *stored = NULL, *holder;
    size_t count = 0;
    if (!urns)
        return no_memory(command);
    for (int own = 1; own >= 0; own--)
        for (size_t i = 0; i < row->n_urns; i++) {
            if (is_own_urn(&import->publication, row->urns[i]) != (own == 1))
                continue;
            TRY(find_by_urn(command, row->urns[i], &holder));
            if (holder && stored && strcmp(holder->id, stored->id) != 0) {
                tally_remark(
                    command, import->tally, number, "urns",
                    arena_format(command->arena, "%s is another provision's and stays there", row->urns[i]));
                continue;
            }
            stored = holder ? holder : stored;
            urns[count++] = row->urns[i];
        }
    row->urns = urns;
    row->n_urns = count;
    *ret_stored = stored;
    return CODE_OK;
}

/* --- taking ------------------------------------------------------------------------------------------ */

static enum code tidy(struct command *command, Pb__Provision *row)
{
    struct postcode postcode;
    if (row->postcode[0] == '\0' || postcode_parse(row->postcode, &postcode, NULL) != CODE_OK)
        return CODE_OK;
    char *text = arena_alloc(command->arena, POSTCODE_TEXT_BYTES);
    if (!text)
        return no_memory(command);
    postcode_print(postcode, text);
    row->postcode = text;
    return CODE_OK;
}

static enum code digest_row(struct command *command, const Pb__Provision *row, struct span *ret_digest)
{
    uint8_t *digest = arena_alloc(command->arena, ROW_DIGEST_BYTES);
    struct arena_mark mark = arena_mark(command->arena);
    struct span packed = wire_pack(&row->base, command->arena);
    if (!digest || !packed.size)
        return no_memory(command);
    crypto_generichash(digest, ROW_DIGEST_BYTES, packed.data, packed.size, NULL, 0);
    arena_release(command->arena, mark);
    *ret_digest = span_of(digest, ROW_DIGEST_BYTES);
    return CODE_OK;
}

/* The identifier under which the past of a provision is kept that no present record has: always the same one.
 */
static const char *past_id(struct command *command, const struct publication *publication, const char *urn)
{
    struct uuid uuid;
    char *text = arena_alloc(command->arena, UUID_TEXT_BYTES);
    if (!text)
        return NULL;
    crypto_generichash(uuid.bytes, sizeof uuid.bytes, (const uint8_t *)urn, strlen(urn),
                       (const uint8_t *)publication->register_name, 0);
    uuid.bytes[6] = (uint8_t)((uuid.bytes[6] & 0x0f) | 0x80); /* version 8: of its own making (RFC 9562) */
    uuid.bytes[8] = (uint8_t)((uuid.bytes[8] & 0x3f) | 0x80);
    uuid_print(&uuid, text);
    return text;
}

static enum code put_history(struct import *import, Pb__Provision *past)
{
    past->meta = NULL;
    tally_count(import->tally, TALLY_HISTORY);
    return record_put_history(import->command->txn, &table_provisions, &past->base,
                              import->publication.as_of.day * (int64_t)DAY_MS);
}

/* An older row of a provision that is there: a past state of it, and URNs that find it. */
static enum code put_past(struct import *import, const Pb__Provision *stored, const Pb__Provision *row,
                          Pb__Provision *past)
{
    struct command *command = import->command;
    bool more;
    Pb__Provision present;
    TRY(register_remember(stored, row, command->arena, &more, &present));
    if (more) {
        TRY(check(command, provision_urns_check(&present)));
        TRY(put(command, &table_provisions, &present));
    }
    return put_history(import, past);
}

static void remark_position(struct import *import, const Pb__Provision *provision, size_t number)
{
    const char *reason = NULL;
    switch (provision->position_quality) {
    case PB__POSITION_QUALITY__POSITION_QUALITY_SECTOR:
        reason = "position approximate: the middle of its postcode sector";
        break;
    case PB__POSITION_QUALITY__POSITION_QUALITY_OUTWARD_CODE:
        reason = "position approximate: the middle of its outward code";
        break;
    case PB__POSITION_QUALITY__POSITION_QUALITY_AUTHORITY:
        reason = "position approximate: the middle of its local authority";
        break;
    case PB__POSITION_QUALITY__POSITION_QUALITY_UNSPECIFIED:
        reason = "no position is known";
        break;
    case PB__POSITION_QUALITY__POSITION_QUALITY_EXACT:
    case _PB__POSITION_QUALITY_IS_INT_SIZE:
        break;
    }
    if (reason)
        tally_remark(import->command, import->tally, number, "postcode", reason);
    if (provision->local_authority[0] && !authority_by_gss(provision->local_authority))
        tally_remark(import->command, import->tally, number, "local_authority",
                     "an authority that is not known");
}

static enum code put_present(struct import *import, const Pb__Provision *stored, const Pb__Provision *taken,
                             enum register_outcome outcome, bool generated, size_t number)
{
    struct command *command = import->command;
    Pb__Provision *provision = COPY(command, taken);
    if (!provision)
        return no_memory(command);
    provision->id = stored ? stored->id : command_new_id(command);
    provision->meta = meta_again(command, stored ? stored->meta : NULL, generated);
    if (!provision->id || !provision->meta)
        return no_memory(command);
    if (outcome != REGISTER_CONFIRMED) {
        provision_place(postcodes_of(command), provision, command->arena);
        remark_position(import, provision, number);
    }
    tally_count(import->tally, outcome == REGISTER_ADDED     ? TALLY_ADDED
                               : outcome == REGISTER_CHANGED ? TALLY_CHANGED
                                                             : TALLY_UNCHANGED);
    TRY(put(command, &table_provisions, provision));
    return area_note(command, stored, provision);
}

static enum code import_one(struct import *import, const Pb__Provision *given, size_t number)
{
    struct command *command = import->command;
    struct span digest;
    Pb__Provision *stored = NULL, row = register_row(given), taken;
    enum register_outcome outcome;
    TRY(check_record(command, &given->base));
    TRY(tidy(command, &row));
    TRY(check(command, register_row_check(&row, &import->publication)));
    TRY(check(command, provision_judged_check(&row, command->today)));
    TRY(digest_row(command, &row, &digest));
    TRY(find_provision(import, &row, number, &stored));
    TRY(register_take(stored, &row, &import->publication, digest, command->arena, &outcome, &taken));
    /* A closed place that no later publication names and nobody knew: it was, it is not. */
    if (!stored && import->finished_day > day_of(&import->publication)) {
        taken.id = past_id(command, &import->publication, row.urns[0]);
        return taken.id ? put_history(import, &taken) : no_memory(command);
    }
    if (outcome == REGISTER_HISTORY)
        return put_past(import, stored, &row, &taken);
    if (outcome == REGISTER_UNCHANGED) {
        tally_count(import->tally, TALLY_UNCHANGED);
        return CODE_OK;
    }
    TRY(check(command, provision_urns_check(&taken)));
    return put_present(import, stored, &taken, outcome, given->meta && given->meta->generated, number);
}

/* Of rows that were refused, here or by who read the file: what they are wrong about does not close what they
 * name. */
static enum code note_named(struct import *import, const char *const *urns, size_t count)
{
    struct command *command = import->command;
    for (size_t i = 0; i < count; i++) {
        bool more = false;
        Pb__Provision *stored = NULL, named;
        if (!is_own_urn(&import->publication, urns[i]))
            continue;
        TRY(find_by_urn(command, urns[i], &stored));
        if (stored)
            TRY(register_still_names(stored, &import->publication, command->arena, &more, &named));
        if (!more)
            continue;
        named.meta = meta_again(command, stored->meta, false);
        TRY(named.meta ? put(command, &table_provisions, &named) : no_memory(command));
    }
    return CODE_OK;
}

HANDLE(ImportProvisions, import_provisions)
{
    struct import import;
    TRY(tally_check_rows(command, in->n_provisions + in->n_named));
    TRY(import_begin(command, in->register_, in->as_of, &import));
    import.tally = tally_create(command, in->n_provisions);
    if (!import.tally)
        return no_memory(command);
    for (size_t i = 0; i < in->n_provisions; i++) {
        enum code code = import_one(&import, in->provisions[i], i);
        TRY(tally_reject(command, import.tally, i, code, &in->provisions[i]->base));
        if (code != CODE_OK)
            TRY(note_named(&import, in->provisions[i]->urns, in->provisions[i]->n_urns));
    }
    TRY(note_named(&import, in->named, in->n_named));
    command->subject = import.publication.register_name;
    out->result = tally_result(import.tally);
    return CODE_OK;
}

/* --- the end of a register --------------------------------------------------------------------------- */

struct unnamed {
    struct import *import;
    struct gone {
        struct gone *next;
        uint8_t key[UUID_BYTES];
    } * gone;
    uint32_t open, named;
};

static enum code look_at(void *context, const ProtobufCMessage *record)
{
    struct unnamed *unnamed = context;
    const Pb__Provision *provision = (const Pb__Provision *)record;
    bool named;
    if (!register_holds_open(provision, &unnamed->import->publication, &named))
        return CODE_OK;
    unnamed->open++;
    unnamed->named += named;
    if (named)
        return CODE_OK;
    struct gone *gone = arena_new(unnamed->import->command->arena, struct gone);
    struct uuid uuid;
    if (!gone || !uuid_parse(provision->id, &uuid))
        return CODE_RESOURCE_EXHAUSTED;
    memcpy(gone->key, uuid.bytes, sizeof gone->key);
    gone->next = unnamed->gone;
    unnamed->gone = gone;
    return CODE_OK;
}

static enum code close_one(struct import *import, const struct gone *gone)
{
    struct command *command = import->command;
    ProtobufCMessage *stored;
    Pb__Provision closed;
    TRY(record_get(command->txn, &table_provisions, span_of(gone->key, sizeof gone->key), command->arena,
                   &stored));
    TRY(register_close((const Pb__Provision *)stored, &import->publication, command->arena, &closed));
    tally_count(import->tally, TALLY_CLOSED);
    return put(command, &table_provisions, &closed);
}

HANDLE(FinishImport, finish_import)
{
    char name[40];
    struct import import;
    TRY(import_begin(command, in->register_, in->as_of, &import));
    import.tally = tally_create(command, 1); /* a remark */
    if (!import.tally)
        return no_memory(command);
    out->result = tally_result(import.tally);
    command->subject = import.publication.register_name;
    if (import.finished_day > day_of(&import.publication)) /* older than what is held: it closes nothing */
        return CODE_OK;
    struct unnamed unnamed = {.import = &import};
    TRY(walk(command, &(struct walk){.table = &table_provisions}, look_at, &unnamed));
    TRY(check(command, register_finish_check(in->rows, unnamed.open, unnamed.named)));
    if (in->unread > 0) {
        if (unnamed.gone)
            tally_remark(
                command, import.tally, 0, "urns",
                arena_format(command->arena,
                             "nothing is closed, though %u are named no more: %u rows name nothing that "
                             "can be read; mend them and import the list again",
                             unnamed.open - unnamed.named, in->unread));
        return CODE_OK;
    }
    for (const struct gone *gone = unnamed.gone; gone; gone = gone->next)
        TRY(close_one(&import, gone));
    return store_meta_put_u64(command->txn, finished_name(&import.publication, name),
                              day_of(&import.publication));
}
