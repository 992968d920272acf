/* Generated answers. In: a form, how the visit went, a seed. Out: an answer to whatever is asked, each of its
 * question's kind; better or worse as the visit was; amounts that add up where the form sums them. */

#include "services/cli/demo/answers.h"

#include <string.h>

static const char *const OF_A_VISIT[] = {
    "Generated: seen on the day, and spoken about with staff.",
    "Generated: two records were read, and both bear it out.",
    "Generated: the manager explained it; the children who were asked agreed.",
    "Generated: it was better than at the last visit, and there is more to do.",
    NULL,
};

struct writing {
    const Pb__FormTemplate *form;
    const struct demo_visited *visited;
    struct random *random;
    struct arena *arena;
    bool expired; /* the first certificate has had its turn */
};

static const char *day_text(struct writing *writing, int32_t day)
{
    char text[DATE_TEXT_BYTES];
    date_print((struct date){day}, text);
    return arena_text(writing->arena, text);
}

static const char *day_of(struct writing *writing, const Pb__FormQuestion *question)
{
    int32_t visited = writing->visited->day.day;
    if (question->kind == PB__ANSWER_KIND__ANSWER_KIND_EXPIRY) {
        bool first = !writing->expired && !date_is_none(writing->visited->expires);
        writing->expired = true;
        return day_text(writing, first ? writing->visited->expires.day
                                       : visited + random_between(writing->random, 250, 700));
    }
    switch (question->date_side) {
    case PB__DATE_SIDE__DATE_SIDE_COMING:
        return day_text(writing, visited + random_between(writing->random, 20, 90));
    case PB__DATE_SIDE__DATE_SIDE_UNSPECIFIED:
    case PB__DATE_SIDE__DATE_SIDE_PAST:
    case _PB__DATE_SIDE_IS_INT_SIZE:
        break;
    }
    return day_text(writing, visited - random_between(writing->random, 5, 300));
}

static const Pb__FormGrading *grading_of(const Pb__FormTemplate *form, const char *id)
{
    for (size_t i = 0; i < form->n_gradings; i++)
        if (strcmp(form->gradings[i]->id, id) == 0)
            return form->gradings[i];
    return NULL;
}

/* The better half of the grades where the requirement is met, else the worse, but rarely the worst. */
static const char *grade_of(struct writing *writing, const Pb__FormQuestion *question, bool good)
{
    const Pb__FormGrading *grading = grading_of(writing->form, question->grading_id);
    if (!grading || !grading->n_grades)
        return NULL;
    size_t half = (grading->n_grades + 1) / 2;
    size_t at = good                       ? random_below(writing->random, (uint32_t)half)
                : half < grading->n_grades ? half
                                           : grading->n_grades - 1;
    if (!good && at + 1 < grading->n_grades && random_chance(writing->random, 15))
        at++;
    return grading->grades[at]->id;
}

static bool choose(struct writing *writing, Pb__FormAnswer *answer, const char *option)
{
    answer->option_ids = option ? arena_array(writing->arena, const char *, 1) : NULL;
    if (!answer->option_ids)
        return false;
    answer->option_ids[0] = option;
    answer->n_option_ids = 1;
    return true;
}

/* The first, and some of the others. */
static bool choose_some(struct writing *writing, const Pb__FormQuestion *question, Pb__FormAnswer *answer)
{
    answer->option_ids = arena_array(writing->arena, const char *, question->n_options + 1);
    if (!answer->option_ids)
        return false;
    for (size_t i = 0; i < question->n_options; i++)
        if (i == 0 || random_chance(writing->random, 40))
            answer->option_ids[answer->n_option_ids++] = question->options[i]->id;
    return true;
}

static const char *words(struct writing *writing)
{
    const char *const *all = writing->visited->words ? writing->visited->words : OF_A_VISIT;
    uint32_t all_count = 0;
    while (all[all_count])
        all_count++;
    return all[random_below(writing->random, all_count)];
}

static bool count(struct writing *writing, const Pb__FormQuestion *question, Pb__FormAnswer *answer)
{
    Pb__NamedNumber *numbers = arena_array(writing->arena, Pb__NamedNumber, question->n_options + 1);
    answer->numbers = arena_array(writing->arena, Pb__NamedNumber *, question->n_options + 1);
    if (!numbers || !answer->numbers)
        return false;
    for (size_t i = 0; i < question->n_options; i++) {
        pb__named_number__init(&numbers[i]);
        numbers[i].option_id = question->options[i]->id;
        numbers[i].value = random_between(writing->random, 0, 6);
        answer->numbers[answer->n_numbers++] = &numbers[i];
    }
    return true;
}

/* Pounds and pence of a part of what a form sums up: below nothing where that may stand. */
static int64_t part_of_money(struct writing *writing, const Pb__FormQuestion *question)
{
    int64_t pence = (int64_t)random_between(writing->random, 20000, 600000) * 100 +
                    random_between(writing->random, 0, 99);
    return question->may_be_negative && random_chance(writing->random, 15) ? -pence : pence;
}

