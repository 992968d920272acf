/* Calls to one service: which are under way, and how they begin.
 *
 * In: requests, from the loop of a program. Out: calls, each with its own copy of all that it takes to send
 * it again. What becomes of them is client_turn.c's; nothing here waits. */

#include "common/bus/client_inside.h"

#include <sodium.h>
#include <stdlib.h>

enum code client_create(struct world *world, const struct client_options *options, struct client **ret_client,
                        struct fault *ret_fault)
{
    struct client *client = calloc(1, sizeof(*client));
    if (!client)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    client->world = world;
    client->keys = *options;
    client->calls_end = &client->calls;
    client->ended_end = &client->ended;
    client->next_us = INT64_MAX;
    client->broken_since_us = INT64_MAX;
    arena_init(&client->in, REQUEST_ARENA_BYTES);
    arena_init(&client->out, REQUEST_ARENA_BYTES);
    client->service = strdup(options->service);
    client->endpoint = strdup(options->endpoint);
    enum code code = CODE_RESOURCE_EXHAUSTED;
    if (!client->service || !client->endpoint)
        fault_set(ret_fault, code, "", "out of memory");
    else
        code = links_open(client, ret_fault);
    if (code != CODE_OK) {
        client_destroy(client);
        return code;
    }
    *ret_client = client;
    return CODE_OK;
}

static void free_calls(struct call *call)
{
    while (call) {
        struct call *next = call->next;
        free(call);
        call = next;
    }
}

void client_destroy(struct client *client)
{
    if (!client)
        return;
    free_calls(client->calls);
    free_calls(client->ended);
    links_close(client);
    arena_finish(&client->in);
    arena_finish(&client->out);
    free(client->service);
    free(client->endpoint);
    sodium_memzero(client, sizeof(*client)); /* it holds a secret key */
    free(client);
}

static struct call **bucket_of(struct client *client, uint64_t number)
{
    return &client->buckets[number % CALL_BUCKETS];
}

struct call *call_find(const struct client *client, uint64_t number)
{
    struct call *call = client->buckets[number % CALL_BUCKETS];
    while (call && call->number != number)
        call = call->bucket_next;
    return call;
}

static void list_append(struct call ***end, struct call *call)
{
    call->next = NULL;
    call->link = *end;
    **end = call;
    *end = &call->next;
}

static void list_remove(struct call ***end, struct call *call)
{
    *call->link = call->next;
    if (call->next)
        call->next->link = call->link;
    else
        *end = call->link;
}

static void enter(struct client *client, struct call *call)
{
    struct call **bucket = bucket_of(client, call->number);
    list_append(&client->calls_end, call);
    call->bucket_next = *bucket;
    call->bucket_link = bucket;
    if (*bucket)
        (*bucket)->bucket_link = &call->bucket_next;
    *bucket = call;
    client->pending++;
}

static void leave_bucket(struct call *call)
{
    *call->bucket_link = call->bucket_next;
    if (call->bucket_next)
        call->bucket_next->bucket_link = call->bucket_link;
    call->bucket_link = NULL;
}

void call_unlink(struct client *client, struct call *call)
{
    if (call->bucket_link) {
        leave_bucket(call);
        list_remove(&client->calls_end, call);
    } else {
        list_remove(&client->ended_end, call);
    }
    client->pending--;
}

void call_end(struct client *client, struct call *call, enum code code, const char *reason, ...)
{
    char text[FAULT_REASON_BYTES];
    va_list arguments;
    va_start(arguments, reason);
    vsnprintf(text, sizeof(text), reason, arguments);
    va_end(arguments);
    fault_set(&call->fault, code, "", "%s", text);
    leave_bucket(call);
    list_remove(&client->calls_end, call);
    list_append(&client->ended_end, call);
}

static void store_bytes(uint8_t **at, ProtobufCBinaryData *bytes)
{
    uint8_t *copy = *at;
    if (bytes->len > 0)
        memcpy(copy, bytes->data, bytes->len);
    bytes->data = copy;
    *at += bytes->len;
}

static void fill_header(struct client *client, struct call *call, const struct call_options *options)
{
    pb__call_header__init(&call->header);
    call->header.method = call->method->name;
    call->header.outbox_number = options->outbox_number;
    if (options->claim)
        call->header.claim = &call->claim;
    if (!options->command || options->outbox_number != 0)
        return;
    uint8_t random[10];
    world_random(client->world, random, sizeof(random));
    struct uuid key = uuid_v7(world_wall_ms(client->world), random);
    memcpy(call->key, key.bytes, UUID_BYTES);
    call->header.idempotency_key = (ProtobufCBinaryData){.len = UUID_BYTES, .data = call->key};
}

/* NULL: out of memory. */
static struct call *call_create(struct client *client, const struct wire_method *method,
                                const ProtobufCMessage *request, const struct call_options *options)
{
    size_t body_size = protobuf_c_message_get_packed_size(request);
    size_t claim_size = options->claim ? options->claim->claim.len + options->claim->signature.len : 0;
    struct call *call = calloc(1, sizeof(*call) + body_size + claim_size);
    if (!call)
        return NULL;
    uint8_t *at = call->storage;
    call->body = span_of(at, protobuf_c_message_pack(request, at));
    at += body_size;
    pb__signed_claim__init(&call->claim);
    if (options->claim) {
        call->claim.claim = options->claim->claim;
        call->claim.signature = options->claim->signature;
        store_bytes(&at, &call->claim.claim);
        store_bytes(&at, &call->claim.signature);
    }
    call->method = method;
    call->number = ++client->last_number;
    call->repeatable =
        !method->server_streaming && (method->reads_only || options->command || options->outbox_number != 0);
    call->backoff_ms = CLIENT_BACKOFF_MS_MIN;
    fill_header(client, call, options);
    return call;
}

uint64_t client_call(struct client *client, const char *method_name, const ProtobufCMessage *request,
                     const struct call_options *options, client_done done, void *context)
{
    static const struct call_options plain = {0};
    const struct wire_method *method = wire_method_find(method_name);
    if (!method || client->pending >= CLIENT_CALLS_MAX)
        return 0;
    struct call *call = call_create(client, method, request, options ? options : &plain);
    if (!call)
        return 0;
    uint32_t deadline_ms = options && options->deadline_ms ? options->deadline_ms : DEADLINE_MS_DEFAULT;
    call->deadline_ms = deadline_ms < DEADLINE_MS_MAX ? deadline_ms : DEADLINE_MS_MAX;
    call->deadline_us = world_mono_us(client->world) + call->deadline_ms * INT64_C(1000);
    call->done = done;
    call->context = context;
    enter(client, call);
    call_send(client, call);
    return call->number;
}

void client_cancel(struct client *client, uint64_t number)
{
    struct call *call = call_find(client, number);
    for (struct call *ended = client->ended; !call && ended; ended = ended->next)
        if (ended->number == number)
            call = ended;
    if (!call)
        return;
    call_withdraw(client, call);
    call_unlink(client, call);
    free(call);
}

unsigned client_pending(const struct client *client)
{
    return client->pending;
}
