/* Methods and messages by name.
 *
 * In: protobuf-c's descriptors (names, types, order) and the FileDescriptorSet that the build links in
 * (streaming, idempotency, comments). Out: tables that are built once, at first use, and never change. It
 * knows of no single method; what the .proto files say is what there is. */

#include "common/wire/wire.h"

#include "google/protobuf/descriptor.pb-c.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

extern const ProtobufCMessageDescriptor *const ccrag_messages[];
extern const ProtobufCServiceDescriptor *const ccrag_services[];
extern const uint8_t ccrag_descriptor_set[], ccrag_descriptor_set_end[];

typedef Google__Protobuf__FileDescriptorSet file_set;
typedef Google__Protobuf__FileDescriptorProto file_proto;
typedef Google__Protobuf__ServiceDescriptorProto service_proto;
typedef Google__Protobuf__MethodDescriptorProto method_proto;
typedef Google__Protobuf__SourceCodeInfo__Location location_proto;

/* Numbers of fields in descriptor.proto, as paths of source locations give them. */
enum { PATH_SERVICE = 6, PATH_METHOD = 2 };

static struct {
    pthread_once_t once;
    struct wire_method *methods;
    const struct wire_method **methods_by_name;
    size_t method_count;
    const ProtobufCMessageDescriptor **messages_by_name;
    size_t message_count;
} built = {.once = PTHREAD_ONCE_INIT};

static int compare_methods(const void *a, const void *b)
{
    const struct wire_method *const *left = a, *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

static int compare_messages(const void *a, const void *b)
{
    const ProtobufCMessageDescriptor *const *left = a, *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

/* A comment as protoc keeps it has a blank before each line and a line's end behind it. */
static char *clean_comment(const char *comment)
{
    char *text = malloc(strlen(comment) + 1);
    if (!text)
        return NULL;
    size_t used = 0;
    bool line_begins = true;
    for (const char *c = comment; *c; c++) {
        if (line_begins && *c == ' ') {
            line_begins = false;
            continue;
        }
        line_begins = *c == '\n';
        text[used++] = *c;
    }
    while (used > 0 && text[used - 1] == '\n')
        used--;
    text[used] = '\0';
    return text;
}

static const char *find_comment(const file_proto *file, int32_t service, int32_t method)
{
    for (size_t i = 0; file->source_code_info && i < file->source_code_info->n_location; i++) {
        const location_proto *at = file->source_code_info->location[i];
        if (at->n_path == 4 && at->path[0] == PATH_SERVICE && at->path[1] == service &&
            at->path[2] == PATH_METHOD && at->path[3] == method && at->leading_comments)
            return at->leading_comments;
    }
    return "";
}

/* What the FileDescriptorSet says beyond protobuf-c's descriptor. */
static void add_facts(const file_set *files, const ProtobufCServiceDescriptor *service,
                      struct wire_method *method)
{
    for (size_t f = 0; f < files->n_file; f++) {
        const file_proto *file = files->file[f];
        if (strcmp(file->package, service->package) != 0)
            continue;
        for (size_t s = 0; s < file->n_service; s++) {
            const service_proto *described = file->service[s];
            if (strcmp(described->name, service->short_name) != 0 || method->index >= described->n_method)
                continue;
            const method_proto *found = described->method[method->index];
            method->server_streaming = found->server_streaming;
            method->reads_only =
                found->options && found->options->idempotency_level ==
                                      GOOGLE__PROTOBUF__METHOD_OPTIONS__IDEMPOTENCY_LEVEL__NO_SIDE_EFFECTS;
            const char *comment = clean_comment(find_comment(file, (int32_t)s, (int32_t)method->index));
            method->comment = comment ? comment : "";
            return;
        }
    }
}

static bool fill_method(const file_set *files, const ProtobufCServiceDescriptor *service, unsigned index,
                        struct wire_method *method)
{
    const ProtobufCMethodDescriptor *described = &service->methods[index];
    size_t size = strlen(service->name) + 1 + strlen(described->name) + 1;
    char *name = malloc(size);
    if (!name)
        return false;
    snprintf(name, size, "%s/%s", service->name, described->name);
    *method = (struct wire_method){
        .name = name,
        .service = service->name,
        .input = described->input,
        .output = described->output,
        .index = index,
        .comment = "",
    };
    add_facts(files, service, method);
    return true;
}

static void build_methods(const file_set *files)
{
    size_t count = 0;
    for (size_t s = 0; ccrag_services[s]; s++)
        count += ccrag_services[s]->n_methods;
    built.methods = calloc(count, sizeof(*built.methods));
    built.methods_by_name = calloc(count, sizeof(const struct wire_method *));
    if (!built.methods || !built.methods_by_name)
        return;
    size_t used = 0;
    for (size_t s = 0; ccrag_services[s]; s++)
        for (unsigned m = 0; m < ccrag_services[s]->n_methods; m++) {
            if (!fill_method(files, ccrag_services[s], m, &built.methods[used]))
                return;
            built.methods_by_name[used] = &built.methods[used];
            used++;
        }
    qsort(built.methods_by_name, count, sizeof(const struct wire_method *), compare_methods);
    built.method_count = count;
}

static void build_messages(void)
{
    size_t count = 0;
    while (ccrag_messages[count])
        count++;
    built.messages_by_name = calloc(count, sizeof(const ProtobufCMessageDescriptor *));
    if (!built.messages_by_name)
        return;
    for (size_t i = 0; i < count; i++)
        built.messages_by_name[i] = ccrag_messages[i];
    qsort(built.messages_by_name, count, sizeof(const ProtobufCMessageDescriptor *), compare_messages);
    built.message_count = count;
}

/* Out of memory leaves the tables empty: no method is known. */
static void build(void)
{
    build_messages();
    size_t size = (size_t)(ccrag_descriptor_set_end - ccrag_descriptor_set);
    ProtobufCMessage *files = protobuf_c_message_unpack(&google__protobuf__file_descriptor_set__descriptor,
                                                        NULL, size, ccrag_descriptor_set);
    if (!files)
        return;
    build_methods((const file_set *)(const void *)files);
    protobuf_c_message_free_unpacked(files, NULL);
}

const struct wire_method *const *wire_methods(size_t *ret_count)
{
    pthread_once(&built.once, build);
    *ret_count = built.method_count;
    return built.methods_by_name;
}

static int compare_method_name(const void *name, const void *element)
{
    const struct wire_method *const *method = element;
    return strcmp(name, (*method)->name);
}

const struct wire_method *wire_method_find(const char *name)
{
    pthread_once(&built.once, build);
    if (built.method_count == 0)
        return NULL;
    const struct wire_method *const *found = bsearch(name, built.methods_by_name, built.method_count,
                                                     sizeof(const struct wire_method *), compare_method_name);
    return found ? *found : NULL;
}

static int compare_message_name(const void *name, const void *element)
{
    const ProtobufCMessageDescriptor *const *message = element;
    return strcmp(name, (*message)->name);
}

const ProtobufCMessageDescriptor *wire_message_find(const char *name)
{
    pthread_once(&built.once, build);
    if (built.message_count == 0)
        return NULL;
    const ProtobufCMessageDescriptor *const *found =
        bsearch(name, built.messages_by_name, built.message_count, sizeof(const ProtobufCMessageDescriptor *),
                compare_message_name);
    return found ? *found : NULL;
}
