/* Lines as they are written, what is escaped, and what is cut. */

#include "common/base/log.h"
#include "common/base/limits.h"
#include "common/base/span.h"

#include <criterion/criterion.h>
#include <unistd.h>

static int64_t at_noon(void *clock)
{
    (void)clock;
    return 1709208000007; /* 2024-02-29T12:00:00.007Z */
}

/* One event with one pair, as it was written. */
static void written(struct log log, const char *key, const char *value, char ret_line[2 * LOG_LINE_BYTES_MAX])
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    log.descriptor = ends[1];
    log_event(&log, LOG_INFO, "started", key, value, NULL);
    close(ends[1]);
    ssize_t size = read(ends[0], ret_line, 2 * LOG_LINE_BYTES_MAX - 1);
    close(ends[0]);
    ret_line[size < 0 ? 0 : size] = '\0';
}

Test(log, lines_as_text)
{
    static const struct {
        const char *value, *line;
    } cases[] = {
        {"5", "level=info service=registry event=started key=5\n"},
        {NULL, "level=info service=registry event=started key=\"\"\n"},
        {"two words", "level=info service=registry event=started key=\"two words\"\n"},
        {"a=b", "level=info service=registry event=started key=\"a=b\"\n"},
        {"x\nlevel=error", "level=info service=registry event=started key=\"x\\nlevel=error\"\n"},
        {"\"\\\x01", "level=info service=registry event=started key=\"\\\"\\\\\\u0001\"\n"},
        {"\xC2\xA3", "level=info service=registry event=started key=\"\xC2\xA3\"\n"},
        {"\xFF!", "level=info service=registry event=started key=\"?!\"\n"},
    };
    char line[2 * LOG_LINE_BYTES_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        written((struct log){.service = "registry"}, "key", cases[i].value, line);
        cr_assert_str_eq(line, cases[i].line);
    }
}

Test(log, lines_as_json_and_with_the_worlds_time)
{
    char line[2 * LOG_LINE_BYTES_MAX];
    written((struct log){.service = "fees", .json = true, .now_ms = at_noon}, "why", "a \"b\"", line);
    cr_assert_str_eq(line, "{\"time\":\"2024-02-29T12:00:00.007Z\",\"level\":\"info\",\"service\":\"fees\","
                           "\"event\":\"started\",\"why\":\"a \\\"b\\\"\"}\n");
}

Test(log, a_long_line_is_cut_and_still_well_formed)
{
    char value[3000], line[2 * LOG_LINE_BYTES_MAX];
    for (size_t i = 0; i + 2 < sizeof value; i += 2)
        memcpy(value + i, "\xC2\xA3", 2);
    value[sizeof value - 2] = '\0';
    for (int json = 0; json < 2; json++) {
        written((struct log){.service = "fees", .json = json == 1}, json ? "odd" : "even", value, line);
        size_t length = strlen(line);
        cr_assert_leq(length, (size_t)LOG_LINE_BYTES_MAX);
        cr_assert(span_is_text(span_of_text(line)));
        const char *end = json ? "\",\"cut\":true}\n" : "\" cut=yes\n";
        cr_assert_str_eq(line + length - strlen(end), end);
    }
}

Test(log, below_the_least_level_nothing_is_written)
{
    char line[2 * LOG_LINE_BYTES_MAX];
    written((struct log){.service = "fees", .least = LOG_WARNING}, "key", "5", line);
    cr_assert_str_eq(line, "");
}
