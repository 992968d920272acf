/* Reads a secret that must not be seen: the terminal's echo is off while it is typed, and on again whatever
 * happens. */

#include "services/cli/secret_input.h"

#include "common/base/limits.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Byte by byte, so that nothing after the line is taken from a descriptor that others read on. */
static char *read_line(struct cli *cli, int file)
{
    char *text = arena_alloc(&cli->arena, PASSWORD_BYTES_MAX + 2);
    size_t length = 0;
    char c;
    while (text && read(file, &c, 1) == 1 && c != '\n') {
        if (length > PASSWORD_BYTES_MAX) {
            secret_forget(text);
            cli_complain(EX_DATAERR, "the password is longer than %d bytes", PASSWORD_BYTES_MAX);
            return NULL;
        }
        text[length++] = c;
    }
    if (text && length && text[length - 1] == '\r')
        text[length - 1] = 0;
    return text;
}

char *secret_ask(struct cli *cli, const char *prompt, const char *descriptor)
{
    if (descriptor) {
        char *end;
        long number = strtol(descriptor, &end, 10);
        if (!*descriptor || *end || number < 0 || fcntl((int)number, F_GETFD) == -1) {
            cli_complain(EX_USAGE, "\"%s\" is no descriptor that is open", descriptor);
            return NULL;
        }
        return read_line(cli, (int)number);
    }
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
    struct termios before, silent;
    if (terminal < 0 || tcgetattr(terminal, &before) != 0) {
        if (terminal >= 0)
            close(terminal);
        cli_complain(EX_USAGE, "there is no terminal to ask on; hand the password over with --password-fd");
        return NULL;
    }
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    dprintf(terminal, "%s: ", prompt);
    tcsetattr(terminal, TCSAFLUSH, &silent);
    char *text = read_line(cli, terminal);
    tcsetattr(terminal, TCSAFLUSH, &before);
    dprintf(terminal, "\n");
    close(terminal);
    return text;
}

void secret_forget(char *text)
{
    if (text)
        sodium_memzero(text, strlen(text));
}
