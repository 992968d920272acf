/* The metrics page over HTTP, on loopback unless configured otherwise.
 *
 * In: counters, copied by the loop once a second. Out: text. No record content ever gets here: names and
 * numbers only. Of the real world alone (service_main makes it); a simulated service has none. */

#include "common/service/metrics.h"
#include "common/service/internal.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    PUBLISH_EVERY_US = 1000 * 1000,
    STANDSTILL_SECONDS = 10,
    METRICS_CONNECTIONS = 16,
    METRICS_TIMEOUT_SECONDS = 5
};

struct metrics {
    struct MHD_Daemon *daemon;
    int64_t due_us; /* the loop's alone, as what follows is under the lock */
    pthread_mutex_t lock;
    char *page;
    size_t page_size;
    char reason[FAULT_REASON_BYTES];
    bool ready;
    time_t published_s;
};

/* The thread of the page has no world; how long ago the loop published is asked of the kernel's own clock. */
static time_t now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static enum MHD_Result reply(struct MHD_Connection *connection, unsigned status, const char *text,
                             size_t size)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(size, (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
                            "text/plain; version=0.0.4; charset=utf-8");
    enum MHD_Result queued = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result reply_health(struct metrics *metrics, struct MHD_Connection *connection)
{
    bool alive = now_s() - metrics->published_s < STANDSTILL_SECONDS;
    const char *text = alive ? "the loop turns\n" : "the loop stands still\n";
    return reply(connection, alive ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE, text, strlen(text));
}

static enum MHD_Result reply_ready(struct metrics *metrics, struct MHD_Connection *connection)
{
    char text[FAULT_REASON_BYTES + 16];
    snprintf(text, sizeof text, "%s\n", metrics->ready ? "ready" : metrics->reason);
    return reply(connection, metrics->ready ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE, text, strlen(text));
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **state)
{
    (void)version, (void)upload, (void)upload_size, (void)state;
    static const char none[] = "/metrics, /healthz, /readyz\n";
    struct metrics *metrics = context;
    enum MHD_Result result;
    if (strcmp(method, "GET") != 0)
        return reply(connection, MHD_HTTP_METHOD_NOT_ALLOWED, none, sizeof none - 1);
    pthread_mutex_lock(&metrics->lock);
    if (strcmp(url, "/metrics") == 0)
        result = reply(connection, MHD_HTTP_OK, metrics->page ? metrics->page : "", metrics->page_size);
    else if (strcmp(url, "/healthz") == 0)
        result = reply_health(metrics, connection);
    else if (strcmp(url, "/readyz") == 0)
        result = reply_ready(metrics, connection);
    else
        result = reply(connection, MHD_HTTP_NOT_FOUND, none, sizeof none - 1);
    pthread_mutex_unlock(&metrics->lock);
    return result;
}

enum code metrics_create(const char *address, uint16_t port, struct metrics **ret_metrics,
                         struct fault *ret_fault)
{
    *ret_metrics = NULL;
    if (port == 0)
        return CODE_OK;
    char text[8];
    struct addrinfo *found = NULL,
                    hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    snprintf(text, sizeof text, "%u", port);
    if (getaddrinfo(address, text, &hints, &found) != 0)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "metrics.address", "%.100s is no address",
                         address);
    struct metrics *metrics = calloc(1, sizeof *metrics);
    if (metrics) {
        pthread_mutex_init(&metrics->lock, NULL);
        unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | (found->ai_family == AF_INET6 ? MHD_USE_IPv6 : 0);
        metrics->published_s = now_s();
        metrics->daemon =
            MHD_start_daemon(flags, port, NULL, NULL, on_request, metrics, MHD_OPTION_SOCK_ADDR,
                             found->ai_addr, MHD_OPTION_CONNECTION_LIMIT, METRICS_CONNECTIONS,
                             MHD_OPTION_CONNECTION_TIMEOUT, METRICS_TIMEOUT_SECONDS, MHD_OPTION_END);
    }
    freeaddrinfo(found);
    if (metrics && metrics->daemon) {
        *ret_metrics = metrics;
        return CODE_OK;
    }
    metrics_destroy(metrics);
    return fault_set(ret_fault, CODE_UNAVAILABLE, "",
                     "the metrics page cannot use port %u of %.100s; it is in use, or not ours", port,
                     address);
}

/* The kind is in the name, as Prometheus has it: what ends in _total only rises. */
static void print_counter(void *stream, const char *name, uint64_t value)
{
    size_t length = strlen(name);
    bool rises = length > 6 && strcmp(name + length - 6, "_total") == 0;
    fprintf(stream, "# TYPE ccrag_%s %s\nccrag_%s %llu\n", name, rises ? "counter" : "gauge", name,
            (unsigned long long)value);
}

void metrics_publish(struct metrics *metrics, struct service *service)
{
    char *page = NULL, reason[FAULT_REASON_BYTES] = "";
    size_t size = 0;
    if (!metrics || world_mono_us(service->world) < metrics->due_us)
        return;
    metrics->due_us = world_mono_us(service->world) + PUBLISH_EVERY_US;
    FILE *stream = open_memstream(&page, &size);
    if (!stream)
        return;
    status_collect(service, print_counter, stream);
    if (fclose(stream) != 0) {
        free(page);
        return;
    }
    bool ready = service_is_ready(service, reason, sizeof reason);
    pthread_mutex_lock(&metrics->lock);
    char *old = metrics->page;
    metrics->page = page;
    metrics->page_size = size;
    metrics->ready = ready;
    memcpy(metrics->reason, reason, sizeof reason);
    metrics->published_s = now_s();
    pthread_mutex_unlock(&metrics->lock);
    free(old);
}

void metrics_destroy(struct metrics *metrics)
{
    if (!metrics)
        return;
    if (metrics->daemon)
        MHD_stop_daemon(metrics->daemon);
    pthread_mutex_destroy(&metrics->lock);
    free(metrics->page);
    free(metrics);
}
