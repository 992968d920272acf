/* Answers with the files beside them, and what a file that is not complete stands in the way of. */

#include "common/forms/evidence.h"
#include "tests/unit/forms/form_tests.h"

static const char text[] = HEAD "section: s: S\n"
                                "question: drill: Drills?\n  answer: yes or no\n  evidence: needed\n"
                                "question: walls: Walls?\n  answer: text\n  evidence: welcome\n"
                                "question: doors: Doors?\n  answer: text\n";

#define ID(n) "01979df0-0000-7000-8000-0000000000" n

static Pb__Evidence *file(const char *id, const char *question, bool complete, uint32_t parts)
{
    Pb__Evidence *evidence = arena_new(&arena, Pb__Evidence);
    pb__evidence__init(evidence);
    evidence->id = id, evidence->question_id = question, evidence->complete = complete;
    evidence->name = arena_format(&arena, "%s.pdf", id + strlen(ID("")));
    evidence->size = BLOB_CHUNK_BYTES + 1, evidence->chunks = parts;
    return evidence;
}

/* In the order of the form; what is complete stands beside its answer, whether or not there is one. */
Test(files, beside_their_answers)
{
    begin_test();
    const Pb__FormTemplate *form = must_read(text);
    Pb__Evidence *list[] = {file(ID("0a"), "walls", true, 2), file(ID("0b"), "drill", true, 2),
                            file(ID("0c"), "drill", false, 2), file(ID("0d"), "drill", true, 2)};
    const struct form_files files = {list, 4};
    const struct form_answers kept = ANSWERS(in_words("doors", "two"), yes_or_no("drill", YES));
    struct form_answers answers;
    cr_assert_eq(evidence_beside(form, &kept, &files, &arena, &answers), CODE_OK);
    cr_assert_eq(answers.count, 3);
    const Pb__FormAnswer *drill = answers.items[0], *walls = answers.items[1], *doors = answers.items[2];
    cr_assert(drill->yes_no == YES && drill->n_evidence_ids == 2);
    cr_assert_str_eq(drill->evidence_ids[0], ID("0b"));
    cr_assert_str_eq(drill->evidence_ids[1], ID("0d"));
    cr_assert(walls->n_evidence_ids == 1 && strcmp(walls->question_id, "walls") == 0);
    cr_assert(doors->n_evidence_ids == 0 && strcmp(doors->text, "two") == 0);
    cr_assert_eq(kept.items[1]->n_evidence_ids, 0, "what is kept stays as it is");
    struct arena small;
    arena_init(&small, 1);
    cr_assert_eq(evidence_beside(form, &kept, &files, &small, &answers), CODE_RESOURCE_EXHAUSTED);
    arena_finish(&small);
    end_test();
}

/* Each with its question, in the order of the form, and what to do. */
Test(files, not_complete_is_a_problem)
{
    begin_test();
    const Pb__FormTemplate *form = must_read(text);
    Pb__Evidence *list[] = {file(ID("0a"), "walls", false, 2), file(ID("0b"), "drill", false, 1),
                            file(ID("0c"), "drill", true, 2)};
    const struct form_setting setting = visit_on_site();
    struct form_files files = {list, 3};
    const struct form_answers kept = ANSWERS(yes_or_no("drill", YES));
    struct form_answers answers;
    struct form_problems problems;
    cr_assert_eq(evidence_beside(form, &kept, &files, &arena, &answers), CODE_OK);
    cr_assert_eq(form_complete_with_files(form, &answers, &files, &setting, &arena, &problems), CODE_OK);
    cr_assert_str_eq(problems_text(&problems),
                     "0 drill: the file 0b.pdf is not complete: send the rest of it, or take it away\n"
                     "0 walls: the file 0a.pdf was not accepted: take it away\n");
    cr_assert_eq(form_complete(form, &answers, &setting, &arena, &problems), CODE_OK);
    cr_assert_eq(problems.count, 0, "of the answers alone nothing is wrong");
    end_test();
}
