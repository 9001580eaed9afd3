#include "admin/secret_input.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

/* One line from stdin, byte by byte: no buffer of stdio keeps it. */
static bool read_line(char *out, struct str *line)
{
    size_t len = 0;
    for (;;) {
        char c;
        ssize_t n = read(STDIN_FILENO, &c, 1);
        if (n < 0 && (errno != EINTR || interrupted))
            return false;
        if (n < 0)
            continue;
        if (n == 0 || c == '\n')
            break;
        if (len == SECRET_INPUT_SIZE)
            return false;
        out[len++] = c;
    }
    if (len > 0 && out[len - 1] == '\r')
        len--;
    *line = str_of(out, len);
    return true;
}

/* Without echo; Ctrl-C gives the terminal back as it was before the program ends. */
static bool ask(const char *prompt, char *out, struct str *line)
{
    struct termios before, quiet;
    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return false;
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    quiet.c_lflag |= ECHONL;

    struct sigaction catch = {.sa_handler = on_interrupt}, previous;
    sigaction(SIGINT, &catch, &previous); /* no SA_RESTART: read returns */
    fputs(prompt, stderr);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    bool got = read_line(out, line);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    sigaction(SIGINT, &previous, NULL);
    return got;
}

static bool ask_twice(char *out, struct str *password)
{
    char again_text[SECRET_INPUT_SIZE];
    struct str again;
    bool got = ask("Password: ", out, password) && ask("Again: ", again_text, &again);
    bool same = got && str_eq(*password, again);
    sodium_memzero(again_text, sizeof(again_text));
    if (!got)
        fputs("No password was given.\n", stderr);
    else if (!same)
        fputs("These were two different passwords; nothing was changed.\n", stderr);
    return same;
}

bool secret_input(bool from_stdin, char out[SECRET_INPUT_SIZE], struct str *password)
{
    if (!from_stdin && isatty(STDIN_FILENO))
        return ask_twice(out, password);
    if (read_line(out, password))
        return true;
    fputs("The password could not be read from stdin; give it as one line.\n", stderr);
    return false;
}
