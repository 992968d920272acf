/* Requests that nobody means: the honest one of a method with one field of it, at any depth, given a value
 * that its type allows.
 *
 * In: a method and its honest request. Out: NULL, or what was asked and how it was answered. Each must be
 * answered, as done or refused for what is wrong with it: never as a fault of the service. What was done is
 * taken back. */

#include "tests/failures/odd.h"

#include "common/base/limits.h"
#include "common/wire/wire.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { DEPTH = 5, MANY = 300, LONG_TEXT_BYTES = 5000, PATH_BYTES = 200 };

struct odd {
    struct host *host;
    struct call *call;
    ProtobufCMessage *request;
    struct arena arena;
    unsigned asked;
    char why[1200];
};

static bool may_answer(enum code code)
{
    switch (code) {
    case CODE_OK:
    case CODE_INVALID_ARGUMENT:
    case CODE_NOT_FOUND:
    case CODE_ALREADY_EXISTS:
    case CODE_PERMISSION_DENIED:
    case CODE_RESOURCE_EXHAUSTED:
    case CODE_FAILED_PRECONDITION:
    case CODE_ABORTED:
    case CODE_OUT_OF_RANGE:
    case CODE_UNAUTHENTICATED:
        return true;
    case CODE_CANCELLED:
    case CODE_UNKNOWN:
    case CODE_DEADLINE_EXCEEDED:
    case CODE_UNIMPLEMENTED:
    case CODE_INTERNAL:
    case CODE_UNAVAILABLE:
    case CODE_DATA_LOSS:
        return false;
    }
    return false;
}

/* Asks what the request is now. */
static void ask(struct odd *odd, const char *path)
{
    static struct answer answer;
    struct arena arena;
    if (odd->why[0])
        return;
    arena_init(&arena, 8 * FRAME_BYTES_MAX);
    odd->call->body = wire_pack(odd->request, &arena);
    odd->call->key = new_key(odd->host);
    odd->asked++;
    call_run(odd->host, odd->call, false, &answer);
    const char *json = wire_to_json(odd->request, false, &arena);
    if (!answer.came && !odd->call->request->open)
        snprintf(odd->why, sizeof odd->why, "with another %s it is not answered: %.900s", path, json);
    else if (answer.came && !may_answer(answer.fault.code))
        snprintf(odd->why, sizeof odd->why, "with another %s it is %s %s (%s): %.600s", path,
                 code_name(answer.fault.code), answer.fault.field, answer.fault.reason, json);
    else if (answer.came && answer.fault.code != CODE_OK && !answer.fault.reason[0])
        snprintf(odd->why, sizeof odd->why, "with another %s it is %s without a reason: %.900s", path,
                 code_name(answer.fault.code), json);
    odd->call->body = span_of(NULL, 0);
    arena_finish(&arena);
    if (answer.came && answer.fault.code == CODE_OK && !odd->call->method->reads_only)
        host_restore(odd->host);
}

/* --- values ------------------------------------------------------------------------------------------ */

#define COUNT(list) (sizeof(list) / sizeof *(list))

static char long_text[LONG_TEXT_BYTES + 1], longer_than_keys[RECORD_KEY_BYTES_MAX + 2];

static const char *const texts[] = {
    "",
    "x",
    "\n",
    "=1+1",
    "\xf0\x9f\x8f\xa0 <b>&\"'",
    "-1",
    "2026-02-29",
    "2027-01-01",
    "0001-01-01",
    "9999-12-31",
    "SG13 8DE",
    "E10000015",
    "E06000055",
    "ofsted:SC999999",
    "01979df0-0000-7000-8000-ffffffffffff",
    longer_than_keys,
    long_text,
};
static const int64_t numbers[] = {0, 1, -1, 101, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
static const double fractions[] = {0, -1, 1e308, NAN, INFINITY};

/* A value of that type, another for each `which`; false: there are no more. */
static bool odd_value(const ProtobufCFieldDescriptor *field, size_t which, void *value)
{
    static uint8_t bytes[] = "sixteen bytes...";
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_ENUM:
        if (which < COUNT(numbers))
            *(int32_t *)value = (int32_t)numbers[which];
        return which < COUNT(numbers) - 2;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        if (which < COUNT(numbers))
            *(int64_t *)value = numbers[which];
        return which < COUNT(numbers);
    case PROTOBUF_C_TYPE_FLOAT:
        if (which < COUNT(fractions))
            *(float *)value = (float)fractions[which];
        return which < COUNT(fractions);
    case PROTOBUF_C_TYPE_DOUBLE:
        if (which < COUNT(fractions))
            *(double *)value = fractions[which];
        return which < COUNT(fractions);
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *)value = which == 0;
        return which < 2;
    case PROTOBUF_C_TYPE_STRING:
        if (which < COUNT(texts))
            *(const char **)value = texts[which];
        return which < COUNT(texts);
    case PROTOBUF_C_TYPE_BYTES:
        *(ProtobufCBinaryData *)value = (ProtobufCBinaryData){.len = which == 3 ? LONG_TEXT_BYTES : which * 8,
                                                              .data = which == 3 ? (void *)long_text : bytes};
        return which < 4;
    case PROTOBUF_C_TYPE_MESSAGE:
        return false;
    }
    return false;
}

