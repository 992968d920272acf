/* The program `ccrag`: reads the command line, runs one command of the table, returns its exit status. */

#include "services/cli/cli.h"

#include <errno.h>
#include <signal.h>

int main(int argc, char **argv)
{
    struct cli cli = {.program = argv[0]};
    signal(SIGPIPE, SIG_IGN);
    arena_init(&cli.arena, CLI_ARENA_BYTES);
    int status = cli_parse(&cli, argc, argv);
    if (status == EX_OK)
        status = cli.command->run(&cli);
    else if (status == CLI_DONE)
        status = EX_OK;
    /* Who reads no further (`| head`) has what it wanted. */
    if (fflush(stdout) != 0 && errno != EPIPE && status == EX_OK)
        status = cli_complain(EX_IOERR, "the output cannot be written");
    cli_finish(&cli);
    return status;
}