/* That amount of all the questions that it is the sum of, as they were answered. */
static int64_t sum_of_money(const struct form_answers *so_far, const Pb__FormQuestion *question,
                            const char *option)
{
    int64_t sum = 0;
    for (size_t i = 0; i < question->n_sum_of; i++) {
        const Pb__FormAnswer *part = form_answer_of(so_far, question->sum_of[i]);
        for (size_t n = 0; part && n < part->n_numbers; n++)
            if (strcmp(part->numbers[n]->option_id, option) == 0)
                sum += part->numbers[n]->value;
    }
    return sum;
}

/* A second amount, a forecast, is a little more than the first. */
static bool reckon(struct writing *writing, const struct form_answers *so_far,
                   const Pb__FormQuestion *question, Pb__FormAnswer *answer)
{
    if (!count(writing, question, answer))
        return false;
    int64_t first = part_of_money(writing, question);
    for (size_t i = 0; i < answer->n_numbers; i++)
        answer->numbers[i]->value = question->n_sum_of
                                        ? sum_of_money(so_far, question, answer->numbers[i]->option_id)
                                    : i ? first + first / 1000 * random_between(writing->random, 10, 60)
                                        : first;
    return true;
}

/* False past the arena's limit. */
static bool write(struct writing *writing, const struct form_answers *so_far,
                  const Pb__FormQuestion *question, Pb__FormAnswer *answer)
{
    bool good = random_chance(writing->random, writing->visited->percent_good);
    int32_t middle = question->least + (question->most - question->least) / 2;
    answer->question_id = question->id;
    switch (question->kind) {
    case PB__ANSWER_KIND__ANSWER_KIND_TEXT:
        answer->text = words(writing);
        return true;
    case PB__ANSWER_KIND__ANSWER_KIND_CHOICE:
        return choose(
            writing, answer,
            question->n_options
                ? question->options[random_below(writing->random, (uint32_t)question->n_options)]->id
                : NULL);
    case PB__ANSWER_KIND__ANSWER_KIND_CHOICES:
        return choose_some(writing, question, answer);
    case PB__ANSWER_KIND__ANSWER_KIND_SCALE:
        answer->scale_case = PB__FORM_ANSWER__SCALE_NUMBER;
        answer->number = good ? random_between(writing->random, middle, question->most)
                              : random_between(writing->random, question->least, middle);
        return true;
    case PB__ANSWER_KIND__ANSWER_KIND_YES_NO:
        answer->yes_no = good ? PB__YES_NO__YES_NO_YES : PB__YES_NO__YES_NO_NO;
        return true;
    case PB__ANSWER_KIND__ANSWER_KIND_NUMBERS:
        return count(writing, question, answer);
    case PB__ANSWER_KIND__ANSWER_KIND_MONEY:
        return reckon(writing, so_far, question, answer);
    case PB__ANSWER_KIND__ANSWER_KIND_DATE:
    case PB__ANSWER_KIND__ANSWER_KIND_EXPIRY:
        answer->date = day_of(writing, question);
        return answer->date != NULL;
    case PB__ANSWER_KIND__ANSWER_KIND_GRADE:
        return choose(writing, answer, grade_of(writing, question, good));
    case PB__ANSWER_KIND__ANSWER_KIND_UNSPECIFIED:
    case _PB__ANSWER_KIND_IS_INT_SIZE:
        break;
    }
    return true;
}

Pb__FormAnswer **demo_answers(const Pb__FormTemplate *form, const struct demo_visited *visited,
                              struct random *random, struct arena *arena, size_t *ret_count)
{
    struct writing writing = {.form = form, .visited = visited, .random = random, .arena = arena};
    size_t questions = 0, written = 0;
    for (size_t i = 0; i < form->n_sections; i++)
        questions += form->sections[i]->n_questions;
    Pb__FormAnswer **answers = arena_array(arena, Pb__FormAnswer *, questions + 1);
    for (size_t i = 0; answers && i < form->n_sections; i++)
        for (size_t j = 0; j < form->sections[i]->n_questions; j++) {
            const struct form_answers so_far = {answers, written};
            const Pb__FormQuestion *question = form->sections[i]->questions[j];
            if (!form_is_asked(form, question, &so_far, visited->mode))
                continue;
            Pb__FormAnswer *answer = arena_new(arena, Pb__FormAnswer);
            if (!answer)
                return NULL;
            pb__form_answer__init(answer);
            if (!write(&writing, &so_far, question, answer))
                return NULL;
            answers[written++] = answer;
        }
    *ret_count = written;
    return answers;
}

bool demo_needs_file(const Pb__FormQuestion *question, const Pb__FormAnswer *answer)
{
    if (!question->needs_evidence)
        return false;
    return question->kind != PB__ANSWER_KIND__ANSWER_KIND_YES_NO || answer->yes_no == PB__YES_NO__YES_NO_YES;
}
