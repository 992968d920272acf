/* The API as the build links it in. */

#include "common/wire/wire.h"

#include <criterion/criterion.h>

static const struct {
    const char *name, *input, *output;
    bool reads_only, streams;
} known[] = {
    {"ccrag.v1.FeedService/Follow", "ccrag.v1.FollowRequest", "ccrag.v1.FollowResponse", true, true},
    {"ccrag.v1.FeedService/ReadBlob", "ccrag.v1.ReadBlobRequest", "ccrag.v1.ReadBlobResponse", true, false},
    {"ccrag.v1.FeedService/GetStatus", "ccrag.v1.GetStatusRequest", "ccrag.v1.GetStatusResponse", true,
     false},
    {"ccrag.v1.ProvisionsService/SetVacancy", "ccrag.v1.SetVacancyRequest", "ccrag.v1.SetVacancyResponse",
     false, false},
};

Test(methods, have_the_flags_of_the_proto_files)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        const struct wire_method *method = wire_method_find(known[i].name);
        cr_assert(method, "%s", known[i].name);
        cr_assert_str_eq(method->input->name, known[i].input);
        cr_assert_str_eq(method->output->name, known[i].output);
        cr_assert_eq(method->reads_only, known[i].reads_only, "%s", known[i].name);
        cr_assert_eq(method->server_streaming, known[i].streams, "%s", known[i].name);
    }
}

Test(methods, are_all_found_by_name_in_order)
{
    size_t count;
    const struct wire_method *const *methods = wire_methods(&count);
    cr_assert(count > 30, "%zu", count);
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(wire_method_find(methods[i]->name), methods[i]);
        cr_assert(i == 0 || strcmp(methods[i - 1]->name, methods[i]->name) < 0);
        cr_assert(strncmp(methods[i]->name, methods[i]->service, strlen(methods[i]->service)) == 0);
        cr_assert(methods[i]->comment[0], "%s has a comment", methods[i]->name);
        cr_assert_eq(wire_message_find(methods[i]->input->name), methods[i]->input);
        cr_assert_eq(wire_message_find(methods[i]->output->name), methods[i]->output);
    }
}

Test(methods, comments_are_clean)
{
    const struct wire_method *method = wire_method_find("ccrag.v1.FeedService/ReadBlob");
    cr_assert_str_eq(method->comment, "A part of a blob that a journal entry has named.");
}

Test(methods, unknown_names_are_not_found)
{
    static const char *const names[] = {"",
                                        "/",
                                        "ccrag.v1.FeedService",
                                        "ccrag.v1.FeedService/follow",
                                        "ccrag.v1.FeedService/Follow ",
                                        "FeedService/Follow"};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        cr_assert_null(wire_method_find(names[i]), "%s", names[i]);
    cr_assert_null(wire_message_find("ccrag.v1.Nothing"));
    cr_assert_null(wire_message_find(""));
}
