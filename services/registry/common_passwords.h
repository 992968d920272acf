#pragma once
/* Words of which the passwords consist that are tried first (rule S6). */

#include <stdbool.h>
#include <stddef.h>

/* Are these so many lower-case letters one of them? */
bool is_common_password_word(const char *letters, size_t size);
