/* A configuration is read whole or not at all, and the refusal names the place. */

#include "common/base/config.h"
#include "common/base/limits.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct config_key keys[] = {
    {"region.name", CONFIG_TEXT, NULL, 0, 0, "what the region is called"},
    {"registry.endpoint", CONFIG_ENDPOINT, "tcp://127.0.0.1:*", 0, 0, "where the registry listens"},
    {"vacancy.stale-days", CONFIG_NUMBER, "28", 1, 365, "when a vacancy is stale"},
    {"mail.enabled", CONFIG_FLAG, "no", 0, 0, "is mail sent?"},
    {"roster", CONFIG_FILE, "roster.bin", 0, 0, "who is who"},
};

static enum code read_config(const char *text, char *const *environment, struct config **ret_config,
                             struct fault *ret_fault)
{
    char folder[] = "/tmp/ccrag-config-XXXXXX", path[64];
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/r.conf", folder);
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    enum code code =
        config_read(path, keys, sizeof keys / sizeof keys[0], environment, ret_config, ret_fault);
    unlink(path);
    rmdir(folder);
    return code;
}

Test(config, values_come_from_file_environment_and_presets)
{
    char *environment[] = {"PATH=/bin", "CCRAG_VACANCY_STALE_DAYS=14", "CCRAG_UNRELATED=1", NULL};
    struct config *config = NULL;
    struct fault fault = {0};
    enum code code = read_config("# a region\n\n region.name = East = West \r\nmail.enabled=yes\n"
                                 "vacancy.stale-days = 21\nroster = /etc/roster",
                                 environment, &config, &fault);
    cr_assert_eq(code, CODE_OK, "%s", fault.reason);
    cr_assert_str_eq(config_text(config, "region.name"), "East = West");
    cr_assert_eq(config_number(config, "vacancy.stale-days"), 14, "the environment wins");
    cr_assert(config_flag(config, "mail.enabled"));
    cr_assert_str_eq(config_text(config, "registry.endpoint"), "tcp://127.0.0.1:*");
    cr_assert_str_eq(config_text(config, "roster"), "/etc/roster");
    config_destroy(config);
}

Test(config, a_relative_path_starts_at_the_files_folder)
{
    struct config *config = NULL;
    cr_assert_eq(read_config("region.name = a\n", NULL, &config, NULL), CODE_OK);
    const char *path = config_text(config, "roster");
    cr_assert_eq(strncmp(path, "/tmp/ccrag-config-", 18), 0);
    cr_assert_str_eq(strrchr(path, '/'), "/roster.bin");
    config_destroy(config);
}

Test(config, what_is_wrong_is_named_with_line_and_key)
{
    static const struct {
        const char *text, *field, *reason;
    } cases[] = {
        {"region.name = a\nregion.nmae = b\n", "region.nmae", "r.conf:2: unknown key \"region.nmae\""},
        {"region.name = a\nregion.name = b\n", "region.name",
         "r.conf:2: region.name is already set in line 1"},
        {"region.name\n", "", "r.conf:1: not a line of the form key = value"},
        {"\nvacancy.stale-days = 0\n", "vacancy.stale-days",
         "r.conf:2: vacancy.stale-days: \"0\" is outside what is allowed (1 to 365)"},
        {"vacancy.stale-days = 99999999999999999999\n", "vacancy.stale-days", "is outside what is allowed"},
        {"vacancy.stale-days = 3 days\n", "vacancy.stale-days", "is not a whole number"},
        {"vacancy.stale-days =\n", "vacancy.stale-days", "is not a whole number"},
        {"mail.enabled = true\n", "mail.enabled", "is neither yes nor no"},
        {"registry.endpoint = ipc:///tmp/x\n", "registry.endpoint", "does not begin with tcp://"},
        {"registry.endpoint = tcp://host\n", "registry.endpoint", "is not tcp://host:port"},
        {"registry.endpoint = tcp://host:0\n", "registry.endpoint",
         "has a port that is neither 1 to 65535 nor *"},
        {"registry.endpoint = tcp://a b:80\n", "registry.endpoint",
         "has a host that is no name and no address"},
        {"roster =\n", "roster", "is empty"},
        {"mail.enabled = no\n", "region.name", "region.name is missing (what the region is called)"},
        {"region.name = \xFF\n", "", "not UTF-8 text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct config *config = NULL;
        struct fault fault = {0};
        cr_assert_eq(read_config(cases[i].text, NULL, &config, &fault), CODE_INVALID_ARGUMENT, "case %zu", i);
        cr_assert_str_eq(fault.field, cases[i].field, "case %zu", i);
        cr_assert_not_null(strstr(fault.reason, cases[i].reason), "case %zu: %s", i, fault.reason);
        cr_assert_null(config);
    }
}

Test(config, the_environment_is_checked_too)
{
    char *environment[] = {"CCRAG_MAIL_ENABLED=maybe", NULL};
    struct config *config = NULL;
    struct fault fault = {0};
    cr_assert_eq(read_config("region.name = a\n", environment, &config, &fault), CODE_INVALID_ARGUMENT);
    cr_assert_str_eq(fault.reason, "environment: mail.enabled: \"maybe\" is neither yes nor no");
}

Test(config, missing_and_overlong_files)
{
    struct config *config = NULL;
    struct fault fault = {0};
    cr_assert_eq(config_read("/nonexistent/r.conf", keys, 5, NULL, &config, &fault), CODE_NOT_FOUND);
    char *text = malloc(CONFIG_FILE_BYTES_MAX + 2);
    memset(text, '#', CONFIG_FILE_BYTES_MAX + 1);
    text[CONFIG_FILE_BYTES_MAX + 1] = '\0';
    cr_assert_eq(read_config(text, NULL, &config, &fault), CODE_INVALID_ARGUMENT);
    cr_assert_not_null(strstr(fault.reason, "longer than"));
    free(text);
}