/* --- fields ------------------------------------------------------------------------------------------ */

static void ask_each(struct odd *odd, ProtobufCMessage *message, const char *path, unsigned depth);

static void ask_values(struct odd *odd, const ProtobufCFieldDescriptor *field, void *value, const char *path)
{
    ProtobufCBinaryData kept;
    memcpy(&kept, value, wire_value_size(field->type));
    for (size_t which = 0; odd_value(field, which, value); which++)
        ask(odd, path);
    memcpy(value, &kept, wire_value_size(field->type));
}

static ProtobufCMessage *empty(struct odd *odd, const ProtobufCFieldDescriptor *field)
{
    const ProtobufCMessageDescriptor *type = field->descriptor;
    ProtobufCMessage *message = arena_alloc(&odd->arena, type->sizeof_message);
    type->message_init(message);
    return message;
}

static void ask_message(struct odd *odd, const ProtobufCFieldDescriptor *field, ProtobufCMessage **value,
                        const char *path, unsigned depth)
{
    ProtobufCMessage *kept = *value;
    if (kept) {
        ask_each(odd, kept, path, depth + 1);
        *value = NULL;
        ask(odd, path);
    }
    *value = empty(odd, field);
    ask(odd, path);
    if (!kept)
        ask_each(odd, *value, path, depth + 1);
    *value = kept;
}

/* None, one, the same twice and often, one that is odd. */
static void ask_list(struct odd *odd, const ProtobufCFieldDescriptor *field, size_t *count, void **list,
                     const char *path, unsigned depth)
{
    size_t size = wire_value_size(field->type), kept_count = *count;
    void *kept = *list;
    uint8_t *many = arena_alloc(&odd->arena, MANY * size);
    memset(many, 0, MANY * size);
    if (kept_count)
        memcpy(many, kept, size);
    else if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        *(ProtobufCMessage **)(void *)many = empty(odd, field);
    else
        odd_value(field, 1, many);
    for (size_t i = 1; i < MANY; i++)
        memcpy(many + i * size, many, size);
    *list = many;
    static const size_t counts[] = {0, 2, MANY, 1};
    for (size_t i = 0; i < COUNT(counts); i++) {
        *count = counts[i];
        ask(odd, path);
    }
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        ask_each(odd, *(ProtobufCMessage **)(void *)many, path, depth + 1);
    else
        ask_values(odd, field, many, path);
    *count = kept_count;
    *list = kept;
}

static void ask_each(struct odd *odd, ProtobufCMessage *message, const char *path, unsigned depth)
{
    for (unsigned i = 0; i < message->descriptor->n_fields && depth < DEPTH && !odd->why[0]; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        void *value = (char *)message + field->offset,
             *quantifier = (char *)message + field->quantifier_offset;
        char below[PATH_BYTES];
        snprintf(below, sizeof below, "%s%s%s", path, path[0] ? "." : "", field->name);
        if (field->label == PROTOBUF_C_LABEL_REPEATED)
            ask_list(odd, field, quantifier, value, below, depth);
        else if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) && *(uint32_t *)quantifier != field->id)
            continue;
        else if (field->type == PROTOBUF_C_TYPE_MESSAGE)
            ask_message(odd, field, value, below, depth);
        else
            ask_values(odd, field, value, below);
    }
}

const char *odd_each(struct host *host, struct call *call, unsigned *ret_asked)
{
    static struct odd odd;
    struct fault fault = {0};
    odd = (struct odd){.host = host, .call = call};
    arena_init(&odd.arena, (size_t)512 << 20);
    memset(long_text, 'x', sizeof long_text - 1);
    memset(longer_than_keys, 'x', sizeof longer_than_keys - 1);
    if (wire_from_json(call->method->input, names_replace(call->request->body, &odd.arena), &odd.arena,
                       &odd.request, &fault))
        abort();
    ask_each(&odd, odd.request, "", 0);
    arena_finish(&odd.arena);
    *ret_asked = odd.asked;
    return odd.why[0] ? odd.why : NULL;
}
