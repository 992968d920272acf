#pragma once
/* Kinds of provision, and how published registers call them. */

#include "common/base/error.h"
#include "common/domain/urn.h"

#include <stdint.h>

/* X(name, number as on the wire, words for people, name typed on a command line, who registers it,
 *   allocated to a link authority (rule A1)?, a result of searches (rule X1)?, only when asked for by name?)
 */
#define KINDS(X)                                                                                             \
    X(UNSPECIFIED, 0, "not stated", "unspecified", REGULATOR_UNSPECIFIED, false, false, false)               \
    X(INDEPENDENT_SPECIAL_SCHOOL, 1, "independent special school", "independent-special-school",             \
      REGULATOR_DFE, true, true, false)                                                                      \
    X(NON_MAINTAINED_SPECIAL_SCHOOL, 2, "non-maintained special school", "non-maintained-special-school",    \
      REGULATOR_DFE, true, true, false)                                                                      \
    X(CHILDRENS_HOME, 3, "children's home", "childrens-home", REGULATOR_OFSTED, true, true, false)           \
    X(DUAL_REGISTERED, 4, "dual registered school and children's home", "dual-registered", REGULATOR_OFSTED, \
      true, true, false)                                                                                     \
    X(INDEPENDENT_FOSTERING_AGENCY, 5, "independent fostering agency", "independent-fostering-agency",       \
      REGULATOR_OFSTED, false, true, false)                                                                  \
    X(SUPPORTED_ACCOMMODATION, 6, "supported accommodation", "supported-accommodation", REGULATOR_OFSTED,    \
      false, true, false)                                                                                    \
    X(SECURE_CHILDRENS_HOME, 7, "secure children's home", "secure-childrens-home", REGULATOR_OFSTED, true,   \
      true, true)                                                                                            \
    X(OTHER, 8, "other", "other", REGULATOR_UNSPECIFIED, false, false, false)

enum kind {
#define X(name, number, words, cli, regulator, allocated, matched, by_name) KIND_##name = number,
    KINDS(X)
#undef X
};

enum { KIND_COUNT = 9 };

struct kind_facts {
    const char *wire;  /* "PROVISION_KIND_CHILDRENS_HOME": its name in protobuf JSON */
    const char *words; /* "children's home" */
    const char *cli;   /* "childrens-home" */
    enum regulator regulator;
    bool allocated;    /* has a link authority: rule A1 */
    bool matched;      /* may be a result of a search */
    bool only_by_name; /* of the matched ones: only where the search names this kind (rule X1) */
};

/* Never NULL; a number that is no kind gives the facts of KIND_UNSPECIFIED. */
const struct kind_facts *kind_facts(enum kind kind);

/* From a number on the wire; KIND_UNSPECIFIED where there is none. */
enum kind kind_from_number(int64_t number);

/* From what a person types: the cli name, the wire name or the words, in any case. CODE_INVALID_ARGUMENT
 * lists the names there are. The caller names the field, here and below; `ret_fault` may be NULL. */
enum code kind_parse(const char *text, enum kind *ret_kind, struct fault *ret_fault);

/* From Ofsted's "Provision type". Kinds in which the region does not place (boarding schools, adoption
 * agencies …) are KIND_OTHER; so are residential special schools, whose establishment the DfE's lists bring.
 * A text that Ofsted has not published so far is CODE_NOT_FOUND. Case, apostrophes' shape and blanks do not
 * matter. */
enum code kind_from_ofsted(const char *text, enum kind *ret_kind, struct fault *ret_fault);

/* From the performance tables' NFTYPE ("Other independent special school"), also the type names of GIAS. */
enum code kind_from_nftype(const char *text, enum kind *ret_kind, struct fault *ret_fault);

/* From the type-of-establishment code of Get Information About Schools (8, 10, …). */
enum code kind_from_gias_code(int64_t code, enum kind *ret_kind, struct fault *ret_fault);
