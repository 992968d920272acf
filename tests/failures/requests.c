/* The requests of a service, from their file. In: lines. Out: one request for each method, and what names
 * stand for. */

#include "tests/failures/failures.h"

#include "common/base/arena.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAMES_MAX = 32, VALUE_BYTES = 512, REQUESTS_MAX = 200, LINE_BYTES = 1400 };

static struct {
    char name[40], value[VALUE_BYTES];
} names[NAMES_MAX];
static unsigned name_count;

void name_set(const char *name, const char *value, size_t size)
{
    unsigned i = 0;
    while (i < name_count && strcmp(names[i].name, name) != 0)
        i++;
    assert(i < NAMES_MAX && size < VALUE_BYTES);
    if (i == name_count)
        name_count++;
    snprintf(names[i].name, sizeof names[i].name, "%s", name);
    snprintf(names[i].value, sizeof names[i].value, "%.*s", (int)size, value);
}

const char *names_replace(const char *text, struct arena *arena)
{
    char replaced[LINE_BYTES + VALUE_BYTES];
    size_t size = 0;
    while (*text && size < LINE_BYTES) {
        size_t length = strspn(text + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");
        unsigned i = 0;
        while (i < name_count &&
               (strlen(names[i].name) != length || strncmp(names[i].name, text + 1, length)))
            i++;
        if (*text == '$' && i < name_count) {
            size += (size_t)snprintf(replaced + size, sizeof replaced - size, "%s", names[i].value);
            text += length + 1;
        } else {
            replaced[size++] = *text++;
        }
    }
    replaced[size] = '\0';
    assert(!*text);
    return arena_text(arena, replaced);
}

/* Takes `name=VALUE ` off the line where it begins so. */
static void take_option(char **line, const char *name, char *ret_value, size_t size)
{
    size_t length = strlen(name);
    if (strncmp(*line, name, length) != 0 || (*line)[length] != '=')
        return;
    char *value = *line + length + 1, *end = value + strcspn(value, " ");
    assert(*end && (size_t)(end - value) < size);
    snprintf(ret_value, size, "%.*s", (int)(end - value), value);
    *line = end + 1;
}

static bool take_word(char **line, const char *word)
{
    bool there = strncmp(*line, word, strlen(word)) == 0;
    *line += there ? strlen(word) : 0;
    return there;
}

static void take_line(char *line, char api[100], struct requests *requests)
{
    if (strncmp(line, "let ", 4) == 0) {
        char *value = line + 4 + strcspn(line + 4, " ");
        *value++ = '\0';
        name_set(line + 4, value, strlen(value));
        return;
    }
    if (!strchr(line, ' ')) {
        snprintf(api, 100, "%s", line);
        return;
    }
    assert(requests->count < REQUESTS_MAX);
    struct asked *request = &requests->list[requests->count++];
    char wait[12] = "0";
    request->once = take_word(&line, "once ");
    request->varies = take_word(&line, "varies ");
    take_option(&line, "as", request->as, sizeof request->as);
    take_option(&line, "provider", request->provider, sizeof request->provider);
    take_option(&line, "keep", request->keep, sizeof request->keep);
    take_option(&line, "refused", request->refused, sizeof request->refused);
    take_option(&line, "wait", wait, sizeof wait);
    request->wait_s = (unsigned)strtoul(wait, NULL, 10);
    request->open = take_word(&line, "open ");
    char *body = line + strcspn(line, " ");
    assert(*body == ' ' && strlen(body) < sizeof request->body);
    *body++ = '\0';
    snprintf(request->method, sizeof request->method, "%s/%s", api, line);
    snprintf(request->body, sizeof request->body, "%s", body);
}

void requests_read(const char *path, struct requests *ret_requests)
{
    char line[LINE_BYTES], whole[LINE_BYTES] = "", api[100] = "";
    FILE *file = fopen(path, "r");
    *ret_requests = (struct requests){.list = calloc(REQUESTS_MAX, sizeof(struct asked))};
    assert(file && ret_requests->list);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (isspace((unsigned char)line[0])) { /* it goes on */
            size_t size = strlen(whole), skip = strspn(line, " ") - 1;
            assert(size + strlen(line + skip) < sizeof whole);
            snprintf(whole + size, sizeof whole - size, "%s", line + skip);
            continue;
        }
        if (whole[0] && whole[0] != '#')
            take_line(whole, api, ret_requests);
        memcpy(whole, line, sizeof whole);
    }
    if (whole[0] && whole[0] != '#')
        take_line(whole, api, ret_requests);
    fclose(file);
}
